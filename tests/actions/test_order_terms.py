"""An order is answered by the terms of its own day, and worded with them; today's terms are left to the bot."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conversation import NOW, ROOT, TMALL, Said, run, tracker
from rasa_sdk import Action

from actions.case import ActionCaseOpen
from actions.logistics import ActionLogistics
from actions.price_protection import ActionPriceProtection
from actions.return_check import ActionReturnCheck
from actions.services import Services
from aftersales.answers import load_responses, render, select
from aftersales.orders import Item, Order, OrderState, Parcel
from aftersales.orders.memory import MemoryOrders
from aftersales.stores import StoreDirectory

BUYER = "u7"
RESPONSES = load_responses(ROOT / "data" / "responses")
#: What the older terms of the shop say here; they held until the end of October.
OLD = {
    "no_reason_days: 7": "no_reason_days: 60",
    "quality_exchange_days: 15": "quality_exchange_days: 90",
    "review_hours: 48": "review_hours: 12",
}


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+08:00")


def order(number: str, placed: str, signed: str | None) -> Order:
    parcels = () if signed is None else (Parcel("中通快递", "78912200000001", china(placed), signed_at=china(signed)),)
    return Order(
        store=TMALL,
        buyer=BUYER,
        number=number,
        state=OrderState.PAID if signed is None else OrderState.SIGNED,
        items=(Item("棉麻连衣裙", "连衣裙", 1, Decimal("269.00")),),
        placed_at=china(placed),
        paid_at=china(placed),
        total=Decimal("269.00"),
        parcels=parcels,
    )


def services(folder: Path, *orders: Order, old: dict[str, str] | None = None) -> Services:
    """The demo's clothes shop with changed older terms, and a buyer with these orders."""
    shutil.copytree(ROOT / "stores" / TMALL, folder / "stores" / TMALL)
    version = folder / "stores" / TMALL / "versions" / "tmall-2026-05.yml"
    text = version.read_text(encoding="utf-8")
    for before, after in (OLD if old is None else old).items():
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    version.write_text(text, encoding="utf-8")
    directory = StoreDirectory(folder / "stores", ROOT / "rules", now=lambda: NOW)
    return Services(directory, MemoryOrders(orders))


def ask(action: type[Action], intent: str, made: Services, **rest: Any) -> Said:
    return run(action(made), tracker(intent, buyer=BUYER, store=TMALL, **rest))  # type: ignore[call-arg]


def words(said: Said, made: Services) -> str:
    """What the bot makes of the answer: today's values, and what the action hands over."""
    values = {**made.stores.current()[TMALL].values(), **said.values}
    return render(select(RESPONSES[said.response], values, again=False).text, values, name=said.response)


@pytest.mark.parametrize(
    ("placed", "response", "days", "last_day"),
    [
        ("10-31T23:59:59", "utter_return_eligible", "60天", "12月31日"),
        ("11-01T00:00:00", "utter_return_eligible", "15天", None),
    ],
)
def test_an_order_is_judged_and_worded_by_the_terms_of_its_day(
    tmp_path: Path, placed: str, response: str, days: str, last_day: str | None
) -> None:
    signed = "11-01T10:00:00" if last_day else "11-10T10:00:00"
    made = services(tmp_path, order("2815530417620098341", placed, signed))
    said = ask(ActionReturnCheck, "return_policy", made)
    assert said.response == response
    assert f"签收次日起算{days}" in words(said, made)
    if last_day:
        assert said.values["return.last_day"] == last_day
        assert said.values["returns.no_reason_days"] == "60"
    else:
        assert "returns.no_reason_days" not in said.values, "today's terms the bot knows by itself"


@pytest.mark.parametrize(
    ("placed", "by"), [("10-31T23:59:59", "11月1日23:59"), ("11-01T00:00:00", "11月3日00:00")]
)  # fmt: skip
def test_the_promise_to_ship_is_that_of_the_purchase(tmp_path: Path, placed: str, by: str) -> None:
    made = services(tmp_path, order("2815530417620098341", placed, None))
    said = ask(ActionLogistics, "shipping_time", made)
    assert said.response == "utter_logistics_late"
    assert said.values["order.ship_by"] == by


def test_what_a_case_opens_with_is_worded_for_its_order(tmp_path: Path) -> None:
    made = services(tmp_path, order("2815530417620098341", "10-20T10:00:00", "10-25T10:00:00"))
    said = ask(ActionCaseOpen, "quality_problem", made)
    assert said.opened_form
    assert "90天内可换" in words(said, made)


def test_hours_of_a_refund_asked_for_today_are_todays(tmp_path: Path) -> None:
    made = services(tmp_path, order("2815530417620098341", "10-20T10:00:00", "10-25T10:00:00"))
    assert "refunds.review_hours" not in ask(ActionReturnCheck, "return_policy", made).values


def test_a_price_promise_of_older_terms_makes_it_worth_asking_which_order(tmp_path: Path) -> None:
    orders = (
        order("2815530417620098341", "10-20T10:00:00", "10-25T10:00:00"),
        order("2815530417620098342", "11-10T10:00:00", "11-12T10:00:00"),
    )
    made = services(tmp_path, *orders, old={})
    main = tmp_path / "stores" / TMALL / "store.yml"
    text = main.read_text(encoding="utf-8")
    start, end = text.index("price_protection:"), text.index("shipping:")
    main.write_text(text[:start] + "price_protection:\n  offered: false\n" + text[end:], encoding="utf-8")
    made = Services(StoreDirectory(tmp_path / "stores", ROOT / "rules", now=lambda: NOW), MemoryOrders(orders))
    assert "utter_order_which" in ask(ActionPriceProtection, "price_protection", made).responses
    shutil.rmtree(tmp_path / "stores" / TMALL / "versions")
    made = Services(StoreDirectory(tmp_path / "stores", ROOT / "rules", now=lambda: NOW), MemoryOrders(orders))
    assert ask(ActionPriceProtection, "price_protection", made).responses == ["utter_price_protection"]
