"""Every decision about every demo order can be said completely, in every store and for every question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from order_builder import NOW, at, shipped, signed

from aftersales.answers.render import render, select
from aftersales.answers.responses import load_responses
from aftersales.calendar import load_calendar
from aftersales.decisions import Decision
from aftersales.decisions.invoice import decide_invoice
from aftersales.decisions.questions import QUESTIONS
from aftersales.decisions.wording import day_text, last_day_text, last_moment, order_values, time_text, yuan_text
from aftersales.orders import Order
from aftersales.orders.demo import load_demo_orders
from aftersales.rules import load_catalogue
from aftersales.stores import Store, load_stores
from aftersales.stores.hours import CHINA

ROOT = Path(__file__).resolve().parents[2]
STORES = load_stores(ROOT / "stores")
RESPONSES = load_responses(ROOT / "data" / "responses")
RULES = load_catalogue(ROOT / "rules" / "catalogue")
ORDERS = load_demo_orders(ROOT / "stores", NOW)
CALENDAR = load_calendar(ROOT / "rules" / "calendar.yml")
#: How a shop behaves well, known from practice and drafts of standards; none of them is a term or an amount.
PRACTICE = {"HUM-08", "CMP-03", "ORF-05", "FRI-02", "FRI-03", "CFT-04", "CPS-04"}
LATER = (timedelta(0), timedelta(days=3), timedelta(days=20), timedelta(days=400))


def every_decision(store: Store, order: Order, now: datetime) -> Iterator[Decision]:
    for question in QUESTIONS.values():
        yield question(store, order, now)
    yield decide_invoice(store, order, now, "invoice_request", CALENDAR)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("store", STORES.values(), ids=list(STORES))
def test_every_decision_can_be_said_the_first_time_and_the_second(store: Store, again: bool) -> None:
    for order in ORDERS:
        for distance in LATER:
            for decision in every_decision(store, order, NOW + distance):
                values = {**store.values(), **decision.values}
                text = render(select(RESPONSES[decision.template], values, again).text, values, name=decision.template)
                assert order.short in text, decision.template
                assert not re.search(r"[{}〔〕]|None", text), text


@pytest.mark.parametrize(
    "name",
    [
        "utter_logistics_to_ship",
        "utter_logistics_late",
        "utter_logistics_expected",
        "utter_logistics_overdue",
        "utter_refund_reviewing",
        "utter_refund_awaiting_return",
        "utter_refund_approved",
        "utter_return_reviewing",
        "utter_return_in_transit",
        "utter_return_inspecting",
        "utter_cancel_not_shipped",
        "utter_invoice_none",
        "utter_warranty_within",
    ],
)
@pytest.mark.parametrize("pickup", [False, True])
def test_how_long_is_answered_with_a_time_and_in_other_words(name: str, pickup: bool) -> None:
    values = {"returns.pickup_offered": pickup}
    first, second = (select(RESPONSES[name], values, again).text for again in (False, True))
    assert first != second
    said = re.findall(r"\{([a-z_.]+)\}", second)
    times = r"(?:hours|arrival|when|expected|by|last_at|last_day|\.by)$|ship_by|_hours"
    assert any(re.search(times, key) for key in said), second


@pytest.mark.parametrize("store", STORES.values(), ids=list(STORES))
def test_every_rule_a_decision_rests_on_was_read_and_holds_there(store: Store) -> None:
    for order in ORDERS:
        for decision in every_decision(store, order, NOW):
            for rule in decision.rules:
                if rule in PRACTICE:
                    continue
                assert RULES[rule].verified, f"{decision.template}: {rule}"
                assert RULES[rule].holds_on(store.platform), f"{decision.template}: {rule}"


def test_what_was_not_read_says_no_number() -> None:
    for rule in PRACTICE:
        assert not RULES[rule].verified
        assert not RULES[rule].params, rule


#: Asked again soon after, these say it shorter, name the time and point to a person.
AGAIN = (
    "utter_refund_reviewing",
    "utter_refund_awaiting_return",
    "utter_refund_return_underway",
    "utter_refund_inspecting",
    "utter_refund_approved",
    "utter_logistics_expected",
    "utter_logistics_underway",
    "utter_logistics_shipped",
    "utter_logistics_moving",
    "utter_logistics_parcels",
    "utter_price_open",
    "utter_price_no_drop",
    "utter_price_dropped",
    "utter_price_over",
    "utter_return_eligible",
    "utter_return_open",
)


@pytest.mark.parametrize("template", AGAIN)
def test_the_commonest_answers_about_an_order_have_other_words_for_the_second_time(template: str) -> None:
    seen = 0
    for store in STORES.values():
        for order in (*ORDERS, shipped()):
            for decision in every_decision(store, order, NOW):
                if decision.template != template:
                    continue
                seen += 1
                values = {**store.values(), **decision.values}
                first, second = (select(RESPONSES[template], values, again) for again in (False, True))
                text = render(second.text, values, name=template)
                assert second != first
                assert order.short in text
                assert "转人工" in text
    assert seen, f"no order is answered with {template}"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-11-20 23:59:59", "11月20日"),
        ("2026-01-02 00:00", "1月2日"),
        ("2027-11-18 00:00", "2027年11月18日"),
        ("2025-12-31 23:59:59", "2025年12月31日"),
    ],
)
def test_days_are_written_as_people_write_them_with_the_year_when_it_is_another(moment: str, text: str) -> None:
    assert day_text(in_china(moment), NOW) == text


@pytest.mark.parametrize(
    ("moment", "now", "text"),
    [
        ("2026-12-31 23:30", "2026-12-31 23:59", "12月31日23:30"),
        ("2026-12-31 23:30", "2027-01-01 00:00", "2026年12月31日23:30"),
        ("2027-01-01 09:05", "2026-12-31 23:59", "2027年1月1日09:05"),
    ],
)
def test_times_around_new_year(moment: str, now: str, text: str) -> None:
    assert time_text(in_china(moment), in_china(now)) == text


def test_the_year_is_that_of_china() -> None:
    still_december_in_utc = datetime(2026, 12, 31, 17, 0, tzinfo=timezone.utc)
    assert day_text(at("12-31 12:00"), still_december_in_utc) == "2026年12月31日"


def in_china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_a_term_ends_after_its_last_whole_day() -> None:
    assert last_moment(at("11-10 15:00"), 7) == at("11-18 00:00")
    assert last_day_text(at("11-10 15:00"), 7, NOW) == "11月17日"
    assert last_day_text(at("12-30 15:00"), 7, NOW) == "2027年1月6日"


@pytest.mark.parametrize(
    ("amount", "text"), [("199.00", "199元"), ("19.90", "19.90元"), ("0", "0元"), ("1299.5", "1299.50元")]
)
def test_amounts(amount: str, text: str) -> None:
    assert yuan_text(Decimal(amount)) == text


def test_an_order_is_called_by_its_goods_and_last_digits() -> None:
    assert order_values(signed()) == {"order.short": "1234", "order.item": "蓝牙耳机"}
