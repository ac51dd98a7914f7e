"""The platform steps in: from when, until when, and where nobody may say a number."""

from __future__ import annotations

import re
from datetime import timezone
from decimal import Decimal
from pathlib import Path

import pytest
from order_builder import NOW, at, order, parcel, shipped, signed
from store_builder import ROOT, build_store

from aftersales.decisions.intervention import JD_DAYS, JD_HOURS, decide_intervention, dispute_of
from aftersales.orders import (
    AfterSale,
    AfterSaleKind,
    AfterSaleStage,
    Invoice,
    InvoiceState,
    Order,
    OrderState,
    Refund,
    RefundStage,
)
from aftersales.rules import load_catalogue
from aftersales.stores import Store

RULES = load_catalogue(ROOT / "rules" / "catalogue")


@pytest.fixture
def jd(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"platform": "jd"})


def refund(stage: RefundStage, requested: str = "11-19 12:00") -> Refund:
    return Refund(stage, "微信支付", at(requested), Decimal(199))


def case(stage: AfterSaleStage, requested: str = "11-19 12:00") -> AfterSale:
    return AfterSale(AfterSaleKind.RETURN, stage, at(requested))


def test_the_numbers_are_those_of_the_rules() -> None:
    assert (RULES["INT-06"].params["hours"], RULES["INT-07"].params["days"]) == (JD_HOURS, JD_DAYS)
    assert RULES["INT-06"].verified
    assert RULES["INT-07"].verified


@pytest.mark.parametrize(
    ("facts", "now", "outcome"),
    [
        (signed(), "11-20 12:00", "raise_first"),
        (order(), "11-17 10:00", "raise_first"),
        # Late, but nobody has told the shop yet.
        (order(ship_by=at("11-18 10:00")), "11-20 12:00", "raise_first"),
        (signed(invoice=Invoice(InvoiceState.REQUESTED, requested_at=at("11-01 10:00"))), "11-20 12:00", "raise_first"),
        (signed(refund=refund(RefundStage.REQUESTED)), "11-20 11:59:59", "soon"),  # the last second of 24 hours
        (signed(refund=refund(RefundStage.REQUESTED)), "11-20 12:00", "now"),
        (signed(after_sale=case(AfterSaleStage.REQUESTED)), "11-20 11:59:59", "soon"),
        (signed(after_sale=case(AfterSaleStage.INSPECTING)), "11-20 12:00", "now"),
        # Refused: there is nothing to wait for.
        (signed(refund=refund(RefundStage.REJECTED)), "11-19 12:01", "now"),
        (signed(after_sale=case(AfterSaleStage.REJECTED)), "11-19 12:01", "now"),
        # The days run from the refusal, which was later than the request: until then they are surely open.
        (signed(refund=refund(RefundStage.REJECTED)), "12-04 11:59:59", "now"),
        (signed(refund=refund(RefundStage.REJECTED)), "12-04 12:00", "page_knows"),
        # Nobody has answered: no days run.
        (signed(refund=refund(RefundStage.REQUESTED)), "12-31 12:00", "now"),
        (signed(refund=refund(RefundStage.PAID)), "11-20 12:00", "raise_first"),
        (signed(after_sale=case(AfterSaleStage.CANCELLED)), "11-20 12:00", "raise_first"),
    ],
)
def test_on_jd_a_day_after_it_was_raised(jd: Store, facts: Order, now: str, outcome: str) -> None:
    decision = decide_intervention(jd, facts, at(now))
    assert (decision.outcome, decision.confirmed_by) == (outcome, "platform")
    assert {"INT-06", "INT-07", "INT-18"} <= set(decision.rules)


def test_from_when_is_said_on_chinas_clock(jd: Store) -> None:
    asked = Refund(RefundStage.REQUESTED, "微信支付", at("11-20 00:30").astimezone(timezone.utc), Decimal(199))
    decision = decide_intervention(jd, signed(refund=asked), NOW)
    assert decision.values["intervention.from"] == "11月21日00:30"


def test_a_missing_invoice_has_a_rule_of_its_own(jd: Store) -> None:
    facts = signed(invoice=Invoice(InvoiceState.REQUESTED, requested_at=at("11-01 10:00")))
    assert "INV-07" in decide_intervention(jd, facts, NOW).rules


@pytest.mark.parametrize(
    ("platform", "outcome", "confirmed_by"),
    [
        ("tmall", "page", "platform"),
        ("pdd", "page", "platform"),
        ("douyin", "page", "platform"),
        ("own", "own", "person"),
    ],
)
@pytest.mark.parametrize(
    "facts", [signed(), signed(refund=refund(RefundStage.REJECTED)), order(ship_by=at("11-18 10:00"))]
)
def test_elsewhere_the_page_counts_and_no_number_is_said(
    tmp_path: Path, platform: str, outcome: str, confirmed_by: str, facts: Order
) -> None:
    decision = decide_intervention(build_store(tmp_path, {"platform": platform}), facts, NOW)
    assert (decision.outcome, decision.confirmed_by) == (outcome, confirmed_by)
    assert {name for name, value in decision.values.items() if re.search(r"\d", value)} <= {"order.short"}
    assert not {"INT-06", "INT-07"} & set(decision.rules)


@pytest.mark.parametrize("platform", ["jd", "tmall", "pdd", "douyin", "own"])
def test_nobody_is_kept_from_it(tmp_path: Path, platform: str) -> None:
    store = build_store(tmp_path, {"platform": platform})
    for facts in (order(OrderState.UNPAID), order(), signed(), signed(refund=refund(RefundStage.REJECTED))):
        decision = decide_intervention(store, facts, NOW)
        assert "INT-18" in decision.rules
        assert decision.human == "dispute_escalation"


@pytest.mark.parametrize(
    ("facts", "kind", "refused"),
    [
        (signed(), None, False),
        (order(ship_by=at("11-18 10:00")), "shipping", False),
        (shipped(shipped_at=at("11-17 09:00"), ship_by=at("11-18 10:00")), None, False),
        (
            order(OrderState.SHIPPED, parcels=(parcel(shipped_at=at("11-19 09:00")),), ship_by=at("11-18 10:00")),
            "shipping",
            False,
        ),
        (signed(refund=refund(RefundStage.REQUESTED)), "refund", False),
        # A refusal outranks what is still being looked at.
        (
            signed(refund=refund(RefundStage.REJECTED), after_sale=case(AfterSaleStage.INSPECTING)),
            "refund",
            True,
        ),
        (signed(after_sale=case(AfterSaleStage.REJECTED)), "after_sale", True),
        (signed(invoice=Invoice(InvoiceState.ISSUED, issued_at=NOW)), None, False),
    ],
)
def test_what_there_is_to_dispute(jd: Store, facts: Order, kind: str | None, refused: bool) -> None:
    found = dispute_of(jd, facts, NOW)
    assert (found.kind if found else None, found.refused if found else False) == (kind, refused)
