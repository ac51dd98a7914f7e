"""When people answer: weekly hours, split shifts, closings, special days, always in China time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from store_builder import build_store

from aftersales.errors import ConfigurationError
from aftersales.stores.hours import CHINA, ServiceHours
from aftersales.stores.hours_reader import read_hours

#: 2026-11-23 is a Monday.
PLAN: dict[str, Any] = {
    "daily": ["09:00-12:00", "13:30-22:00"],
    "sat": ["10:00-24:00"],
    "sun": [],
    "closed": [{"from": "2027-02-05", "to": "2027-02-08", "reason": "春节"}],
    "special": [{"day": "2027-02-07", "hours": ["10:00-11:00"]}, {"day": "2026-12-01", "hours": []}],
}


def hours(plan: dict[str, Any] | None = None) -> ServiceHours:
    return read_hours("stores/x/store.yml", "service_hours", PLAN if plan is None else plan)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00:00", False),
        ("2026-11-23T13:29:00", False),
        ("2026-11-23T13:30:00", True),
        ("2026-11-23T22:00:00", False),
        ("2026-11-28T23:59:59", True),
        ("2026-11-29T00:00:00", False),
        ("2026-11-29T12:00:00", False),
        ("2026-12-01T10:00:00", False),
        ("2027-02-05T10:00:00", False),
        ("2027-02-07T10:30:00", True),
        ("2027-02-07T15:00:00", False),
        ("2027-02-09T10:00:00", True),
    ],
)
def test_open_by_the_plan_the_closings_and_the_special_days(now: str, is_open: bool) -> None:
    assert hours().is_open(china(now)) is is_open


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-23T10:00:00", "2026-11-23T10:00:00"),
        ("2026-11-23T07:00:00", "2026-11-23T09:00:00"),
        ("2026-11-23T12:30:00", "2026-11-23T13:30:00"),
        ("2026-11-23T23:00:00", "2026-11-24T09:00:00"),
        ("2026-11-28T23:59:59", "2026-11-28T23:59:59"),
        ("2026-11-29T08:00:00", "2026-11-30T09:00:00"),
        ("2026-11-30T22:30:00", "2026-12-02T09:00:00"),
        ("2027-02-05T09:30:00", "2027-02-07T10:00:00"),
        ("2027-02-07T11:00:00", "2027-02-09T09:00:00"),
    ],
)
def test_the_next_opening_steps_over_breaks_closed_days_and_holidays(now: str, opening: str) -> None:
    assert hours().next_opening(china(now)) == china(opening)


def test_times_of_other_zones_are_read_as_china_time() -> None:
    utc = datetime(2026, 11, 23, 1, 0, tzinfo=timezone.utc)
    assert hours().is_open(utc)
    assert not hours().is_open(utc - timedelta(seconds=1))
    assert hours().next_opening(utc - timedelta(hours=1)) == china("2026-11-23T09:00:00")


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        hours().is_open(datetime(2026, 11, 23, 10, 0))


def test_no_opening_within_a_year_is_none() -> None:
    closed = hours({"special": [{"day": "2026-11-23", "hours": ["09:00-10:00"]}]})
    assert closed.next_opening(china("2026-11-23T12:00:00")) is None


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        ({"daily": ["09:00-24:00"]}, "每天 9:00–24:00"),
        (PLAN, "周一至周五 9:00–12:00、13:30–22:00；周六 10:00–24:00"),
        ({"mon": ["09:00-18:00"], "wed": ["09:00-18:00"]}, "周一 9:00–18:00；周三 9:00–18:00"),
        ({"sat": ["10:00-18:00"], "sun": ["10:00-18:00"]}, "周六至周日 10:00–18:00"),
    ],
)
def test_the_plan_reads_as_a_buyer_would_say_it(plan: dict[str, Any], text: str) -> None:
    assert hours(plan).describe() == text


def test_intervals_come_in_order_whatever_the_file_says() -> None:
    plan = hours({"daily": ["13:00-18:00", "09:00-12:00"]})
    assert [str(interval) for interval in plan.intervals(date(2026, 11, 23))] == ["9:00–12:00", "13:00–18:00"]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"daily": "09:00-18:00"}, "service_hours.daily: is no list"),
        ({"daily": ["9-18"]}, "service_hours.daily[0]: '9-18' is no interval"),
        ({"daily": ["22:00-02:00"]}, "does not end after it starts"),
        ({"daily": ["09:00-25:00"]}, "does not end after it starts"),
        ({"daily": ["09:00-12:00", "11:00-13:00"]}, "9:00–12:00 and 11:00–13:00 overlap"),
        ({"daily": ["09:00-12:00"], "funday": []}, "service_hours.funday: is not a known field"),
        ({"daily": ["09:00-12:00"], "time_zone": "UTC"}, "'UTC' is not allowed. Use Asia/Shanghai"),
        ({"daily": []}, "nobody is ever there (HUM-02)"),
        ({"daily": ["09:00-12:00"], "closed": [{"from": "2027-02-08", "to": "2027-02-05"}]}, "before it starts"),
        ({"daily": ["09:00-12:00"], "closed": [{"from": "2027-02-08"}]}, "needs `from` and `to`"),
        ({"daily": ["09:00-12:00"], "special": [{"day": "2027-02-08"}]}, "needs exactly `day` and `hours`"),
        ({"daily": ["09:00-12:00"], "special": [{"day": "soon", "hours": []}]}, "'soon' is no date"),
    ],
)
def test_bad_hours_are_refused_with_place_and_fix(tmp_path: Path, plan: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        build_store(tmp_path, {"service_hours": plan})
    assert message in str(refused.value)
