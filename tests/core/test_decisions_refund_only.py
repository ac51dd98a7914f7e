"""Money without the goods back: nothing is promised, nothing is refused, a person decides."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from order_builder import NOW, at, item, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.refund_only import decide_refund_only
from aftersales.orders import Order, OrderState, Refund, RefundStage
from aftersales.stores import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"returns.exclusions": [{"category": "鲜果", "basis": "perishable"}]})


def refund(stage: RefundStage) -> Refund:
    return Refund(stage, "微信支付", NOW, Decimal(199))


FRUIT = item("雪莲果", category="鲜果")


@pytest.mark.parametrize(
    ("facts", "outcome", "human"),
    [
        (order(OrderState.UNPAID), "unpaid", None),
        (order(), "not_shipped", None),  # nothing left the shop: an ordinary cancellation
        (shipped(), "underway", "refund_problem"),
        (signed(), "signed", "quality_problem"),
        (signed(items=(FRUIT,)), "unfit", "quality_problem"),
        (signed(items=(item("茶"), FRUIT)), "unfit", "quality_problem"),
        (signed(total=Decimal("20.00")), "low_value", "quality_problem"),
        (signed(total=Decimal("20.01")), "signed", "quality_problem"),
        (shipped(items=(FRUIT,)), "underway", "refund_problem"),
        # One parcel has come: it can be looked at.
        (
            order(OrderState.SHIPPED, parcels=(parcel(signed_at=at("11-18 10:00")), parcel(waybill="SF2"))),
            "signed",
            "quality_problem",
        ),
        (order(OrderState.REFUNDING, refund=refund(RefundStage.REQUESTED)), "open", None),
        (signed(refund=refund(RefundStage.REJECTED)), "signed", "quality_problem"),
        (order(OrderState.REFUNDED, refund=refund(RefundStage.PAID)), "ended", None),
        (order(OrderState.CANCELLED), "ended", None),
    ],
)
def test_where_the_wish_stands(store: Store, facts: Order, outcome: str, human: str | None) -> None:
    decision = decide_refund_only(store, facts, NOW)
    assert (decision.outcome, decision.human) == (outcome, human)
    assert human is None or decision.confirmed_by == "person"


@pytest.mark.parametrize(
    ("platform", "facts", "rule"),
    [
        ("jd", signed(items=(FRUIT,)), "ORF-03"),
        ("tmall", signed(items=(FRUIT,)), "ORF-04"),
        ("tmall", shipped(), "SHP-11"),
        ("pdd", signed(items=(FRUIT,)), "ORF-05"),
    ],
)
def test_the_platforms_own_rule_is_named(tmp_path: Path, platform: str, facts: Order, rule: str) -> None:
    exclusions = [{"category": "鲜果", "basis": "perishable"}]
    store = build_store(tmp_path, {"platform": platform, "returns.exclusions": exclusions})
    assert rule in decide_refund_only(store, facts, NOW).rules


def test_how_little_it_was_worth_is_a_hint_for_the_person_and_no_other_answer(store: Store) -> None:
    cheap, dear = (decide_refund_only(store, signed(total=Decimal(total)), NOW) for total in (9, 900))
    assert (cheap.template, cheap.values) == (dear.template, dear.values)
    assert cheap.reasons != dear.reasons
