"""Is it genuine: proof, appraisal, a person; never a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_builder import NOW, at, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.counterfeit import decide_counterfeit
from aftersales.orders import Order, OrderState


@pytest.mark.parametrize(
    ("facts", "outcome", "human"),
    [
        (order(OrderState.UNPAID), "not_bought", None),
        (order(OrderState.CANCELLED), "not_bought", None),
        (order(), "not_received", None),
        (shipped(), "not_received", None),
        (order(OrderState.SHIPPED, parcels=(parcel(signed_at=NOW), parcel(waybill="SF2"))), "doubt", "fake_suspect"),
        (signed(), "doubt", "fake_suspect"),
        (order(OrderState.REFUNDED, parcels=signed().parcels), "doubt", "fake_suspect"),
        (order(OrderState.CLOSED, parcels=signed().parcels), "doubt", "fake_suspect"),
    ],
)
def test_a_doubt_is_taken_seriously(tmp_path: Path, facts: Order, outcome: str, human: str | None) -> None:
    decision = decide_counterfeit(build_store(tmp_path), facts, NOW)
    assert (decision.outcome, decision.human) == (outcome, human)


@pytest.mark.parametrize("now", ["11-18 15:00", "12-31 23:59:59"])
def test_it_is_never_too_late(tmp_path: Path, now: str) -> None:
    decision = decide_counterfeit(build_store(tmp_path), signed("01-02 10:00"), at(now))
    assert (decision.outcome, decision.confirmed_by) == ("doubt", "person")


@pytest.mark.parametrize(
    ("platform", "own_rules"),
    [("jd", {"CFT-03", "INT-07"}), ("tmall", {"CFT-05"}), ("pdd", set()), ("douyin", set()), ("own", set())],
)
def test_each_platform_has_its_own_rule(tmp_path: Path, platform: str, own_rules: set[str]) -> None:
    rules = set(decide_counterfeit(build_store(tmp_path, {"platform": platform}), signed(), NOW).rules)
    assert rules - {"CFT-04", "LAN-18", "INT-18"} == own_rules


def test_label_and_packing_are_asked_for(tmp_path: Path) -> None:
    assert decide_counterfeit(build_store(tmp_path), signed(), NOW).ask == ("label_photo", "detail")
