"""Claims and complaints: what the order itself shows went wrong, and that a person answers; never an amount."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from order_builder import NOW, at, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.compensation import decide_compensation
from aftersales.decisions.complaint import decide_complaint
from aftersales.decisions.matter import matter_of
from aftersales.orders import (
    AfterSale,
    AfterSaleKind,
    AfterSaleStage,
    Order,
    OrderState,
    ParcelEvent,
    Refund,
    RefundStage,
)
from aftersales.stores import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"refunds.review_hours": 24, "shipping.promise_hours": 48})


def refund(stage: RefundStage, requested: str, **facts: object) -> Refund:
    return Refund(stage, "微信支付", at(requested), Decimal(199), **facts)  # type: ignore[arg-type]


LATER = at("11-25 10:00")


def quiet(since: str) -> tuple[ParcelEvent, ...]:
    return (ParcelEvent(at(since), "快件到达武汉中转场"),)


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (signed(), ""),
        (order(OrderState.UNPAID), ""),
        (order(OrderState.CANCELLED, ship_by=at("11-17 10:00")), ""),
        (order(ship_by=at("11-20 12:00:01")), ""),
        (order(ship_by=at("11-20 12:00")), "late_shipment"),
        (shipped(shipped_at=at("11-17 10:00:01"), ship_by=at("11-17 10:00")), "shipped_late"),
        (shipped(events=quiet("11-18 12:00:01")), ""),
        (shipped(events=quiet("11-18 12:00")), "stuck"),
        # One parcel came, the other does not move.
        (order(OrderState.SHIPPED, parcels=(parcel(signed_at=NOW), parcel(events=quiet("11-15 12:00")))), "stuck"),
        (signed(state=OrderState.SIGNED_NOT_RECEIVED), "not_received"),
        (order(OrderState.REFUNDING, refund=refund(RefundStage.REQUESTED, "11-19 12:00:01"), ship_by=LATER), ""),
        # Asked back because it never left: the refund is in time, the parcel is not.
        (order(OrderState.REFUNDING, refund=refund(RefundStage.REQUESTED, "11-19 12:00:01")), "late_shipment"),
        (order(OrderState.REFUNDING, refund=refund(RefundStage.REQUESTED, "11-19 12:00")), "refund_reviewing_late"),
        (signed(refund=refund(RefundStage.REJECTED, "11-19 12:00")), "refund_rejected"),
        (
            order(
                OrderState.REFUNDING, refund=refund(RefundStage.APPROVED, "11-10 12:00", approved_at=at("11-13 12:00"))
            ),
            "refund_approved_late",
        ),
        # The money runs as it should, the return itself was refused.
        (
            signed(
                refund=refund(RefundStage.REQUESTED, "11-20 11:00"),
                after_sale=AfterSale(AfterSaleKind.RETURN, AfterSaleStage.REJECTED, at("11-18 12:00")),
            ),
            "refund_rejected",
        ),
    ],
)
def test_what_the_order_shows(store: Store, facts: Order, key: str) -> None:
    assert matter_of(store, facts, NOW).key == key
    complaint, claim = decide_complaint(store, facts, NOW), decide_compensation(store, facts, NOW)
    assert complaint.outcome == (key or "unseen")
    assert claim.outcome == (key or ("unpaid" if facts.state is OrderState.UNPAID else "unseen"))
    for decision in (complaint, claim):
        assert decision.confirmed_by == "person"
        assert decision.human is not None
        assert ("order.matter" in decision.values) is bool(key)
        # What the order has told nobody has to tell again.
        assert ("detail" in decision.ask) is not bool(key)


def test_no_amount_is_ever_named(store: Store) -> None:
    late = order(ship_by=at("11-17 10:00"), total=Decimal("1299.00"))
    for facts in (signed(), late, signed(refund=refund(RefundStage.REJECTED, "11-19 12:00"))):
        values = " ".join(decide_compensation(store, facts, NOW).values.values())
        assert not re.search(r"元|%|倍|1299|199", values.replace("330900001234", ""))


def test_a_promise_binds_and_a_complaint_is_free(store: Store) -> None:
    assert {"CMP-03", "CMP-05", "HUM-08"} <= set(decide_compensation(store, signed(), NOW).rules)
    assert {"INT-18", "REG-03"} <= set(decide_complaint(store, signed(), NOW).rules)
