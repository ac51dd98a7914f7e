"""Where an order is, decided from its own facts."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_builder import NOW, at, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.logistics import decide_logistics
from aftersales.orders import Order, OrderState, ParcelEvent
from aftersales.stores import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path)  # promises to ship within 48 hours


def last_heard(when: str) -> tuple[ParcelEvent, ...]:
    return (ParcelEvent(at(when), "快件到达武汉中转场"),)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (order(OrderState.UNPAID), "unpaid"),
        (order(OrderState.CANCELLED), "ended"),
        (order(OrderState.CLOSED), "ended"),
        (order(OrderState.REFUNDED), "ended"),
        (order(OrderState.RETURNED, parcels=(parcel(signed_at=at("11-18 15:00")),)), "returned"),
        (order(OrderState.REFUNDING), "refunding"),
        (order(ship_by=at("11-21 10:00")), "to_ship"),
        (order(ship_by=at("11-20 12:00:01")), "to_ship"),
        (order(ship_by=at("11-20 12:00")), "late"),
        (order(presale_from=at("11-25 00:00"), ship_by=at("11-28 00:00")), "presale"),
        (order(presale_from=at("11-10 00:00"), ship_by=at("11-19 00:00")), "late"),
        (shipped(), "underway"),
        (shipped(expected_at=at("11-21 18:00")), "underway"),
        (shipped(expected_at=at("11-20 11:59")), "overdue"),
        (order(OrderState.SIGNED_NOT_RECEIVED, parcels=(parcel(signed_at=at("11-18 15:00")),)), "tracing"),
        (signed(), "signed"),
    ],
)
def test_each_state_has_its_answer(store: Store, facts: Order, outcome: str) -> None:
    assert decide_logistics(store, facts, NOW, "logistics_status").outcome == outcome


@pytest.mark.parametrize(
    ("paid_at", "outcome"),
    [("11-18 12:00:01", "to_ship"), ("11-18 12:00", "late")],
)
def test_without_a_time_on_the_order_the_stores_promise_counts(store: Store, paid_at: str, outcome: str) -> None:
    assert decide_logistics(store, order(paid_at=at(paid_at)), NOW, "shipping_time").outcome == outcome


@pytest.mark.parametrize(
    ("heard", "outcome"), [("11-18 12:00", "stuck"), ("11-18 12:00:01", "moving"), ("11-20 11:59", "moving")]
)
def test_a_parcel_is_stuck_after_two_silent_days(store: Store, heard: str, outcome: str) -> None:
    decision = decide_logistics(store, shipped(events=last_heard(heard)), NOW, "logistics_stuck")
    assert decision.outcome == outcome
    assert decision.human == ("logistics_stuck" if outcome == "stuck" else None)


def test_a_parcel_nobody_has_scanned_counts_from_dispatch(store: Store) -> None:
    fresh = shipped(events=(), shipped_at=at("11-19 12:00"))
    assert decide_logistics(store, fresh, NOW, "logistics_stuck").values["parcel.last_event"] == "已发出"
    assert (
        decide_logistics(store, shipped(events=(), shipped_at=at("11-17 09:00")), NOW, "logistics_stuck").outcome
        == "stuck"
    )


def test_what_the_shop_calls_stuck_is_stuck(store: Store) -> None:
    facts = order(OrderState.STUCK, parcels=(parcel(),))
    assert decide_logistics(store, facts, NOW, "delivery_time").outcome == "stuck"


@pytest.mark.parametrize(
    ("question", "outcome", "human"),
    [
        ("logistics_status", "signed", None),
        ("delivery_time", "signed", None),
        ("not_received", "signed_not_received", "not_received"),
        ("logistics_stuck", "signed_not_received", "not_received"),
    ],
)
def test_signed_but_not_received_needs_a_person(store: Store, question: str, outcome: str, human: str | None) -> None:
    decision = decide_logistics(store, signed(), NOW, question)
    assert (decision.outcome, decision.human) == (outcome, human)


def test_who_signed_is_told_in_the_carriers_words(store: Store) -> None:
    values = decide_logistics(store, signed(), NOW, "not_received").values
    assert (values["parcel.signed_at"], values["parcel.signed_by"]) == ("11月18日15:00", "本人")


def test_not_received_while_under_way_is_no_missing_parcel(store: Store) -> None:
    assert decide_logistics(store, shipped(), NOW, "not_received").outcome == "moving"


def test_of_several_parcels_the_one_under_way_is_told(store: Store) -> None:
    parcels = (parcel(signed_at=at("11-19 10:00"), contents="桌垫"), parcel(waybill="SF2", contents="支架"))
    values = decide_logistics(store, order(OrderState.SHIPPED, parcels=parcels), NOW, "logistics_status").values
    assert (values["parcels.all"], values["parcels.signed"], values["parcel.contents"]) == ("2", "1", "支架")
    assert values["parcel.waybill"] == "SF2"


def test_a_couriers_telephone_number_is_not_passed_on(store: Store) -> None:
    events = (ParcelEvent(at("11-20 08:00"), "派送中，快递员电话13800138000"),)
    assert (
        "138"
        not in decide_logistics(store, shipped(events=events), NOW, "logistics_status").values["parcel.last_event"]
    )


def test_times_are_told_as_they_are_in_china(store: Store) -> None:
    facts = order(ship_by=at("11-20 23:30").astimezone(tz=None))
    assert decide_logistics(store, facts, NOW, "shipping_time").values["order.ship_by"] == "11月20日23:30"
