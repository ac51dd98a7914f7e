"""The demo orders are fresh whenever they are loaded, and show every state a buyer may ask about."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from order_builder import NOW

from aftersales.errors import ConfigurationError
from aftersales.orders import BuyerIdentity, InvoiceState, OrderState, RefundStage
from aftersales.orders.demo import load_demo_buyers, load_demo_orders, main, relative_moment
from aftersales.orders.sqlite import SqliteOrders
from aftersales.stores import load_stores

STORES = Path(__file__).resolve().parents[2] / "stores"
ORDERS = load_demo_orders(STORES, NOW)


@pytest.mark.parametrize(
    ("text", "distance"),
    [
        ("-3d4h", -timedelta(days=3, hours=4)),
        ("+2d", timedelta(days=2)),
        ("-90m", -timedelta(minutes=90)),
        ("-1d2h3m", -timedelta(days=1, hours=2, minutes=3)),
        ("+0d", timedelta()),
    ],
)
def test_times_are_relative_to_now(text: str, distance: timedelta) -> None:
    assert relative_moment(NOW)(text) == NOW + distance


@pytest.mark.parametrize("text", ["", "-", "3d", "-3", "-d", "-4h3d", "2026-11-20", "-3d 4h"])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        relative_moment(NOW)(text)


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        (OrderState, {one.state for one in ORDERS}),
        (RefundStage, {one.refund.stage for one in ORDERS if one.refund} | {RefundStage.CANCELLED}),
        (InvoiceState, {one.invoice.state for one in ORDERS if one.invoice} | {InvoiceState.NONE}),
    ],
)
def test_every_state_can_be_played(kind: type, seen: set[object]) -> None:
    assert set(kind) - seen == set()


def test_every_store_has_buyers_and_every_buyer_has_orders() -> None:
    buyers = load_demo_buyers(STORES)
    assert set(buyers) == set(load_stores(STORES))
    owners = {(one.store, one.buyer) for one in ORDERS}
    assert owners == {(store, buyer.id) for store, people in buyers.items() for buyer in people}


def test_times_of_an_order_make_sense() -> None:
    for one in ORDERS:
        assert one.placed_at <= NOW
        assert one.paid_at is None or one.paid_at >= one.placed_at, one.number
        for sent in one.parcels:
            moments = [one.placed_at, sent.shipped_at, *(event.at for event in sent.events)]
            assert moments == sorted(moments), one.number
            assert sent.signed_at is None or sent.signed_at >= sent.last_move, one.number


def test_the_command_fills_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stores", str(STORES), "--into", str(tmp_path / "var" / "orders.db")]) == 0
    assert f"{len(ORDERS)} demo orders" in capsys.readouterr().out
    assert SqliteOrders(tmp_path / "var" / "orders.db").recent_orders(BuyerIdentity("jd-digital", "u1001"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("buyers: [", "is not YAML"),
        ("people: []", "buyers: is not a list"),
        ("buyers: [{id: u1, note: x}]", "buyers.name"),
        ("buyers: [{id: u1, name: 甲, note: x, orders: [{number: '1', state: gone}]}]", "state: 'gone' is none of"),
        ("buyers: [{id: u1, name: 甲, note: x, orders: [5]}]", "is not an order"),
    ],
)
def test_a_bad_file_is_named_with_the_field(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "demo.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        load_demo_buyers(tmp_path)
        load_demo_orders(tmp_path, NOW)


def test_a_number_used_twice_is_refused(tmp_path: Path) -> None:
    one = "{number: '1', state: paid, placed_at: -1d, total: '1', items: [{name: 甲, category: 乙, unit_price: '1'}]}"
    (tmp_path / "shop").mkdir()
    text = f"buyers: [{{id: u1, name: 甲, note: x, orders: [{one}, {one}]}}]"
    (tmp_path / "shop" / "demo.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="used twice"):
        load_demo_orders(tmp_path, NOW)
