"""A broken thing: repaired only when nothing better is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_builder import NOW, at, order, shipped, signed
from store_builder import build_store

from aftersales.decisions.repair import decide_repair
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Order, OrderState
from aftersales.stores import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    terms = {"returns.quality_days": 7, "returns.quality_exchange_days": 15, "warranty.offered": True}
    return build_store(tmp_path, {**terms, "warranty.days": 30})


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        ("11-17 23:59:59", "choice"),
        ("11-25 23:59:59", "choice"),  # an exchange is open still
        ("11-26 00:00", "within"),
        ("12-10 23:59:59", "within"),
        ("12-11 00:00", "over"),
    ],
)
def test_nobody_is_talked_into_a_repair(store: Store, now: str, outcome: str) -> None:
    assert decide_repair(store, signed("11-10 10:00"), at(now)).outcome == outcome


def case(kind: AfterSaleKind, stage: AfterSaleStage) -> AfterSale:
    return AfterSale(kind, stage, at("11-12 10:00"))


@pytest.mark.parametrize(
    ("facts", "outcome", "confirmed_by"),
    [
        (signed(after_sale=case(AfterSaleKind.REPAIR, AfterSaleStage.INSPECTING)), "open", "person"),
        # What came in exchange has a term of its own, from a day that no order tells.
        (signed("10-01 10:00", after_sale=case(AfterSaleKind.EXCHANGE, AfterSaleStage.DONE)), "restarted", "person"),
        (signed("10-01 10:00", after_sale=case(AfterSaleKind.REPAIR, AfterSaleStage.DONE)), "over", ""),
        (shipped(), "not_signed", ""),
        (order(OrderState.UNPAID), "not_signed", ""),
    ],
)
def test_what_happened_before_counts(store: Store, facts: Order, outcome: str, confirmed_by: str) -> None:
    decision = decide_repair(store, facts, NOW)
    assert (decision.outcome, decision.confirmed_by) == (outcome, confirmed_by)


def test_without_a_warranty_the_fault_still_counts(tmp_path: Path) -> None:
    store = build_store(tmp_path, {"returns.quality_days": 7, "returns.quality_exchange_days": 15})
    assert decide_repair(store, signed("11-10 10:00"), at("11-25 23:59:59")).values["quality.choices"] == "换货"
    assert decide_repair(store, signed("11-10 10:00"), at("11-26 00:00")).outcome == "not_offered"
