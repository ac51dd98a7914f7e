"""Faulty, damaged, wrong or missing goods: what may be chosen, until which second, and what is asked for."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path

import pytest
from order_builder import NOW, at, item, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.quality import decide_quality
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Order, OrderState
from aftersales.stores import Store
from aftersales.stores.hours import CHINA

TERMS = {
    "returns.quality_days": 7,
    "returns.quality_exchange_days": 15,
    "returns.damage_report_hours": 48,
    "warranty.offered": True,
    "warranty.days": 30,
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, TERMS)


@pytest.mark.parametrize(
    ("now", "outcome", "choices", "last_day"),
    [
        ("11-10 10:00", "return", "退货、换货或维修", "11月17日"),
        ("11-17 23:59:59", "return", "退货、换货或维修", "11月17日"),  # the last second to return
        ("11-18 00:00", "exchange", "换货或维修", "11月25日"),
        ("11-25 23:59:59", "exchange", "换货或维修", "11月25日"),
        ("11-26 00:00", "repair", "维修", "12月10日"),
        ("12-10 23:59:59", "repair", "维修", "12月10日"),
    ],
)
def test_the_terms_follow_one_another(store: Store, now: str, outcome: str, choices: str, last_day: str) -> None:
    decision = decide_quality(store, signed("11-10 09:30"), at(now))
    assert (decision.outcome, decision.values["quality.choices"]) == (outcome, choices)
    assert (decision.template, decision.values["quality.last_day"]) == (f"utter_quality_{outcome}", last_day)
    assert "QLT-01" in decision.rules


def test_past_every_term_a_person_looks_and_nobody_is_refused(store: Store) -> None:
    decision = decide_quality(store, signed("11-10 09:30"), at("12-11 00:00"))
    assert (decision.outcome, decision.human, decision.confirmed_by) == ("over", "quality_problem", "person")
    assert "photo" in decision.ask


def test_without_a_warranty_nothing_is_repaired(tmp_path: Path) -> None:
    store = build_store(tmp_path, {**TERMS, "warranty.offered": False})
    assert decide_quality(store, signed("11-10 09:30"), at("11-17 12:00")).values["quality.choices"] == "退货或换货"
    assert decide_quality(store, signed("11-10 09:30"), at("11-26 00:00")).outcome == "over"


@pytest.mark.parametrize("zone", [CHINA, timezone.utc, timezone(timedelta(hours=-8))])
def test_the_last_day_is_chinas_day_whatever_clock_the_order_system_keeps(store: Store, zone: timezone) -> None:
    # Half past midnight in China is still the day before in London.
    facts = order(OrderState.SIGNED, parcels=(parcel(signed_at=at("11-11 00:30").astimezone(zone)),))
    last, after = (at(text).astimezone(zone) for text in ("11-18 23:59:59", "11-19 00:00"))
    assert decide_quality(store, facts, last).values["quality.last_day"] == "11月18日"
    assert (decide_quality(store, facts, last).outcome, decide_quality(store, facts, after).outcome) == (
        "return",
        "exchange",
    )


@pytest.mark.parametrize(
    ("question", "now", "outcome"),
    [
        ("damaged_parcel", "11-12 09:29:59", "return"),  # the last second of 48 hours
        ("damaged_parcel", "11-12 09:30", "return_late"),  # later still counts
        ("wrong_item", "11-12 09:30", "return_late"),
        ("missing_item", "11-12 09:30", "return_late"),
        ("quality_problem", "11-12 09:30", "return"),  # a hidden fault has no such hours
        ("not_as_described", "11-12 09:30", "return"),
    ],
)
def test_damage_is_best_reported_soon(store: Store, question: str, now: str, outcome: str) -> None:
    decision = decide_quality(store, signed("11-10 09:30"), at(now), question)
    assert (decision.outcome, decision.template) == (outcome, "utter_quality_return")
    assert decision.human == question
    assert ("quality.report_by" in decision.values) == (question in ("damaged_parcel", "wrong_item", "missing_item"))


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("quality_problem", ("detail", "photo", "wish")),
        ("damaged_parcel", ("photo", "detail", "wish")),
        ("wrong_item", ("photo", "label_photo", "wish")),
        ("missing_item", ("detail", "photo")),
        ("not_as_described", ("detail", "photo", "page_screenshot")),
        ("something new", ("detail", "photo", "wish")),
    ],
)
def test_what_has_to_be_shown(store: Store, question: str, ask: tuple[str, ...]) -> None:
    assert decide_quality(store, signed(), NOW, question).ask == ask


def test_of_several_parcels_the_latest_signed_one_counts(store: Store) -> None:
    first, second = parcel(signed_at=at("11-08 10:00")), parcel(waybill="SF2", signed_at=at("11-12 10:00"))
    both = order(OrderState.SIGNED, parcels=(first, second))
    assert decide_quality(store, both, at("11-19 23:59:59")).outcome == "return"
    assert decide_quality(store, both, at("11-20 00:00")).outcome == "exchange"


def test_goods_that_came_can_be_faulty_while_others_travel(store: Store) -> None:
    facts = order(OrderState.SHIPPED, parcels=(parcel(signed_at=at("11-12 10:00")), parcel(waybill="SF2")))
    assert decide_quality(store, facts, at("11-19 23:59:59")).values["quality.last_day"] == "11月19日"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (order(OrderState.UNPAID), "unpaid"),
        (order(), "not_received"),
        (shipped(), "not_received"),
        (order(OrderState.CANCELLED), "ended"),
        (order(OrderState.REFUNDED), "ended"),
        (order(OrderState.REFUNDING), "open"),
        (signed(after_sale=AfterSale(AfterSaleKind.EXCHANGE, AfterSaleStage.IN_TRANSIT, NOW)), "open"),
        (signed(after_sale=AfterSale(AfterSaleKind.EXCHANGE, AfterSaleStage.REJECTED, NOW)), "return"),
        # A closed deal is no closed fault.
        (order(OrderState.CLOSED, parcels=signed().parcels), "return"),
    ],
)
def test_what_stands_before_a_fault(store: Store, facts: Order, outcome: str) -> None:
    assert decide_quality(store, facts, NOW).outcome == outcome


@pytest.mark.parametrize(("platform", "rules"), [("jd", ("QLT-01", "QLT-12")), ("pdd", ("QLT-01",))])
def test_jd_has_a_rule_of_its_own(tmp_path: Path, platform: str, rules: tuple[str, ...]) -> None:
    assert decide_quality(build_store(tmp_path, {"platform": platform}), signed(), NOW).rules == rules


@pytest.mark.parametrize(
    ("now", "outcome", "template"),
    [
        ("11-12 09:29:59", "fresh", "utter_quality_fresh"),
        ("11-12 09:30", "fresh_late", "utter_quality_fresh_late"),
        ("11-17 23:59:59", "fresh_late", "utter_quality_fresh_late"),
        ("11-18 00:00", "over", "utter_quality_over"),
    ],
)
def test_nobody_sends_rotten_fruit_back(tmp_path: Path, now: str, outcome: str, template: str) -> None:
    exclusions = [{"category": "鲜果", "basis": "perishable"}]
    terms = {"returns.quality_days": 7, "returns.quality_exchange_days": 7, "returns.damage_report_hours": 48}
    store = build_store(tmp_path, {**terms, "returns.exclusions": exclusions})
    facts = signed("11-10 09:30", items=(item("茶"), item("雪莲果", category="鲜果")))
    decision = decide_quality(store, facts, at(now))
    assert (decision.outcome, decision.template, decision.human) == (outcome, template, "quality_problem")
