"""What the door says of one text that is about to reach a buyer, and what it may know of the talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aftersales.orders.model import Order

Speaker = Literal["bot", "agent"]
Level = Literal["pass", "warn", "block"]

SPEAKERS: tuple[Speaker, ...] = ("bot", "agent")
#: From harmless to worst.
LEVELS: tuple[Level, ...] = ("pass", "warn", "block")


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a text.

    ``span`` quotes the text as it was written; ``start`` and ``end`` say where (half open, characters). ``rule`` is an
    id of the catalogue. ``why`` and ``instead`` are Chinese, for the person who wrote the text.
    """

    kind: str
    rule: str
    level: Level
    span: str
    start: int
    end: int
    why: str
    instead: str
    #: What found it: the id of a pattern, ``reader`` for the trained part, ``promise``, ``personal`` or ``history``.
    found_by: str = "pattern"

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kind": self.kind,
            "rule": self.rule,
            "level": self.level,
            "span": self.span,
            "start": self.start,
            "end": self.end,
            "why": self.why,
            "instead": self.instead,
        }


@dataclass(frozen=True)
class Promise:
    """Something the text commits the store to.

    ``matter``: what (see ``docs/door.md``): ``arrive``, ``ship``, ``refund_time``, ``refund_full``, ``compensation`` …
    ``amount``: how much, in ``unit`` (``hours``, ``days``, ``yuan``, ``percent``, ``times``), or nothing.
    ``within``: whether the store's own terms cover it.
    """

    matter: str
    span: str
    start: int
    end: int
    amount: float | None = None
    unit: str = ""
    within: bool = False

    def to_dict(self) -> dict[str, Any]:
        """For JSON and the promise ledger."""
        return {
            "matter": self.matter,
            "amount": self.amount,
            "unit": self.unit,
            "within": self.within,
            "span": self.span,
        }


@dataclass(frozen=True)
class Verdict:
    """Pass, warn or block, with everything that was found. ``promises`` are for the ledger, whatever the verdict."""

    level: Level
    violations: tuple[Violation, ...] = ()
    promises: tuple[Promise, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The object that ``make -s check`` prints and the console reads."""
        return {
            "verdict": self.level,
            "violations": [violation.to_dict() for violation in self.violations],
            "promises": [promise.to_dict() for promise in self.promises],
        }


@dataclass(frozen=True)
class Talk:
    """What the door may know of the conversation; all of it is optional, and none of it is kept.

    ``said``: what the same side said before, the oldest first. ``order``: the order the talk is about. ``now``: for
    deadlines such as 今天; without it they are judged as the words say. ``own``: texts of the buyer's own (name, the
    end of a telephone number, order numbers) that may be repeated to this buyer.
    """

    said: tuple[str, ...] = ()
    order: Order | None = None
    now: datetime | None = None
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """One kind of violation: how grave it is for each speaker, the rules behind it, and what to tell the writer."""

    name: str
    title: str
    agent: Level
    bot: Level
    rules: tuple[str, ...]
    why: str
    instead: str

    def level(self, speaker: Speaker) -> Level:
        """How grave it is when ``speaker`` says it."""
        return self.agent if speaker == "agent" else self.bot
