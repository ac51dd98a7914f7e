"""Gifts: missing, on their way, and what becomes of them when the goods go back."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_builder import NOW, at, item, order, parcel, shipped, signed
from store_builder import build_store

from aftersales.decisions.gifts import decide_gift_missing, decide_gift_return
from aftersales.orders import Order, OrderState
from aftersales.stores import Store

GOODS, GIFT = item(), item("收纳袋", labels=frozenset({"gift"}))
IN_CHINESE = item("收纳袋", labels=frozenset({"赠品"}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path)


TWO = (parcel(signed_at=at("11-18 10:00")), parcel(waybill="SF2"))
BOTH_SIGNED = (parcel(signed_at=at("11-18 10:00")), parcel(waybill="SF2", signed_at=at("11-19 10:00")))


@pytest.mark.parametrize(
    ("facts", "outcome", "human"),
    [
        (order(OrderState.UNPAID), "unpaid", None),
        (order(), "to_ship", None),
        (shipped(), "coming", None),
        (order(OrderState.SHIPPED, parcels=TWO), "coming", None),  # it may be in the other parcel
        (order(OrderState.SIGNED, parcels=BOTH_SIGNED), "not_listed", "gift_missing"),
        (signed(), "not_listed", "gift_missing"),
        (signed(items=(GOODS, GIFT)), "listed", "gift_missing"),
        (signed(items=(GOODS, IN_CHINESE)), "listed", "gift_missing"),
        (order(OrderState.CANCELLED), "ended", None),
    ],
)
def test_a_missing_gift(store: Store, facts: Order, outcome: str, human: str | None) -> None:
    decision = decide_gift_missing(store, facts, NOW)
    assert (decision.outcome, decision.human) == (outcome, human)


def test_a_gift_the_order_does_not_list_is_shown_by_the_page(store: Store) -> None:
    assert decide_gift_missing(store, signed(), NOW).ask == ("page_screenshot", "detail")
    assert decide_gift_missing(store, signed(items=(GOODS, GIFT)), NOW).values["gift.names"] == "收纳袋"


@pytest.mark.parametrize(
    ("items", "text", "outcome", "confirmed_by"),
    [
        ((GOODS, GIFT), "", "along", "person"),
        ((GOODS,), "", "none", ""),
        ((GOODS, GIFT), "拆用了也不影响退货", "store_terms", ""),  # kinder than the law: the store's word holds
        ((GOODS,), "拆用了也不影响退货", "store_terms", ""),
    ],
)
def test_must_it_come_back(
    tmp_path: Path, items: tuple[object, ...], text: str, outcome: str, confirmed_by: str
) -> None:
    store = build_store(tmp_path, {"gifts.return_text": text} if text else {})
    decision = decide_gift_return(store, signed(items=items), NOW)
    assert (decision.outcome, decision.confirmed_by) == (outcome, confirmed_by)
    assert "RET-11" in decision.rules


@pytest.mark.parametrize(("platform", "cites"), [("tmall", True), ("jd", False)])
def test_on_taobao_a_gift_never_keeps_the_goods_from_going_back(tmp_path: Path, platform: str, cites: bool) -> None:
    store = build_store(tmp_path, {"platform": platform})
    assert ("GFT-01" in decide_gift_return(store, signed(items=(GOODS, GIFT)), NOW).rules) is cites
