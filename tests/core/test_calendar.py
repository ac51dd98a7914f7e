"""Working days: weekends, decreed holidays, weekends worked in exchange, and years nobody has decreed yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from order_builder import at
from store_builder import ROOT

from aftersales.calendar import WEEKENDS_ONLY, load_calendar, promised_working_days
from aftersales.errors import ConfigurationError
from aftersales.stores.hours import CHINA

CALENDAR = load_calendar(ROOT / "rules" / "calendar.yml")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2026-01-02", False),  # a Friday off
        ("2026-01-04", True),  # a Sunday at work
        ("2026-02-14", True),  # the Saturday before the Spring Festival
        ("2026-02-15", False),
        ("2026-02-23", False),  # the last, a Monday
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-04-06", False),
        ("2026-05-04", False),
        ("2026-05-09", True),
        ("2026-06-19", False),
        ("2026-09-20", True),
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
    ],
)
def test_which_days_of_2026_are_worked(day: str, worked: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("start", "number", "day"),
    [
        ("11-16 10:00", 3, "2026-11-19"),  # Monday to Thursday
        ("11-19 10:00", 3, "2026-11-24"),  # over a weekend
        ("11-21 10:00", 1, "2026-11-23"),  # asked for on a Saturday
        ("11-20 23:59:59", 1, "2026-11-23"),
        ("11-21 00:00", 1, "2026-11-23"),
        ("02-13 10:00", 1, "2026-02-14"),  # the Saturday is worked
        ("02-13 10:00", 2, "2026-02-24"),  # over the Spring Festival
        ("02-18 10:00", 1, "2026-02-24"),  # in the middle of it
        ("09-30 18:00", 3, "2026-10-10"),  # 8, 9, and the Saturday worked
        ("09-24 18:00", 2, "2026-09-29"),
        ("04-03 18:00", 1, "2026-04-07"),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: str, number: int, day: str) -> None:
    counted = CALENDAR.working_days_after(at(start), number)
    assert (counted.day.isoformat(), counted.known) == (day, True)
    assert counted.end == datetime.fromisoformat(day).replace(tzinfo=CHINA) + timedelta(days=1)


def test_the_day_is_chinas() -> None:
    # 16:30 in UTC on Thursday is Friday in China already.
    friday = datetime(2026, 11, 19, 16, 30, tzinfo=timezone.utc)
    thursday = datetime(2026, 11, 19, 15, 59, 59, tzinfo=timezone.utc)
    assert CALENDAR.working_days_after(friday, 1).day == date(2026, 11, 23)
    assert CALENDAR.working_days_after(thursday, 1).day == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("start", "day", "known"),
    [
        ("12-30 10:00", "2026-12-31", True),
        # New Year's Day of 2027 is a Friday; nobody has published that it is off, so it counts and is no certainty.
        ("12-31 10:00", "2027-01-01", False),
    ],
)
def test_a_year_that_nobody_has_published_is_no_certainty(start: str, day: str, known: bool) -> None:
    counted = CALENDAR.working_days_after(at(start), 1)
    assert (counted.day.isoformat(), counted.known) == (day, known)


def test_without_a_calendar_only_weekends_are_known() -> None:
    counted = WEEKENDS_ONLY.working_days_after(at("09-30 18:00"), 1)
    assert (counted.day, counted.known) == (date(2026, 10, 1), False)


def test_no_working_days_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="0: count at least one"):
        CALENDAR.working_days_after(at("11-20 10:00"), 0)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("交易成功后申请，3个工作日内开出", 3),
        ("申请后2个工作日内发到您填的邮箱", 2),
        ("1-3个工作日", 3),
        ("1个工作日到5个工作日", 5),
        ("两个工作日内", 2),
        ("三工作日", 3),
        ("签收后自动开具，一般24小时内可以下载", None),
        ("0个工作日", None),
        ("工作日处理", None),
    ],
)
def test_what_a_text_promises_in_working_days(text: str, days: int | None) -> None:
    assert promised_working_days(text) == days


def test_the_source_of_every_year_is_named() -> None:
    assert set(CALENDAR.sources) == CALENDAR.years == {2026}
    assert "国务院" in CALENDAR.sources[2026]


GOOD = """
years:
  - year: 2026
    source: 通知
    holidays: [{name: 元旦, from: 2026-01-01, to: 2026-01-03}]
    make_up: [2026-01-04]
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("years:", "jahre:", "calendar.yml: years: must be the only field"),
        ("source: 通知", "quelle: 通知", "years[0]: needs exactly its four fields"),
        ("year: 2026", "year: zweitausend", "years[0].year: 'zweitausend' is no year"),
        ("to: 2026-01-03", "to: 2025-12-31", "years[0].holidays[0]: 2026-01-01 to 2025-12-31 is no stretch of 2026"),
        ("from: 2026-01-01", "from: 元旦", "years[0].holidays[0].from: '元旦' is no date"),
        ("name: 元旦, ", "", "years[0].holidays[0]: needs exactly name, from and to"),
        ("[2026-01-04]", "[2026-01-05]", "years[0].make_up[0]: 2026-01-05 is no weekend of 2026 at work"),
        ("[2026-01-04]", "[2026-01-03]", "years[0].make_up[0]: 2026-01-03 is no weekend of 2026 at work"),
        ("[2026-01-04]", "2026-01-04", "years[0].make_up: is no list"),
    ],
)
def test_a_bad_calendar_names_the_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "rules" / "calendar.yml"
    path.parent.mkdir()
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_calendar(path)
    assert message in str(raised.value)


def test_a_year_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "rules" / "calendar.yml"
    path.parent.mkdir()
    path.write_text(GOOD + GOOD.replace("years:\n", ""), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="stands twice"):
        load_calendar(path)
