"""Refusing a parcel: at the door, in part, and when it is too late for that."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_builder import NOW, at, item, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.rejection import decide_rejection
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Order, OrderState
from aftersales.stores import Store

EXCLUSIONS = [
    {"category": "鲜果", "basis": "perishable"},
    {"category": "定制款", "basis": "customised"},
    {"category": "贴身用品", "basis": "confirmed"},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"returns.exclusions": EXCLUSIONS})


ONE_SIGNED = order(OrderState.SHIPPED, parcels=(parcel(signed_at=at("11-18 10:00")), parcel(waybill="SF2")))


@pytest.mark.parametrize(
    ("facts", "outcome", "confirmed_by"),
    [
        (order(OrderState.UNPAID), "unpaid", ""),
        (order(), "not_shipped", ""),
        (shipped(), "open", "carrier"),
        (order(OrderState.STUCK, parcels=shipped().parcels), "open", "carrier"),
        (ONE_SIGNED, "partly", "carrier"),
        (order(OrderState.REFUNDING, parcels=shipped().parcels), "refunding", "carrier"),
        (order(OrderState.RETURNED, parcels=shipped().parcels), "returned", "person"),
        (shipped(items=(item("雪莲果", category="鲜果"),)), "unfit", "person"),
        (shipped(items=(item("茶"), item("雪莲果", category="鲜果"))), "unfit", "person"),
        (shipped(items=(item(custom_made=True),)), "unfit", "person"),
        # Sealed at the door: what opening would change has not happened.
        (shipped(items=(item(category="贴身用品", no_return_confirmed=True),)), "open", "carrier"),
        (signed(), "signed", ""),
        (order(OrderState.CANCELLED), "ended", ""),
        (order(OrderState.REFUNDED, parcels=signed().parcels), "ended", ""),
    ],
)
def test_what_refusing_means_now(store: Store, facts: Order, outcome: str, confirmed_by: str) -> None:
    decision = decide_rejection(store, facts, NOW)
    assert (decision.outcome, decision.confirmed_by) == (outcome, confirmed_by)


@pytest.mark.parametrize(("now", "outcome"), [("11-25 23:59:59", "signed"), ("11-26 00:00", "signed_over")])
def test_once_signed_for_a_return_takes_its_place(store: Store, now: str, outcome: str) -> None:
    decision = decide_rejection(store, signed("11-18 15:00"), at(now))
    assert decision.outcome == outcome
    assert decision.values.get("return.last_day", "11月25日") == "11月25日"


def test_fresh_goods_signed_for_leave_the_way_of_a_fault(store: Store) -> None:
    decision = decide_rejection(store, signed(items=(item(category="鲜果"),)), NOW)
    assert (decision.outcome, decision.rules, decision.ask) == ("signed_over", ("QLT-01",), ("detail", "photo"))


def test_a_case_that_runs_is_named(store: Store) -> None:
    running = AfterSale(AfterSaleKind.RETURN, AfterSaleStage.REQUESTED, NOW)
    assert decide_rejection(store, signed(after_sale=running), NOW).outcome == "open"


def test_how_many_parcels_can_still_be_refused_is_said(store: Store) -> None:
    values = decide_rejection(store, ONE_SIGNED, NOW).values
    assert (values["parcels.all"], values["parcels.signed"]) == ("2", "1")


@pytest.mark.parametrize(("platform", "cites"), [("tmall", True), ("jd", False), ("own", False)])
def test_only_taobao_promises_the_refund_for_it(tmp_path: Path, platform: str, cites: bool) -> None:
    decision = decide_rejection(build_store(tmp_path, {"platform": platform}), shipped(), NOW)
    assert ("LOG-10" in decision.rules) is cites
