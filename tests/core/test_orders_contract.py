"""Every adapter of the orders port keeps one contract; the HTTP one also survives a bad order system."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml
from order_builder import at, order, parcel, shipped, signed

from aftersales.errors import ConfigurationError
from aftersales.orders import (
    AfterSale,
    AfterSaleKind,
    AfterSaleStage,
    BuyerIdentity,
    Invoice,
    InvoiceState,
    OrdersPort,
    OrderState,
    OrdersUnavailable,
    Refund,
    RefundStage,
    open_orders,
)
from aftersales.orders.document import read_order, write_order
from aftersales.orders.fields import DocumentError
from aftersales.orders.http import HttpOrders
from aftersales.orders.memory import MemoryOrders
from aftersales.orders.sqlite import SqliteOrders, write_orders

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "t" * 32
ME = BuyerIdentity("x", "u1")
ORDERS = (
    order(number="1001", placed_at=at("11-01 10:00")),
    signed(number="1002", placed_at=at("11-02 10:00")),
    shipped(number="1003", placed_at=at("11-03 10:00")),
    order(number="2001", buyer="u2"),
    order(number="3001", store="y"),
    order(number="4001", buyer="g1"),
)
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def order_system(answer: Answer) -> Iterator[str]:
    """A real server on a free loopback port; yields its base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, status: int, body: object) -> None:
    """Answer with JSON, or with bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def honest(orders: OrdersPort) -> Answer:
    """The contract of docs/orders-openapi.yml over another adapter."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers["Authorization"] != f"Bearer {TOKEN}":
            return send(handler, 401, {})
        parts = urlsplit(handler.path)
        _, _, _, store, _, buyer, _, *number = parts.path.split("/")
        identity = BuyerIdentity(unquote(store), unquote(buyer))
        if not number:
            limit = int(parse_qs(parts.query)["limit"][0])
            return send(handler, 200, {"orders": [write_order(one) for one in orders.recent_orders(identity, limit)]})
        found = orders.find_order(identity, unquote(number[0]))
        return send(handler, 404, {}) if found is None else send(handler, 200, write_order(found))

    return answer


@pytest.fixture(params=["memory", "sqlite", "http"])
def orders(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OrdersPort]:
    memory = MemoryOrders(ORDERS)
    if request.param == "memory":
        yield memory
    elif request.param == "sqlite":
        write_orders(tmp_path / "orders.db", ORDERS)
        yield SqliteOrders(tmp_path / "orders.db")
    else:
        with order_system(honest(memory)) as base:
            yield HttpOrders(base, TOKEN)


# --- the contract ---------------------------------------------------------------------------------------------------


def test_own_orders_come_newest_first(orders: OrdersPort) -> None:
    assert [one.number for one in orders.recent_orders(ME)] == ["1003", "1002", "1001"]


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (2, 2), (99, 3)])
def test_the_limit_holds(orders: OrdersPort, limit: int, count: int) -> None:
    assert len(orders.recent_orders(ME, limit)) == count


def test_an_order_comes_back_with_every_fact(orders: OrdersPort) -> None:
    assert orders.find_order(ME, "1002") == ORDERS[1]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("9999", "unknown"),
        ("2001", "another buyer's"),
        ("3001", "another store's"),
        ("", "empty"),
        ("../u2/orders/2001", "a path"),
    ],
)
def test_what_is_not_ones_own_looks_unknown(orders: OrdersPort, number: str, why: str) -> None:
    assert orders.find_order(ME, number) is None, why


@pytest.mark.parametrize("buyer", ["u9", "u1' OR '1'='1", "u1/orders/1001", "%"])
def test_a_strange_buyer_has_nothing(orders: OrdersPort, buyer: str) -> None:
    assert orders.recent_orders(BuyerIdentity("x", buyer)) == ()


def test_a_guest_owns_nothing_even_under_an_id_that_has_orders(orders: OrdersPort) -> None:
    guest = BuyerIdentity("x", "g1", guest=True)
    assert orders.recent_orders(guest) == ()
    assert orders.find_order(guest, "4001") is None


