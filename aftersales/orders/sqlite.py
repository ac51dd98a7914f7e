"""Orders in a SQLite file: the demo stores' orders, and small shops without an order system.

Each thread keeps one read-only connection. The file is opened at the first question, not on import or construction,
so a bot may start before its orders are there.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from aftersales.orders.document import read_order, write_order
from aftersales.orders.model import BuyerIdentity, Order
from aftersales.orders.port import OrdersUnavailable

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    store TEXT NOT NULL,
    buyer TEXT NOT NULL,
    number TEXT NOT NULL,
    placed_at REAL NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (store, number)
);
CREATE INDEX IF NOT EXISTS orders_of_buyer ON orders (store, buyer, placed_at DESC);
"""
#: A reader waits this long for a writer, in seconds.
BUSY_SECONDS = 2.0


class SqliteOrders:
    """Reads orders out of a SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        """The buyer's latest orders, newest first. Raises :class:`OrdersUnavailable`."""
        if buyer.guest:
            return ()
        return self._read(
            "SELECT document FROM orders WHERE store = ? AND buyer = ? ORDER BY placed_at DESC LIMIT ?",
            (buyer.store, buyer.buyer, max(limit, 0)),
        )

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        """The buyer's order with this number. Raises :class:`OrdersUnavailable`."""
        if buyer.guest:
            return None
        found = self._read(
            "SELECT document FROM orders WHERE store = ? AND buyer = ? AND number = ?",
            (buyer.store, buyer.buyer, order_number),
        )
        return found[0] if found else None

    def _read(self, query: str, values: tuple[object, ...]) -> tuple[Order, ...]:
        try:
            rows = self._connection().execute(query, values).fetchall()
            return tuple(read_order(json.loads(row[0])) for row in rows)
        except (sqlite3.Error, ValueError, OSError) as error:
            self._forget()
            raise OrdersUnavailable(
                f"{self._path}: {error}. Fill it with `python -m aftersales.orders.demo`"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        # A file that was replaced (`make run` writes the demo anew) must not be read through the old handle.
        stat = self._path.stat()
        identity = (stat.st_dev, stat.st_ino)
        if getattr(self._local, "identity", None) != identity:
            self._forget()
            address = f"file:{quote(str(self._path.resolve()))}?mode=ro"
            self._local.connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
            self._local.identity = identity
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _forget(self) -> None:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = None
        self._local.identity = None


def write_orders(path: Path, orders: Iterable[Order]) -> int:
    """Replace everything in the file at ``path`` by ``orders``, in one transaction; returns how many there are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        (order.store, order.buyer, order.number, order.placed_at.timestamp(), json.dumps(write_order(order)))
        for order in orders
    ]
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection, connection:
        connection.executescript(SCHEMA)
        connection.execute("DELETE FROM orders")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
    return len(rows)
