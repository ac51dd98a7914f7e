"""Coupons: back after a full refund, after a part of it, or nobody has promised."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from order_builder import NOW, order, signed
from store_builder import build_store

from aftersales.decisions.coupons import decide_coupons
from aftersales.orders import Order, OrderState, Refund, RefundStage
from aftersales.stores import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"refunds.coupon_text": "整单退款时店铺券退回账户；部分退款不退"})


def refunding(amount: str, stage: RefundStage = RefundStage.REQUESTED, total: str = "199.00") -> Order:
    asked = Refund(stage, "微信支付", NOW, Decimal(amount))
    return order(OrderState.REFUNDING, refund=asked, total=Decimal(total))


@pytest.mark.parametrize(
    ("facts", "outcome", "confirmed_by"),
    [
        (refunding("199.00"), "full", "platform"),
        (refunding("198.99"), "partial", "platform"),
        (refunding("0.01"), "partial", "platform"),
        (refunding("199.00", RefundStage.PAID), "full", "platform"),
        (refunding("199.00", RefundStage.REJECTED), "no_refund", ""),
        (refunding("199.00", RefundStage.CANCELLED), "no_refund", ""),
        (signed(), "no_refund", ""),
        (order(OrderState.UNPAID), "unpaid", "platform"),
        (order(OrderState.CANCELLED), "cancelled", "platform"),
    ],
)
def test_whether_they_come_back(store: Store, facts: Order, outcome: str, confirmed_by: str) -> None:
    decision = decide_coupons(store, facts, NOW)
    assert (decision.outcome, decision.confirmed_by) == (outcome, confirmed_by)
    assert decision.template == f"utter_coupons_{outcome}"


@pytest.mark.parametrize("amount", ["199.00", "50.00"])
def test_where_the_store_has_promised_nothing_a_person_looks(tmp_path: Path, amount: str) -> None:
    decision = decide_coupons(build_store(tmp_path), refunding(amount), NOW)
    assert (decision.outcome, decision.human, decision.confirmed_by) == ("unknown", "refund_problem", "person")


def test_no_amount_is_worked_out(store: Store) -> None:
    assert set(decide_coupons(store, refunding("50.00"), NOW).values) == {"order.short", "order.item"}