def test_many_threads_may_ask_at_once(orders: OrdersPort) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(orders.recent_orders(ME)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 8


# --- a bad order system ---------------------------------------------------------------------------------------------

MINE = write_order(ORDERS[0])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>maintenance</html>"),
        (200, b"\xff\xfe"),
        (200, []),
        (200, {}),
        (200, {**MINE, "state": "lost in space"}),
        (200, {**MINE, "total": 199.0}),
        (200, {**MINE, "placed_at": "2026-11-01T10:00:00"}),
        (200, {**MINE, "paid_att": None}),
        (200, {**MINE, "items": []}),
        (200, {**MINE, "buyer": "u2"}),
        (200, {**MINE, "store": "y"}),
        (200, {**MINE, "number": "1002"}),
        (301, {}),
        (401, {}),
        (500, {}),
        (503, {}),
    ],
)
def test_anything_but_the_contract_is_unavailable(status: int, body: object) -> None:
    with order_system(lambda handler: send(handler, status, body)) as base, pytest.raises(OrdersUnavailable):
        HttpOrders(base, TOKEN).find_order(ME, "1001")


def test_a_list_with_a_strangers_order_is_refused_whole() -> None:
    body = {"orders": [MINE, write_order(ORDERS[3])]}
    with (
        order_system(lambda handler: send(handler, 200, body)) as base,
        pytest.raises(OrdersUnavailable, match="another buyer"),
    ):
        HttpOrders(base, TOKEN).recent_orders(ME)


@pytest.mark.parametrize(("failures", "works"), [(1, True), (2, False)])
def test_a_read_is_tried_twice(failures: int, works: bool) -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        send(handler, *((502, {}) if len(asked) <= failures else (200, MINE)))

    with order_system(answer) as base:
        orders = HttpOrders(base, TOKEN)
        if works:
            assert orders.find_order(ME, "1001") == ORDERS[0]
        else:
            with pytest.raises(OrdersUnavailable, match="502"):
                orders.find_order(ME, "1001")
    assert len(asked) == 2


def test_a_refusal_is_not_tried_again() -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        send(handler, 403, {})

    with order_system(answer) as base, pytest.raises(OrdersUnavailable):
        HttpOrders(base, TOKEN).recent_orders(ME)
    assert len(asked) == 1


@pytest.mark.parametrize("drip", [False, True])
def test_a_slow_system_costs_no_more_than_the_deadline(drip: bool) -> None:
    done = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if drip:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
        while not done.wait(0.05):
            if drip:
                try:
                    handler.wfile.write(b" ")
                except OSError:
                    return

    with order_system(answer) as base:
        started = time.monotonic()
        with pytest.raises(OrdersUnavailable):
            HttpOrders(base, TOKEN, timeout=0.3).recent_orders(ME)
        assert time.monotonic() - started < 1.5
        done.set()


def test_nobody_listening_is_unavailable() -> None:
    with order_system(lambda handler: send(handler, 200, {})) as base:
        pass
    with pytest.raises(OrdersUnavailable):
        HttpOrders(base, TOKEN).recent_orders(ME)


# --- files and settings ---------------------------------------------------------------------------------------------


def test_a_missing_file_is_unavailable_and_works_once_it_is_there(tmp_path: Path) -> None:
    orders = SqliteOrders(tmp_path / "later.db")
    with pytest.raises(OrdersUnavailable, match="later.db"):
        orders.recent_orders(ME)
    write_orders(tmp_path / "later.db", ORDERS)
    assert len(orders.recent_orders(ME)) == 3


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "orders.db").write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(OrdersUnavailable):
        SqliteOrders(tmp_path / "orders.db").recent_orders(ME)


def test_a_replaced_file_is_read_anew(tmp_path: Path) -> None:
    path, other = tmp_path / "orders.db", tmp_path / "other.db"
    write_orders(path, ORDERS)
    orders = SqliteOrders(path)
    assert len(orders.recent_orders(ME)) == 3
    write_orders(other, ORDERS[:1])
    other.replace(path)
    assert len(orders.recent_orders(ME)) == 1


def test_writing_again_replaces_everything(tmp_path: Path) -> None:
    write_orders(tmp_path / "orders.db", ORDERS)
    assert write_orders(tmp_path / "orders.db", ORDERS[:2]) == 2
    assert len(SqliteOrders(tmp_path / "orders.db").recent_orders(ME)) == 2


