"""When people answer in a store: weekly hours, split shifts, closings, and special days.

All hours are China Standard Time. China keeps no summer time, so a fixed offset says exactly what ``Asia/Shanghai``
says, and needs no time-zone database on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE = "一二三四五六日"
#: Far enough ahead to step over the longest closing a store may announce.
_HORIZON_DAYS = 370


@dataclass(frozen=True, order=True)
class Interval:
    """Open from ``start`` up to but not including ``end``, in minutes after midnight (0 to 1440)."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.end)}"


@dataclass(frozen=True)
class Closing:
    """Days on which nobody answers, first and last day included."""

    first: date
    last: date
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Whether ``day`` falls into the closing."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class ServiceHours:
    """The weekly plan (Monday first) with its exceptions. ``special`` replaces a day's plan and outranks a closing."""

    week: tuple[tuple[Interval, ...], ...]
    closings: tuple[Closing, ...] = ()
    special: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The open intervals of one calendar day in China, in order; empty when closed."""
        if day in self.special:
            return self.special[day]
        if any(closing.covers(day) for closing in self.closings):
            return ()
        return self.week[day.weekday()]

    def is_open(self, now: datetime) -> bool:
        """Whether people answer at ``now`` (aware). Raises :class:`ValueError` for a naive time."""
        local = _local(now)
        minute = local.hour * 60 + local.minute
        return any(interval.start <= minute < interval.end for interval in self.intervals(local.date()))

    def next_opening(self, now: datetime) -> datetime | None:
        """``now`` itself when open, else the next opening in China time; ``None`` when none is planned in a year."""
        if self.is_open(now):
            return now
        local = _local(now)
        for ahead in range(_HORIZON_DAYS):
            day = local.date() + timedelta(days=ahead)
            midnight = datetime.combine(day, time(), CHINA)
            for interval in self.intervals(day):
                opening = midnight + timedelta(minutes=interval.start)
                if opening > local:
                    return opening
        return None

    def describe(self) -> str:
        """The weekly plan as a buyer reads it: ``每天 9:00–24:00`` or ``周一至周五 9:00–12:00、13:30–18:00``."""
        parts: list[str] = []
        first = 0
        while first < 7:
            last = first
            while last < 6 and self.week[last + 1] == self.week[first]:
                last += 1
            if self.week[first]:
                hours = "、".join(str(interval) for interval in self.week[first])
                parts.append(f"{_days(first, last)} {hours}")
            first = last + 1
        return "；".join(parts)


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "每天"
    if first == last:
        return f"周{_CHINESE[first]}"
    return f"周{_CHINESE[first]}至周{_CHINESE[last]}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _local(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("service hours need an aware time: pass a datetime with tzinfo")
    return now.astimezone(CHINA)
