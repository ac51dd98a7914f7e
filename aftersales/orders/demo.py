"""The demo stores' buyers and orders, always as fresh as today.

``stores/<id>/demo.yml`` writes times relative to now (``-3d4h``, ``+2d``, ``-90m``), so that a parcel of yesterday is
of yesterday whenever somebody tries the demo. ``python -m aftersales.orders.demo --stores stores --into var/orders.db``
writes them into a SQLite file.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml

from aftersales.errors import ConfigurationError
from aftersales.orders.document import read_order
from aftersales.orders.fields import DocumentError
from aftersales.orders.model import Order
from aftersales.orders.sqlite import write_orders

FILE = "demo.yml"
_RELATIVE = re.compile(r"(?P<sign>[+-])(?=\d)(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")


@dataclass(frozen=True)
class DemoBuyer:
    """Somebody to play."""

    id: str
    name: str
    #: What is worth asking as this buyer, in one line.
    note: str


def relative_moment(now: datetime) -> Callable[[str], datetime]:
    """A reader of times relative to ``now``; it raises :class:`ValueError` for anything else."""

    def parse(text: str) -> datetime:
        match = _RELATIVE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no time such as -3d4h or +2d")
        parts = {name: int(match[name] or 0) for name in ("days", "hours", "minutes")}
        distance = timedelta(days=parts["days"], hours=parts["hours"], minutes=parts["minutes"])
        return now + distance if match["sign"] == "+" else now - distance

    return parse


def load_demo_buyers(stores_dir: Path) -> Mapping[str, tuple[DemoBuyer, ...]]:
    """The buyers of every store under ``stores_dir`` that has a ``demo.yml``, by store id.

    Raises :class:`ConfigurationError`.
    """
    return {
        path.parent.name: tuple(
            DemoBuyer(_text(path, buyer, "id"), _text(path, buyer, "name"), _text(path, buyer, "note"))
            for buyer in _buyers(path)
        )
        for path in sorted(stores_dir.glob(f"*/{FILE}"))
    }


def load_demo_orders(stores_dir: Path, now: datetime) -> tuple[Order, ...]:
    """Every demo order as of ``now`` (aware). Raises :class:`ConfigurationError` for an order that is none."""
    orders: list[Order] = []
    numbers: set[tuple[str, str]] = set()
    for path in sorted(stores_dir.glob(f"*/{FILE}")):
        for buyer in _buyers(path):
            owner = _text(path, buyer, "id")
            documents = buyer.get("orders") or []
            if not isinstance(documents, list):
                raise ConfigurationError(str(path), f"{owner}.orders", "is not a list", "Write a list of orders")
            for index, document in enumerate(documents):
                field = f"{owner}.orders[{index}]"
                if not isinstance(document, Mapping):
                    raise ConfigurationError(str(path), field, "is not an order", "Write the fields of one order")
                try:
                    order = read_order({"store": path.parent.name, "buyer": owner, **document}, relative_moment(now))
                except DocumentError as error:
                    raise ConfigurationError(
                        str(path), field, str(error), "See docs/orders-openapi.yml; times look like -3d4h"
                    ) from error
                if (order.store, order.number) in numbers:
                    raise ConfigurationError(
                        str(path), field, f"{order.number} is used twice", "Give each its own number"
                    )
                numbers.add((order.store, order.number))
                orders.append(order)
    return tuple(orders)


def _buyers(path: Path) -> Sequence[Mapping[str, object]]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigurationError(str(path), "file", f"is not YAML: {error}", "Mend the line it names") from error
    buyers = document.get("buyers") if isinstance(document, Mapping) else None
    if not isinstance(buyers, list) or not all(isinstance(buyer, Mapping) for buyer in buyers):
        raise ConfigurationError(str(path), "buyers", "is not a list of buyers", "Write `buyers:` and a list")
    return buyers


def _text(path: Path, buyer: Mapping[str, object], field: str) -> str:
    value = buyer.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(str(path), f"buyers.{field}", "is missing or no text", "Give every buyer one")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m aftersales.orders.demo", description="Write the demo orders into a SQLite file."
    )
    parser.add_argument("--stores", type=Path, default=Path("stores"), help="folder with one folder a store")
    parser.add_argument("--into", type=Path, default=Path("var/orders.db"), help="SQLite file to write")
    chosen = parser.parse_args(arguments)
    try:
        count = write_orders(chosen.into, load_demo_orders(chosen.stores, datetime.now(timezone.utc)))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} demo orders written to {chosen.into}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
