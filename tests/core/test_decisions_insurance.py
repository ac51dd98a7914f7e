"""Freight insurance: whether this order has it, and the next step so that it pays. Never a number."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from order_builder import NOW, at, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.freight_insurance import decide_freight_insurance
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Order, OrderState, Refund, RefundStage
from aftersales.stores import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"freight_insurance.offered": True})


def back(stage: AfterSaleStage, kind: AfterSaleKind = AfterSaleKind.RETURN, **facts: str) -> AfterSale:
    return AfterSale(kind, stage, at("11-19 10:00"), **facts)  # type: ignore[arg-type]


PAID = Refund(RefundStage.PAID, "微信支付", NOW, Decimal(199), with_return=True)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (order(OrderState.UNPAID), "ended"),
        (order(OrderState.CANCELLED), "ended"),
        (order(), "not_received"),
        (shipped(), "not_received"),
        (order(OrderState.SHIPPED, parcels=(parcel(signed_at=NOW), parcel(waybill="SF2"))), "not_received"),
        (signed(), "insured"),
        (signed(after_sale=back(AfterSaleStage.REQUESTED)), "to_send"),
        (signed(after_sale=back(AfterSaleStage.AWAITING_PARCEL)), "to_send"),
        (signed(after_sale=back(AfterSaleStage.AWAITING_PARCEL, return_waybill="YT1")), "running"),
        (signed(after_sale=back(AfterSaleStage.IN_TRANSIT, return_waybill="YT1")), "running"),
        (signed(after_sale=back(AfterSaleStage.INSPECTING)), "running"),
        (signed(after_sale=back(AfterSaleStage.DONE)), "claim"),
        (order(OrderState.REFUNDED, after_sale=back(AfterSaleStage.INSPECTING), refund=PAID), "claim"),
        (signed(after_sale=back(AfterSaleStage.REJECTED)), "insured"),
        (signed(after_sale=back(AfterSaleStage.CANCELLED)), "insured"),
        # It pays for sending back, not for an exchange that the store arranges.
        (signed(after_sale=back(AfterSaleStage.IN_TRANSIT, AfterSaleKind.EXCHANGE)), "insured"),
    ],
)
def test_the_next_step_of_an_insured_order(store: Store, facts: Order, outcome: str) -> None:
    insured = order(**{**vars(facts), "freight_insurance": True})
    decision = decide_freight_insurance(store, insured, NOW)
    assert (decision.outcome, decision.template) == (outcome, f"utter_insurance_{outcome}")
    assert decision.confirmed_by == ("" if outcome == "ended" else "insurer")
    assert decision.ask == (("waybill",) if outcome == "to_send" else ())


@pytest.mark.parametrize(
    ("offered", "payer", "outcome", "template"),
    [
        (True, "buyer", "missing", "utter_insurance_missing"),
        (False, "buyer", "none", "utter_insurance_none_buyer"),
        (False, "store", "none", "utter_insurance_none_store"),
    ],
)
def test_an_order_without_it(tmp_path: Path, offered: bool, payer: str, outcome: str, template: str) -> None:
    store = build_store(tmp_path, {"freight_insurance.offered": offered, "returns.no_reason_freight": payer})
    decision = decide_freight_insurance(store, signed(), NOW)
    assert (decision.outcome, decision.template) == (outcome, template)
    assert (decision.confirmed_by == "person") is offered


def test_no_number_comes_from_a_weak_source(store: Store) -> None:
    for facts in (signed(freight_insurance=True), signed(after_sale=back(AfterSaleStage.DONE), freight_insurance=True)):
        decision = decide_freight_insurance(store, facts, NOW)
        numbers = {name: value for name, value in decision.values.items() if re.search(r"\d", value)}
        assert set(numbers) <= {"order.short"}
        assert "FRI-01" not in decision.rules
