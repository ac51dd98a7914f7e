"""What every route needs, made once by :mod:`desk.app` and handed round; no route reaches for a global."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sanic import Request, Sanic

from aftersales.settings import Settings
from desk.model import Readiness
from desk.service import Desk
from desk.web.limits import (
    AGENT_CALLS,
    BUYER_CALLS,
    BUYER_READS,
    CHECKS,
    GUESTS,
    LOGINS,
    LOGINS_ADDRESS,
    MARKS,
    Limiter,
)
from desk.web.measures import Measures
from desk.web.tokens import TokenKeys

App = Sanic[Any, Any]
T = TypeVar("T")


class DemoBuyer(Protocol):
    """Somebody to play in the demo storefront."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def note(self) -> str: ...


class StoreFace(Protocol):
    """What the web layer shows and checks of a store."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def platform(self) -> str: ...
    @property
    def tagline(self) -> str: ...
    @property
    def allowed_origins(self) -> tuple[str, ...]: ...


class Endable(Protocol):
    """An open socket, as far as the stop of the desk is concerned."""

    def end(self, code: int, reason: str = "") -> None:
        """Close it soon."""


@dataclass
class Limits:
    """Everybody's pace, by key."""

    buyer_calls: Limiter = field(default_factory=lambda: Limiter(BUYER_CALLS))
    buyer_reads: Limiter = field(default_factory=lambda: Limiter(BUYER_READS))
    guests: Limiter = field(default_factory=lambda: Limiter(GUESTS))
    logins: Limiter = field(default_factory=lambda: Limiter(LOGINS))
    logins_address: Limiter = field(default_factory=lambda: Limiter(LOGINS_ADDRESS))
    agent_calls: Limiter = field(default_factory=lambda: Limiter(AGENT_CALLS))
    marks: Limiter = field(default_factory=lambda: Limiter(MARKS))
    checks: Limiter = field(default_factory=lambda: Limiter(CHECKS))


@dataclass
class Web:
    """The web layer's belongings. ``stores`` answers the stores as their files say now; ``clock`` tells aware time,
    ``monotonic`` seconds for the rate limits; ``pages`` is the folder with ``storefront/`` and ``console/``."""

    settings: Settings
    desk: Desk
    keys: TokenKeys
    stores: Callable[[], Mapping[str, StoreFace]]
    demo_buyers: Mapping[str, tuple[DemoBuyer, ...]]
    pages: Path
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    measures: Measures = field(default_factory=Measures)
    limits: Limits = field(default_factory=Limits)
    sockets: set[Endable] = field(default_factory=set)
    #: Sockets of each buyer, so that one token cannot hold them all.
    buyer_sockets: dict[str, int] = field(default_factory=dict)
    #: Log-ins that were ended before their time, with that time. A restart forgets them; the token still dies in 12 h.
    ended_sessions: dict[str, datetime] = field(default_factory=dict)
    #: Checking a password is slow on purpose; this many at once, so guessing cannot starve the buyers.
    password_checks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    readiness: tuple[float, Readiness] | None = None
    readiness_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    stopping: bool = False
    _writes: set[asyncio.Task[Any]] = field(default_factory=set)

    async def unbroken(self, work: Coroutine[Any, Any, T]) -> T:
        """Do ``work`` to its end even when the caller hangs up meanwhile: half a transaction helps nobody."""
        task = asyncio.create_task(work)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def settle(self, seconds: float) -> None:
        """Wait for what :meth:`unbroken` still does, at most ``seconds``."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=seconds)


def web_of(request: Request) -> Web:
    """The belongings of the application that serves ``request``."""
    web: Web = request.app.ctx.web
    return web
