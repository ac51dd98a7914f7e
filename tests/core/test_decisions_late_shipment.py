"""Promised to be shipped by then: kept to the second, missed, and missed by a part."""

from __future__ import annotations

from datetime import timezone
from pathlib import Path

import pytest
from order_builder import NOW, at, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.late_shipment import decide_late_shipment
from aftersales.orders import Order, OrderState
from aftersales.stores import Store

BY = at("11-18 10:00")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"platform": "jd", "shipping.promise_hours": 48})


@pytest.mark.parametrize(
    ("now", "outcome"),
    [("11-18 09:59:59", "to_ship"), ("11-18 10:00", "late"), ("11-30 10:00", "late")],
)
def test_the_promise_ends_with_its_last_second(store: Store, now: str, outcome: str) -> None:
    # Paid on the 16th at ten, promised within 48 hours.
    assert decide_late_shipment(store, order(), at(now)).outcome == outcome


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (("11-18 10:00",), "in_time"),  # within the very second
        (("11-18 10:00:01",), "shipped_late"),
        (("11-17 09:00", "11-18 12:00"), "partly_late"),
        (("11-18 11:00", "11-18 12:00"), "shipped_late"),
        (("11-17 09:00", "11-18 09:00"), "in_time"),
    ],
)
def test_every_parcel_has_to_leave_in_time(store: Store, left: tuple[str, ...], outcome: str) -> None:
    parcels = tuple(parcel(waybill=f"SF{n}", shipped_at=at(when)) for n, when in enumerate(left))
    decision = decide_late_shipment(store, order(OrderState.SHIPPED, parcels=parcels, ship_by=BY), NOW)
    assert decision.outcome == outcome


def test_what_the_order_says_beats_the_stores_hours(store: Store) -> None:
    assert decide_late_shipment(store, order(ship_by=at("11-21 10:00")), NOW).outcome == "to_ship"


def test_the_clock_of_the_order_system_does_not_matter(store: Store) -> None:
    facts = order(paid_at=at("11-16 10:00").astimezone(timezone.utc))
    decision = decide_late_shipment(store, facts, at("11-18 10:00").astimezone(timezone.utc))
    assert (decision.outcome, decision.values["order.ship_by"]) == ("late", "11月18日10:00")


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (order(OrderState.UNPAID), "unpaid"),
        (order(OrderState.CANCELLED), "ended"),
        (order(OrderState.REFUNDED, parcels=(parcel(),), ship_by=BY), "ended"),
        (order(OrderState.REFUNDING, ship_by=BY), "refunding"),
        (order(presale_from=at("11-25 00:00"), ship_by=BY), "presale"),  # sold ahead: the wait is no delay
        (order(presale_from=at("11-20 12:00"), ship_by=at("11-23 00:00")), "to_ship"),
        (order(presale_from=at("11-10 00:00")), "late"),
        (signed(ship_by=BY), "in_time"),
        (shipped(shipped_at=at("11-18 10:00:01"), ship_by=BY), "shipped_late"),
    ],
)
def test_when_there_is_a_promise_at_all(store: Store, facts: Order, outcome: str) -> None:
    assert decide_late_shipment(store, facts, NOW).outcome == outcome


def test_what_is_due_for_it_a_person_says(store: Store) -> None:
    decision = decide_late_shipment(store, order(), NOW)
    assert (decision.human, decision.confirmed_by) == ("late_shipment", "person")
    assert {"SHP-08", "CMP-03"} <= set(decision.rules)


@pytest.mark.parametrize(("platform", "cites"), [("tmall", True), ("jd", False)])
def test_on_taobao_the_buyer_is_asked_before_a_late_parcel_leaves(tmp_path: Path, platform: str, cites: bool) -> None:
    decision = decide_late_shipment(build_store(tmp_path, {"platform": platform}), order(), NOW)
    assert ("SHP-10" in decision.rules) is cites
    assert decision.ask == ("wish",)
