"""Refund progress and price protection: facts and terms are told, money is never decided."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from order_builder import NOW, at, item, order, parcel, shipped, signed
from store_builder import ROOT, build_store

from aftersales.answers.responses import load_responses
from aftersales.decisions.price_protection import decide_price_protection
from aftersales.decisions.refund_status import arrival_text, decide_refund_status
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Order, OrderState, Refund, RefundStage
from aftersales.stores import Store

RESPONSES = load_responses(ROOT / "data" / "responses")


def refund(stage: RefundStage, requested_at: str = "11-19 12:00", **facts: Any) -> Refund:
    return Refund(stage, "微信支付", at(requested_at), Decimal("199.00"), **facts)


def after_sale(stage: AfterSaleStage, requested_at: str = "11-19 12:00", **facts: Any) -> AfterSale:
    return AfterSale(AfterSaleKind.EXCHANGE, stage, at(requested_at), **facts)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    terms = {"refunds.review_hours": 24, "refunds.after_receipt_hours": 48, "returns.inspection_hours": 48}
    return build_store(tmp_path, terms)


@pytest.mark.parametrize(
    ("asked", "outcome", "human"),
    [
        (refund(RefundStage.REQUESTED, "11-19 12:00:01"), "reviewing", None),
        (refund(RefundStage.REQUESTED, "11-19 12:00"), "reviewing_late", "refund_problem"),
        (refund(RefundStage.AWAITING_RETURN), "awaiting_return", None),
        (refund(RefundStage.INSPECTING, "11-18 12:00:01"), "inspecting", None),
        (refund(RefundStage.INSPECTING, "11-18 12:00"), "inspecting_late", "refund_problem"),
        (refund(RefundStage.APPROVED, approved_at=at("11-13 12:00:01")), "approved", None),
        (refund(RefundStage.APPROVED, approved_at=at("11-13 12:00")), "approved_late", "refund_problem"),
        (refund(RefundStage.PAID, paid_at=at("11-19 12:00")), "paid", None),
        (refund(RefundStage.REJECTED, rejected_because="有使用痕迹"), "rejected", "refund_problem"),
        (refund(RefundStage.CANCELLED), "cancelled", None),
    ],
)
def test_every_step_of_a_refund(store: Store, asked: Refund, outcome: str, human: str | None) -> None:
    decision = decide_refund_status(store, order(OrderState.REFUNDING, refund=asked), NOW, "refund_status")
    assert (decision.outcome, decision.human) == (outcome, human)
    assert decision.template == f"utter_refund_{outcome}"


def test_goods_on_their_way_back_are_seen_by_their_waybill(store: Store) -> None:
    sent = after_sale(AfterSaleStage.IN_TRANSIT, return_carrier="京东快递", return_waybill="JDVC1")
    facts = order(OrderState.REFUNDING, refund=refund(RefundStage.AWAITING_RETURN), after_sale=sent)
    decision = decide_refund_status(store, facts, NOW, "refund_status")
    assert (decision.outcome, decision.values["return.waybill"]) == ("return_underway", "JDVC1")


@pytest.mark.parametrize(
    ("received", "outcome"), [("11-18 12:00:01", "inspecting"), ("11-18 12:00", "inspecting_late")]
)
def test_the_time_to_pay_back_runs_from_the_goods_arrival(store: Store, received: str, outcome: str) -> None:
    case = after_sale(AfterSaleStage.INSPECTING, "11-10 12:00", received_at=at(received))
    facts = order(OrderState.RETURNED, refund=refund(RefundStage.INSPECTING, "11-10 12:00"), after_sale=case)
    assert decide_refund_status(store, facts, NOW, "refund_status").outcome == outcome


@pytest.mark.parametrize(
    ("case", "outcome", "human"),
    [
        (after_sale(AfterSaleStage.REQUESTED, "11-19 12:00:01"), "reviewing", None),
        (after_sale(AfterSaleStage.REQUESTED), "reviewing_late", "refund_problem"),
        (after_sale(AfterSaleStage.AWAITING_PARCEL), "awaiting_parcel", None),
        (after_sale(AfterSaleStage.IN_TRANSIT, return_waybill="YT1"), "in_transit", None),
        (after_sale(AfterSaleStage.INSPECTING, received_at=at("11-18 12:00:01")), "inspecting", None),
        (after_sale(AfterSaleStage.INSPECTING, received_at=at("11-18 12:00")), "inspecting_late", "refund_problem"),
        (after_sale(AfterSaleStage.DONE), "done", None),
        (after_sale(AfterSaleStage.REJECTED), "rejected", "refund_problem"),
        (after_sale(AfterSaleStage.CANCELLED), "cancelled", None),
    ],
)
def test_every_step_of_a_case(store: Store, case: AfterSale, outcome: str, human: str | None) -> None:
    decision = decide_refund_status(store, signed(after_sale=case), NOW, "return_status")
    assert (decision.outcome, decision.human, decision.template) == (outcome, human, f"utter_return_{outcome}")
    assert decision.values["return.kind"] == "换货"


@pytest.mark.parametrize(
    ("question", "template"), [("refund_status", "utter_refund_none"), ("return_status", "utter_return_status_none")]
)
def test_nothing_asked_for_is_said_so(store: Store, question: str, template: str) -> None:
    assert decide_refund_status(store, signed(), NOW, question).template == template


@pytest.mark.parametrize(
    ("channel", "rules", "said"),
    [
        ("微信支付", ("RFD-08",), "零钱"),
        ("京东白条", (), "白条账单"),
        ("云闪付", (), "以支付机构处理为准"),
    ],
)
def test_arrival_is_said_per_channel_and_without_numbers_nobody_promised(
    store: Store, channel: str, rules: tuple[str, ...], said: str
) -> None:
    text, cited = arrival_text(store, channel)
    assert said in text
    assert cited == rules


# --- price protection -------------------------------------------------------------------------------------------------

CHEAPER, SAME = item(current_price=Decimal("149.00")), item(current_price=Decimal("199.00"))


def protecting(folder: Path, counted_from: str = "order") -> Store:
    terms = {
        "price_protection.offered": True,
        "price_protection.days": 15,
        "price_protection.counted_from": counted_from,
        "price_protection.exclusions": ["清仓款"],
    }
    return build_store(folder, terms)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (order(OrderState.UNPAID), "unpaid"),
        (order(OrderState.CANCELLED), "ended"),
        (order(OrderState.REFUNDING), "after_sale"),
        (order(OrderState.RETURNED), "after_sale"),
        (signed(items=(item(labels=frozenset({"清仓款"})),)), "excluded"),
        (signed(items=(item(labels=frozenset({"清仓款"})), CHEAPER)), "dropped"),
        (signed(items=(CHEAPER,)), "dropped"),
        (shipped(items=(CHEAPER,)), "dropped"),
        (signed(items=(SAME,)), "no_drop"),
        (signed(), "open"),
    ],
)
def test_each_order_has_its_answer(tmp_path: Path, facts: Order, outcome: str) -> None:
    assert decide_price_protection(protecting(tmp_path), facts, NOW, "price_protection").outcome == outcome


@pytest.mark.parametrize(
    ("counted_from", "paid", "signing", "now", "outcome"),
    [
        ("order", "11-01 23:00", "11-05 10:00", "11-16 23:59:59", "open"),
        ("order", "11-01 00:00", "11-05 10:00", "11-17 00:00", "over"),
        ("signed", "11-01 10:00", "11-05 23:00", "11-20 23:59:59", "open"),
        ("signed", "11-01 10:00", "11-05 00:00", "11-21 00:00", "over"),
    ],
)
def test_the_term_runs_from_the_day_the_store_says(
    tmp_path: Path, counted_from: str, paid: str, signing: str, now: str, outcome: str
) -> None:
    facts = order(OrderState.SIGNED, placed_at=at(paid), paid_at=at(paid), parcels=(parcel(signed_at=at(signing)),))
    decision = decide_price_protection(protecting(tmp_path, counted_from), facts, at(now), "price_protection")
    assert decision.outcome == outcome


def test_before_signing_a_term_from_signing_has_not_begun(tmp_path: Path) -> None:
    decision = decide_price_protection(protecting(tmp_path, "signed"), shipped(), NOW, "price_protection")
    assert decision.template == "utter_price_not_begun"


@pytest.mark.parametrize(
    ("facts", "template"),
    [
        (signed(), "utter_price_not_offered"),
        (shipped(), "utter_price_not_offered"),
        (order(OrderState.CANCELLED), "utter_price_not_offered"),
        (order(OrderState.PAID), "utter_price_not_offered_unsent"),
        (order(OrderState.UNPAID), "utter_price_not_offered_unsent"),
    ],
)
def test_a_store_without_the_promise_says_so_and_offers_cancelling_only_before_shipping(
    tmp_path: Path, facts: Order, template: str
) -> None:
    decision = decide_price_protection(build_store(tmp_path), facts, NOW, "price_protection")
    assert (decision.outcome, decision.template) == ("not_offered", template)
    payloads = [button.payload for button in RESPONSES[template][0].buttons]
    assert ("/order_cancel" in payloads) == template.endswith("_unsent")


@pytest.mark.parametrize(("facts", "outcome"), [(signed(), "problem"), (order(OrderState.CANCELLED), "ended")])
def test_a_refused_application_within_the_term_goes_to_a_person(tmp_path: Path, facts: Order, outcome: str) -> None:
    assert decide_price_protection(protecting(tmp_path), facts, NOW, "price_protection_problem").outcome == outcome


def test_no_amount_is_ever_named(tmp_path: Path) -> None:
    decision = decide_price_protection(protecting(tmp_path), signed(items=(CHEAPER,)), NOW, "price_protection")
    assert all("元" not in value for value in decision.values.values())


SALE = frozenset({"大促价"})


@pytest.mark.parametrize(
    ("bought", "outcome"),
    [
        # The whole order at the campaign's price, which the store keeps out.
        ((item(labels=SALE, current_price=Decimal(99)),), "excluded"),
        # One of two: the drop of what is kept out is no drop that counts.
        ((item(labels=SALE, current_price=Decimal(99)), item("音箱", current_price=Decimal(199))), "no_drop"),
        ((item(labels=SALE, current_price=Decimal(99)), item("音箱", current_price=Decimal(198))), "dropped"),
        ((item(labels=SALE, current_price=Decimal(99)), item("音箱")), "open"),
        # A label that the store does not keep out keeps nothing out.
        ((item(labels=frozenset({"会员价"}), current_price=Decimal(99)),), "dropped"),
    ],
)
def test_campaign_prices_are_kept_out_by_label_and_one_by_one(
    tmp_path: Path, bought: tuple[Any, ...], outcome: str
) -> None:
    promise = {"offered": True, "days": 7, "counted_from": "signed", "exclusions": ["大促价"]}
    store = build_store(tmp_path, {f"price_protection.{name}": value for name, value in promise.items()})
    decision = decide_price_protection(store, signed(items=bought), NOW, "price_protection")
    assert (decision.outcome, decision.confirmed_by) == (outcome, "person" if outcome in ("dropped", "open") else "")


@pytest.mark.parametrize(
    ("counted_from", "now", "outcome"),
    [
        # Paid on the 16th, the last parcel signed for on the 19th.
        ("order", "11-23 23:59:59", "open"),
        ("order", "11-24 00:00", "over"),
        ("signed", "11-26 23:59:59", "open"),
        ("signed", "11-27 00:00", "over"),
    ],
)
def test_the_price_window_opens_on_the_right_day(tmp_path: Path, counted_from: str, now: str, outcome: str) -> None:
    promise = {"offered": True, "days": 7, "counted_from": counted_from}
    store = build_store(tmp_path, {f"price_protection.{name}": value for name, value in promise.items()})
    parcels = (parcel(signed_at=at("11-17 10:00")), parcel(waybill="SF2", signed_at=at("11-19 10:00")))
    facts = order(OrderState.SIGNED, parcels=parcels)
    assert decide_price_protection(store, facts, at(now), "price_protection").outcome == outcome
