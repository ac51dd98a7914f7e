"""Returns, exchanges, freight and warranty: the borders of every term."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_builder import at, item, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.exchange import decide_exchange
from aftersales.decisions.freight import decide_return_freight
from aftersales.decisions.return_eligibility import decide_return
from aftersales.decisions.warranty import decide_warranty
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Item, Order, OrderState
from aftersales.stores import Store

EXCLUSIONS = [
    {"category": "定制款", "basis": "customised"},
    {"category": "鲜果", "basis": "perishable"},
    {"category": "软件光盘", "basis": "digital"},
    {"category": "已激活手机", "basis": "confirmed"},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"returns.no_reason_days": 7, "returns.exclusions": EXCLUSIONS})


@pytest.mark.parametrize(
    ("signed_at", "now", "outcome"),
    [
        ("11-10 00:00", "11-10 00:01", "eligible"),  # the day of signing itself
        ("11-10 00:00", "11-17 23:59:59", "eligible"),  # the last second of the seventh day after it
        ("11-10 23:59", "11-17 23:59:59", "eligible"),
        ("11-10 00:00", "11-18 00:00", "over"),
        ("11-10 23:59", "11-18 00:00", "over"),
    ],
)
def test_seven_days_begin_on_the_day_after_signing(store: Store, signed_at: str, now: str, outcome: str) -> None:
    decision = decide_return(store, signed(signed_at), at(now))
    assert decision.outcome == outcome
    assert decision.values["return.last_day"] == "11月17日"
    assert "RET-02" in decision.rules


def test_the_day_is_chinas_day(store: Store) -> None:
    just_after_midnight_in_china = signed("11-11 00:30")
    in_utc = order(OrderState.SIGNED, parcels=(parcel(signed_at=at("11-11 00:30").astimezone(tz=None)),))
    assert decide_return(store, in_utc, at("11-18 23:59")) == decide_return(
        store, just_after_midnight_in_china, at("11-18 23:59")
    )
    assert decide_return(store, in_utc, at("11-18 23:59")).outcome == "eligible"


def test_a_kinder_store_gives_more_days(tmp_path: Path) -> None:
    kinder = build_store(tmp_path, {"returns.no_reason_days": 15})
    assert decide_return(kinder, signed("11-10 10:00"), at("11-25 23:59:59")).outcome == "eligible"
    assert decide_return(kinder, signed("11-10 10:00"), at("11-26 00:00")).outcome == "over"


@pytest.mark.parametrize(
    ("goods", "outcome", "rules"),
    [
        (item(custom_made=True), "excluded", ("RET-03",)),
        # What was on the shelf before the order is not custom-made, whatever shelf it was.
        (item(category="定制款"), "eligible", ("RET-02", "RET-06")),
        (item(category="鲜果"), "excluded", ("RET-03",)),
        (item(category="软件光盘"), "conditional", ("RET-02", "RET-03")),
        (item(category="已激活手机", no_return_confirmed=True), "conditional", ("RET-02", "RET-04")),
        # Without the buyer's own confirmation for this purchase the exclusion does not hold.
        (item(category="已激活手机"), "eligible", ("RET-02", "RET-06")),
        (item(no_return_confirmed=True), "eligible", ("RET-02", "RET-06")),
    ],
)
def test_what_cannot_go_back_without_a_reason(
    store: Store, goods: object, outcome: str, rules: tuple[str, ...]
) -> None:
    decision = decide_return(store, signed(items=(goods,)), at("11-20 12:00"))
    assert (decision.outcome, decision.rules) == (outcome, rules)


def test_custom_goods_can_go_back_where_the_store_does_not_say_otherwise(tmp_path: Path) -> None:
    assert (
        decide_return(build_store(tmp_path), signed(items=(item(custom_made=True),)), at("11-20 12:00")).outcome
        == "eligible"
    )


def test_of_a_mixed_order_only_some_goods_go_back(store: Store) -> None:
    mixed = signed(items=(item("雪莲果", category="鲜果"), item("普洱茶饼", category="茶叶")))
    decision = decide_return(store, mixed, at("11-20 12:00"))
    assert (decision.outcome, decision.values["return.items"]) == ("partly", "普洱茶饼")
    assert decide_return(store, mixed, at("11-26 00:00")).outcome == "over"


def case(stage: AfterSaleStage) -> AfterSale:
    return AfterSale(AfterSaleKind.RETURN, stage, at("11-19 10:00"))


@pytest.mark.parametrize(
    ("facts", "of_return", "of_exchange"),
    [
        (order(OrderState.UNPAID), "unpaid", "unpaid"),
        (order(), "not_shipped", "not_shipped"),
        (shipped(), "not_signed", "not_signed"),
        (order(OrderState.CANCELLED), "ended", "ended"),
        (order(OrderState.REFUNDED), "ended", "ended"),
        (order(OrderState.REFUNDING), "open", "open"),
        (signed(after_sale=case(AfterSaleStage.IN_TRANSIT)), "open", "open"),
        (signed(after_sale=case(AfterSaleStage.CANCELLED)), "eligible", "eligible"),
        (signed(after_sale=case(AfterSaleStage.REJECTED)), "eligible", "eligible"),
    ],
)
def test_what_stands_before_a_return(store: Store, facts: Order, of_return: str, of_exchange: str) -> None:
    assert decide_return(store, facts, at("11-20 12:00")).outcome == of_return
    assert decide_exchange(store, facts, at("11-20 12:00")).outcome == of_exchange


@pytest.mark.parametrize("goods", [item(custom_made=True), item(category="鲜果")], ids=["made to order", "fresh"])
def test_goods_that_never_go_back_are_told_of_while_still_under_way(store: Store, goods: Item) -> None:
    assert decide_return(store, shipped(items=(goods,)), at("11-20 12:00")).outcome == "excluded"


def test_an_order_is_not_signed_while_a_parcel_is_out(store: Store) -> None:
    parcels = (parcel(signed_at=at("11-01 10:00")), parcel(waybill="SF2"))
    assert decide_return(store, order(OrderState.SHIPPED, parcels=parcels), at("11-20 12:00")).outcome == "not_signed"


@pytest.mark.parametrize(("now", "outcome"), [("11-25 23:59:59", "eligible"), ("11-26 00:00", "over")])
def test_an_exchange_has_its_own_days(tmp_path: Path, now: str, outcome: str) -> None:
    store = build_store(tmp_path, {"returns.exchange_days": 15})
    assert decide_exchange(store, signed("11-10 10:00"), at(now)).outcome == outcome


@pytest.mark.parametrize("payer", ["store", "buyer"])
def test_who_pays_an_exchange_is_said(tmp_path: Path, payer: str) -> None:
    store = build_store(tmp_path, {"returns.exchange_freight": payer})
    assert decide_exchange(store, signed(), at("11-20 12:00")).template == f"utter_exchange_eligible_{payer}"


def test_a_store_may_offer_no_exchange(tmp_path: Path) -> None:
    store = build_store(tmp_path, {"returns.exchange_days": 0})
    assert decide_exchange(store, signed(), at("11-20 12:00")).outcome == "not_offered"


@pytest.mark.parametrize(
    ("payer", "insured", "outcome"),
    [("store", False, "store"), ("store", True, "store"), ("buyer", True, "insured"), ("buyer", False, "buyer")],
)
def test_who_pays_to_send_back(tmp_path: Path, payer: str, insured: bool, outcome: str) -> None:
    store = build_store(tmp_path, {"returns.no_reason_freight": payer})
    assert decide_return_freight(store, signed(freight_insurance=insured), at("11-20 12:00")).outcome == outcome


@pytest.mark.parametrize(
    ("facts", "now", "outcome"),
    [
        (signed("11-10 10:00"), "12-10 23:59:59", "within"),
        (signed("11-10 10:00"), "12-11 00:00", "over"),
        (shipped(), "11-20 12:00", "not_signed"),
    ],
)
def test_a_warranty_has_its_days(tmp_path: Path, facts: Order, now: str, outcome: str) -> None:
    store = build_store(tmp_path, {"warranty.offered": True, "warranty.days": 30})
    assert decide_warranty(store, facts, at(now)).outcome == outcome


def test_no_warranty_is_said_plainly(tmp_path: Path) -> None:
    assert decide_warranty(build_store(tmp_path), signed(), at("11-20 12:00")).outcome == "not_offered"


@pytest.mark.parametrize(
    ("goods", "outcome", "rules"),
    [
        # Worn against the skin, and confirmed at the purchase: it goes back only while the seal is whole.
        (item("纯棉内裤", category="贴身用品", no_return_confirmed=True), "conditional", ("RET-02", "RET-04")),
        # Nobody confirmed it: the seal may be broken.
        (item("纯棉内裤", category="贴身用品"), "eligible", ("RET-02", "RET-06")),
    ],
)
def test_hygiene_goods_are_kept_out_only_by_the_buyers_own_confirmation(
    tmp_path: Path, goods: object, outcome: str, rules: tuple[str, ...]
) -> None:
    store = build_store(tmp_path, {"returns.exclusions": [{"category": "贴身用品", "basis": "confirmed"}]})
    decision = decide_return(store, signed(items=(goods,)), at("11-20 12:00"))
    assert (decision.outcome, decision.rules) == (outcome, rules)
    assert decide_return(store, signed(items=(goods,)), at("11-26 00:00")).outcome == "over"


def test_of_parcels_signed_on_different_days_the_last_begins_the_term(store: Store) -> None:
    parcels = (parcel(signed_at=at("11-08 10:00")), parcel(waybill="SF2", signed_at=at("11-12 10:00")))
    facts = order(OrderState.SIGNED, parcels=parcels)
    assert decide_return(store, facts, at("11-19 23:59:59")).outcome == "eligible"
    assert decide_return(store, facts, at("11-20 00:00")).outcome == "over"


@pytest.mark.parametrize(("now", "outcome"), [("10-07 23:59:59", "eligible"), ("10-08 00:00", "over")])
def test_holidays_are_days_like_any_other_for_a_term_in_days(store: Store, now: str, outcome: str) -> None:
    assert decide_return(store, signed("09-30 18:00"), at(now)).outcome == outcome
