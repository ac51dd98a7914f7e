"""Working days in China: weekends, public holidays and the weekends worked in exchange (``rules/calendar.yml``).

The State Council publishes the holidays of one year in the November before. For a year that is not in the file only
weekends are known, and whoever asks is told so, to hedge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType

from aftersales.errors import ConfigurationError
from aftersales.stores import strict
from aftersales.stores.hours import CHINA

#: The longest run of days off that was ever decreed; a date in an unknown year may be off by as much.
LONGEST_HOLIDAY = timedelta(days=9)
_SATURDAY = 5
#: 3个工作日, 1-3个工作日, 两个工作日: the last number is what was promised.
_PROMISED = re.compile(r"(\d{1,2}|[一二两三四五六七八九十])\s*个?工作日")
_CHINESE = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True)
class WorkingDay:
    """A day that was counted out. ``known``: the holidays of every year passed on the way are known."""

    day: date
    known: bool

    @property
    def end(self) -> datetime:
        """Midnight after the day in China, exclusive: the whole day counts."""
        return datetime.combine(self.day + timedelta(days=1), time(), tzinfo=CHINA)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked. ``years``: those whose holidays are known."""

    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    #: Weekends that are worked in exchange for a longer holiday.
    make_up: frozenset[date] = frozenset()
    #: Year → where its days were published.
    sources: Mapping[int, str] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked; in an unknown year every weekday is."""
        if day in self.make_up:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def working_days_after(self, start: date | datetime, number: int) -> WorkingDay:
        """The ``number``-th working day after the day of ``start``, which does not count itself.

        A moment is taken on China's clock. Raises :class:`ValueError` for a number below one.
        """
        if number < 1:
            raise ValueError(f"{number}: count at least one working day")
        day = start.astimezone(CHINA).date() if isinstance(start, datetime) else start
        known, left = day.year in self.years, number
        while left:
            day += timedelta(days=1)
            known = known and day.year in self.years
            left -= self.is_working_day(day)
        return WorkingDay(day, known)


#: For when no calendar was given: nothing but weekends is known.
WEEKENDS_ONLY = WorkCalendar()


def promised_working_days(text: str) -> int | None:
    """How many working days ``text`` promises at most (申请后1-3个工作日内开出: 3); nothing when it counts none."""
    found = [_CHINESE.get(number) or int(number) for number in _PROMISED.findall(text)]
    return max(found) if found and max(found) > 0 else None


def load_calendar(path: Path) -> WorkCalendar:
    """The calendar in the file ``path``. Raises :class:`ConfigurationError`."""
    where = strict.shown(path, 2)
    entries = strict.read_list(path, where, "years", least=1)
    sources: dict[int, str] = {}
    holidays: set[date] = set()
    make_up: set[date] = set()
    for index, raw in enumerate(entries):
        place = f"years[{index}]"
        entry = strict.as_mapping(raw, where, place)
        if set(entry) != {"year", "source", "holidays", "make_up"}:
            fix = "Write year, source, holidays, make_up"
            raise ConfigurationError(where, place, "needs exactly its four fields", fix)
        year = entry["year"]
        if not isinstance(year, int) or isinstance(year, bool) or year in sources:
            raise ConfigurationError(where, f"{place}.year", f"{year!r} is no year, or stands twice", "Write 2026")
        sources[year] = strict.text(where, f"{place}.source", entry["source"])
        off = _holidays(where, f"{place}.holidays", entry["holidays"], year)
        worked = _make_up(where, f"{place}.make_up", entry["make_up"], year, off)
        holidays |= off
        make_up |= worked
    return WorkCalendar(frozenset(sources), frozenset(holidays), frozenset(make_up), MappingProxyType(sources))


def _holidays(where: str, name: str, raw: object, year: int) -> set[date]:
    days: set[date] = set()
    for index, item in enumerate(_list(where, name, raw)):
        place = f"{name}[{index}]"
        entry = strict.as_mapping(item, where, place)
        if set(entry) != {"name", "from", "to"}:
            raise ConfigurationError(where, place, "needs exactly name, from and to", "Write the three")
        first, last = (strict.day(where, f"{place}.{key}", entry[key]) for key in ("from", "to"))
        if last < first or {first.year, last.year} != {year}:
            raise ConfigurationError(where, place, f"{first} to {last} is no stretch of {year}", "Mend the dates")
        days |= {first + timedelta(days=distance) for distance in range((last - first).days + 1)}
    return days


def _make_up(where: str, name: str, raw: object, year: int, off: set[date]) -> set[date]:
    days: set[date] = set()
    for index, item in enumerate(_list(where, name, raw)):
        day = strict.day(where, f"{name}[{index}]", item)
        if day.year != year or day.weekday() < _SATURDAY or day in off:
            raise ConfigurationError(where, f"{name}[{index}]", f"{day} is no weekend of {year} at work", "Mend it")
        days.add(day)
    return days


def _list(where: str, name: str, raw: object) -> list[object]:
    if not isinstance(raw, list):
        raise ConfigurationError(where, name, "is no list", "Write one `- entry` a line")
    return raw
