"""The desk's numbers, in one place, each with what it trades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from desk.model import Priority


@dataclass(frozen=True)
class DeskOptions:
    """Times are seconds unless they are a ``timedelta``."""

    #: A desk that stops renewing loses its turns after this; shorter recovers sooner after a crash.
    lease_seconds: float = 6.0
    #: How often leases are renewed and stranded turns looked for.
    recovery_seconds: float = 1.0
    #: How often the writes of other desks are looked for.
    feed_seconds: float = 1.0
    #: A turn whose desk died this often is given to a person.
    most_attempts: int = 3
    #: Bot calls at once from this desk.
    turns_at_once: int = 64
    #: Longest message, in characters.
    longest_text: int = 1000
    #: Whether the trained part of the compliance door may stop the bot by itself. It has learnt from what people say; the
    #: bot's words are written and linted before release, so what it alone finds in them is logged and said. What patterns,
    #: promises and personal data find stops the bot always.
    reader_stops_bot: bool = False
    #: By when a person should have taken a ticket, by priority, counted from its opening or from the next service hour.
    due: Mapping[Priority, timedelta] = field(
        default_factory=lambda: {
            Priority.URGENT: timedelta(minutes=3),
            Priority.HIGH: timedelta(minutes=5),
            Priority.NORMAL: timedelta(minutes=15),
            Priority.LOW: timedelta(minutes=30),
        }
    )
