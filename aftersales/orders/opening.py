"""Which adapter a setting asks for."""

from __future__ import annotations

from pathlib import Path

from aftersales.errors import ConfigurationError
from aftersales.orders.http import HttpOrders
from aftersales.orders.port import OrdersPort
from aftersales.orders.sqlite import SqliteOrders


def open_orders(spec: str, token: str) -> OrdersPort:
    """The adapter for ``spec``: ``sqlite:FILE`` or the ``http(s)`` base address of an order system.

    Nothing is opened or asked yet. Raises :class:`ConfigurationError` for anything else.
    """
    scheme, _, rest = spec.partition(":")
    if scheme == "sqlite" and rest:
        return SqliteOrders(Path(rest))
    if scheme in ("http", "https"):
        return HttpOrders(spec, token)
    raise ConfigurationError(
        "environment", "AFTERSALES_ORDERS", f"{spec!r} is not understood", "Use sqlite:FILE or https://host/path"
    )
