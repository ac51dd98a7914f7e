"""Reads ``service_hours`` of a store file: weekly plan, closings and special days."""

from __future__ import annotations

import itertools
import re
from datetime import date

from aftersales.errors import ConfigurationError
from aftersales.stores import strict
from aftersales.stores.hours import WEEKDAYS, Closing, Interval, ServiceHours

_INTERVAL = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)")
_FIELDS = ("time_zone", "daily", *WEEKDAYS, "closed", "special")
_ZONE = "Asia/Shanghai"
_HOURS_FIX = 'Write it as "09:00-18:00"; midnight at the end is 24:00, and a night shift is two days\' intervals'


def read_hours(where: str, name: str, raw: object) -> ServiceHours:
    """The mapping ``service_hours`` as :class:`ServiceHours`. Raises :class:`ConfigurationError`."""
    data = strict.as_mapping(raw, where, name)
    for key in data:
        if key not in _FIELDS:
            raise ConfigurationError(where, f"{name}.{key}", "is not a known field", f"Use: {', '.join(_FIELDS)}")
    if data.get("time_zone", _ZONE) != _ZONE:
        raise ConfigurationError(where, f"{name}.time_zone", f"{data['time_zone']!r} is not allowed", f"Use {_ZONE}")
    daily = _intervals(where, f"{name}.daily", data["daily"]) if "daily" in data else ()
    week = tuple(_intervals(where, f"{name}.{day}", data[day]) if day in data else daily for day in WEEKDAYS)
    closings = tuple(
        _closing(where, f"{name}.closed[{index}]", item)
        for index, item in enumerate(_list(where, f"{name}.closed", data.get("closed", [])))
    )
    special: dict[date, tuple[Interval, ...]] = {}
    for index, item in enumerate(_list(where, f"{name}.special", data.get("special", []))):
        place = f"{name}.special[{index}]"
        entry = strict.as_mapping(item, where, place)
        if set(entry) != {"day", "hours"}:
            raise ConfigurationError(where, place, "needs exactly `day` and `hours`", "Write both, hours may be []")
        special[strict.day(where, f"{place}.day", entry["day"])] = _intervals(where, f"{place}.hours", entry["hours"])
    if not any(week) and not any(special.values()):
        raise ConfigurationError(where, name, "nobody is ever there (HUM-02)", "Give at least one interval")
    return ServiceHours(week, closings, special)


def _intervals(where: str, name: str, raw: object) -> tuple[Interval, ...]:
    intervals: list[Interval] = []
    for index, item in enumerate(_list(where, name, raw)):
        match = _INTERVAL.fullmatch(item) if isinstance(item, str) else None
        if match is None:
            raise ConfigurationError(where, f"{name}[{index}]", f"{item!r} is no interval", _HOURS_FIX)
        start, end = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
        if not 0 <= start < end <= 24 * 60:
            raise ConfigurationError(where, f"{name}[{index}]", f"{item!r} does not end after it starts", _HOURS_FIX)
        intervals.append(Interval(start, end))
    intervals.sort()
    for before, after in itertools.pairwise(intervals):
        if after.start < before.end:
            raise ConfigurationError(where, name, f"{before} and {after} overlap", "Join them into one interval")
    return tuple(intervals)


def _closing(where: str, name: str, raw: object) -> Closing:
    entry = strict.as_mapping(raw, where, name)
    if not {"from", "to"} <= set(entry) <= {"from", "to", "reason"}:
        raise ConfigurationError(where, name, "needs `from` and `to`, and may have `reason`", "Write the dates")
    first, last = (strict.day(where, f"{name}.{key}", entry[key]) for key in ("from", "to"))
    if last < first:
        raise ConfigurationError(where, name, f"ends ({last}) before it starts ({first})", "Swap the dates")
    reason = strict.text(where, f"{name}.reason", entry["reason"]) if "reason" in entry else ""
    return Closing(first, last, reason)


def _list(where: str, name: str, raw: object) -> list[object]:
    if not isinstance(raw, list):
        raise ConfigurationError(where, name, "is no list", 'Write it as ["09:00-12:00", "13:30-18:00"]')
    return raw
