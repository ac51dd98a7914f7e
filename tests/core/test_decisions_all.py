"""What holds for every decision, whatever the question, the order, the platform and the day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from order_builder import NOW, at, item, order, parcel, shipped, signed
from store_builder import ROOT, build_store

from aftersales.decisions import Decision
from aftersales.decisions.model import Ask, ConfirmedBy
from aftersales.decisions.questions import FAMILIES, QUESTIONS
from aftersales.orders import Order, OrderState
from aftersales.orders.demo import load_demo_orders
from aftersales.rules import load_catalogue
from aftersales.stores import Store

RULES = load_catalogue(ROOT / "rules" / "catalogue")
PLATFORMS = ("jd", "tmall", "pdd", "douyin", "own")
BUILT = (
    *(order(state, parcels=parcels) for state in OrderState for parcels in ((), shipped().parcels, signed().parcels)),
    order(OrderState.SHIPPED, parcels=(parcel(signed_at=at("11-18 10:00")), parcel(waybill="SF2"))),
    signed(items=(item(), item("收纳袋", labels=frozenset({"gift"}))), freight_insurance=True),
    signed(items=(item(custom_made=True), item("雪莲果", category="鲜果"))),
)
ORDERS = (*BUILT, *load_demo_orders(ROOT / "stores", NOW))
#: What no rule says and no store promises is a fact of this order: its number, its days, its parcels.
OF_THE_ORDER = re.compile(
    r"(order|parcel|parcels|refund|return|exchange|price|invoice|quality)\..*|intervention\.(from|hours|days)"
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, ...]:
    """A store of each platform that promises as little as it may, and one that promises all it can."""
    return tuple(built(tmp_path_factory.mktemp("stores")))


def built(folder: Path) -> Iterator[Store]:
    exclusions = [{"category": "鲜果", "basis": "perishable"}, {"category": "定制款", "basis": "customised"}]
    for platform in PLATFORMS:
        for offered in (False, True):
            yield build_store(
                folder / f"{platform}{offered}",
                {
                    "platform": platform,
                    "returns.exclusions": exclusions,
                    "freight_insurance.offered": offered,
                    "warranty.offered": offered,
                    "warranty.days": 365,
                    "price_protection.offered": offered,
                    "price_protection.days": 7,
                },
            )


def every(stores: tuple[Store, ...], name: str) -> Iterator[tuple[Store, Order, Decision]]:
    for store in stores:
        for facts in ORDERS:
            for distance in (0, 5, 40):
                yield store, facts, QUESTIONS[name](store, facts, NOW + timedelta(days=distance))


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_decision_explains_itself(stores: tuple[Store, ...], name: str) -> None:
    for store, facts, decision in every(stores, name):
        said = f"{name} {store.id} {facts.number} {decision.outcome}"
        assert decision.outcome, said
        assert decision.template.startswith("utter_"), said
        assert all(decision.reasons), said
        assert decision.reasons, said
        assert decision.confirmed_by in get_args(ConfirmedBy), said
        assert set(decision.ask) <= set(get_args(Ask)), said
        # A case is finished by somebody, and the answer has to say by whom.
        assert decision.human is None or decision.confirmed_by, said
        assert decision.values["order.short"] == facts.short, said


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_decision_rests_on_rules_that_are_there_and_hold_on_the_platform(
    stores: tuple[Store, ...], name: str
) -> None:
    for store, _, decision in every(stores, name):
        assert len(set(decision.rules)) == len(decision.rules), decision
        for rule in decision.rules:
            assert rule in RULES, f"{name}: {rule}"
            if RULES[rule].verified:
                assert RULES[rule].holds_on(store.platform), f"{name}: {rule} on {store.platform}"


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_number_is_a_fact_of_the_order_or_of_a_rule_that_was_read(stores: tuple[Store, ...], name: str) -> None:
    for _, _, decision in every(stores, name):
        for key, value in decision.values.items():
            assert not re.search(r"\d", value) or OF_THE_ORDER.fullmatch(key), f"{name}: {key}={value}"
            assert not re.search("元|%|倍", value) or key == "refund.amount", f"{name}: {key}={value}"


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_deciding_twice_decides_the_same(stores: tuple[Store, ...], name: str) -> None:
    for store, facts in ((store, facts) for store in stores[:2] for facts in ORDERS):
        assert QUESTIONS[name](store, facts, NOW) == QUESTIONS[name](store, facts, NOW)


def test_all_seventeen_families_are_there() -> None:
    assert len(FAMILIES) == 17
    assert {name for names in FAMILIES.values() for name in names} <= set(QUESTIONS)
    about_talk = {family for family, names in FAMILIES.items() if not names}
    assert about_talk == {"abuse", "late_reply", "handoff", "privacy", "offsite"}


def test_every_question_belongs_to_a_family_or_changes_an_order() -> None:
    named = {name for names in FAMILIES.values() for name in names}
    assert set(QUESTIONS) - named == {"cancel", "modify", "logistics_status"}