def test_settings_choose_the_adapter() -> None:
    assert isinstance(open_orders("sqlite:var/orders.db", ""), SqliteOrders)
    assert isinstance(open_orders("https://orders.example.com/api", TOKEN), HttpOrders)


@pytest.mark.parametrize(
    ("spec", "token", "said"),
    [
        ("orders.db", "", "AFTERSALES_ORDERS"),
        ("sqlite:", "", "AFTERSALES_ORDERS"),
        ("ftp://x", TOKEN, "AFTERSALES_ORDERS"),
        ("https://", TOKEN, "base address"),
        ("https://x/api?y=1", TOKEN, "base address"),
        ("https://x/api", "", "AFTERSALES_ORDERS_TOKEN"),
    ],
)
def test_a_bad_setting_is_named(spec: str, token: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        open_orders(spec, token)


# --- the model ------------------------------------------------------------------------------------------------------


def test_an_order_is_signed_when_its_last_parcel_is() -> None:
    first, second = parcel(signed_at=at("11-18 10:00")), parcel(waybill="SF2")
    assert order(OrderState.SHIPPED, parcels=(first, second)).signed_at is None
    both = order(OrderState.SIGNED, parcels=(first, parcel(waybill="SF2", signed_at=at("11-19 09:00"))))
    assert both.signed_at == at("11-19 09:00")


def test_an_order_is_named_by_its_last_digits_and_goods() -> None:
    two = order(number="330900001234", items=(ORDERS[0].items[0], ORDERS[0].items[0]))
    assert (two.short, two.item) == ("1234", "蓝牙耳机等2件")


# --- the documented contract -----------------------------------------------------------------------------------------


SCHEMAS = yaml.safe_load((ROOT / "docs" / "orders-openapi.yml").read_text(encoding="utf-8"))["components"]["schemas"]
FULL = write_order(
    signed(
        refund=Refund(RefundStage.PAID, "微信支付", at("11-19 10:00"), Decimal("199.00")),
        after_sale=AfterSale(AfterSaleKind.RETURN, AfterSaleStage.DONE, at("11-19 10:00")),
        invoice=Invoice(InvoiceState.ISSUED),
    )
)


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("Order", FULL),
        ("Item", FULL["items"][0]),  # type: ignore[index]
        ("Parcel", FULL["parcels"][0]),  # type: ignore[index]
        ("Refund", FULL["refund"]),
        ("AfterSale", FULL["after_sale"]),
        ("Invoice", FULL["invoice"]),
    ],
)
def test_the_documentation_lists_every_field(schema: str, document: dict[str, object]) -> None:
    assert set(SCHEMAS[schema]["properties"]) == set(document)


@pytest.mark.parametrize(
    ("schema", "field", "words"),
    [
        ("Order", "state", OrderState),
        ("Refund", "stage", RefundStage),
        ("AfterSale", "kind", AfterSaleKind),
        ("AfterSale", "stage", AfterSaleStage),
        ("Invoice", "state", InvoiceState),
    ],
)
def test_the_documentation_lists_every_word(schema: str, field: str, words: type[Enum]) -> None:
    assert SCHEMAS[schema]["properties"][field]["enum"] == [word.value for word in words]


@pytest.mark.parametrize("schema", ["Order", "Item", "Parcel", "Refund", "AfterSale", "Invoice"])
def test_the_documentation_says_what_is_needed(schema: str) -> None:
    whole: dict[str, object] = json.loads(json.dumps(FULL))
    place = {"Item": "items", "Parcel": "parcels", "Refund": "refund", "AfterSale": "after_sale", "Invoice": "invoice"}
    for field in SCHEMAS[schema]["properties"]:
        changed = json.loads(json.dumps(whole))
        part = changed[place[schema]] if schema != "Order" else changed
        part = part[0] if isinstance(part, list) else part
        del part[field]
        if field in SCHEMAS[schema]["required"]:
            with pytest.raises(DocumentError, match=field):
                read_order(changed)
        else:
            read_order(changed)
