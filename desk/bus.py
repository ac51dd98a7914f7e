"""Wake-ups between the parts of the desk: the row is the truth, a wake-up only says that it is worth reading.

A subscriber that gets :class:`Changed` reads again by ``seq``; a lost or doubled wake-up does no harm, because
wake-ups of one topic are folded into one and the desk also polls the database for the writes of other desks
(:mod:`desk.feed`). To carry wake-ups between desks at once, give the bus a :class:`Relay` (LISTEN/NOTIFY, Redis).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

#: The topic of the ticket lists; every other topic is a conversation id.
TICKETS = "tickets"


@dataclass(frozen=True)
class Changed:
    """Something under ``topic`` changed: read it again."""

    topic: str


@dataclass(frozen=True)
class Typing:
    """``who`` (``buyer``, ``bot`` or ``agent``) began or stopped typing in a conversation. Never stored."""

    topic: str
    who: str
    on: bool


Signal = Changed | Typing


class Relay(Protocol):
    """Carries signals to other desks. Losing some is allowed."""

    async def start(self, deliver: Callable[[Signal], None]) -> None:
        """Connect; call ``deliver`` for each signal of another desk."""

    def send(self, signal: Signal) -> None:
        """Pass ``signal`` on without waiting for it to arrive."""

    async def stop(self) -> None:
        """Disconnect."""


class Subscription:
    """The signals of some topics, as an async iterator; close it, or use it in ``async with``.

    Topics can be added and removed while it is read. Pending signals are folded: one :class:`Changed` a topic and the
    newest :class:`Typing` a topic and person, so a slow reader cannot make it grow.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._pending: dict[tuple[str, str], Signal] = {}
        self._ready = asyncio.Event()
        self._closed = False
        self.topics: set[str] = set()

    def add(self, topic: str) -> None:
        """Also receive ``topic``."""
        if not self._closed and topic not in self.topics:
            self.topics.add(topic)
            self._bus._attach(topic, self)

    def remove(self, topic: str) -> None:
        """Receive ``topic`` no longer; what is pending for it is forgotten."""
        self.topics.discard(topic)
        self._bus._detach(topic, self)
        for key in [key for key in self._pending if key[0] == topic]:
            del self._pending[key]

    def close(self) -> None:
        """Stop receiving; a reader that waits is let go."""
        self._closed = True
        for topic in tuple(self.topics):
            self.remove(topic)
        self._ready.set()

    def deliver(self, signal: Signal) -> None:
        """Take ``signal`` in; called by the bus."""
        self._pending[signal.topic, signal.who if isinstance(signal, Typing) else ""] = signal
        self._ready.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Signal:
        while not self._pending:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            await self._ready.wait()
        return self._pending.pop(next(iter(self._pending)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Bus:
    """Delivers signals to the subscriptions of this process, and through a relay to those of other desks."""

    def __init__(self, relay: Relay | None = None) -> None:
        self._relay = relay
        self._subscriptions: dict[str, set[Subscription]] = {}

    async def start(self) -> None:
        """Connect the relay, if there is one."""
        if self._relay:
            await self._relay.start(self.deliver)

    async def stop(self) -> None:
        """Disconnect the relay and end every subscription."""
        if self._relay:
            await self._relay.stop()
        for subscription in {one for some in self._subscriptions.values() for one in some}:
            subscription.close()

    def subscribe(self, *topics: str) -> Subscription:
        """Return a subscription to ``topics`` (conversation ids, :data:`TICKETS`). Subscribe first, then read."""
        subscription = Subscription(self)
        for topic in topics:
            subscription.add(topic)
        return subscription

    def publish(self, *topics: str) -> None:
        """Say that something under each of ``topics`` changed. Call it after the commit."""
        for topic in topics:
            self._send(Changed(topic))

    def typing(self, conversation: str, who: str, on: bool) -> None:
        """Say that ``who`` began or stopped typing."""
        self._send(Typing(conversation, who, on))

    def listened(self, topics: set[str] | None = None) -> set[str]:
        """Return the topics somebody here subscribes to, of ``topics`` or of all."""
        return set(self._subscriptions) if topics is None else topics & self._subscriptions.keys()

    def deliver(self, signal: Signal) -> None:
        """Hand ``signal`` to the subscriptions of this process only."""
        for subscription in tuple(self._subscriptions.get(signal.topic, ())):
            subscription.deliver(signal)

    def _send(self, signal: Signal) -> None:
        self.deliver(signal)
        if self._relay:
            self._relay.send(signal)

    def _attach(self, topic: str, subscription: Subscription) -> None:
        self._subscriptions.setdefault(topic, set()).add(subscription)

    def _detach(self, topic: str, subscription: Subscription) -> None:
        some = self._subscriptions.get(topic)
        if some is not None:
            some.discard(subscription)
            if not some:
                del self._subscriptions[topic]
