"""The port through which orders come in. The adapters beside it all keep the same contract."""

from __future__ import annotations

from typing import Protocol

from aftersales.errors import AftersalesError
from aftersales.orders.model import BuyerIdentity, Order


class OrdersUnavailable(AftersalesError):
    """The order system cannot be asked now, or answers something that is not the contract."""


class OrdersPort(Protocol):
    """What the bot may ask of the shop's order system: only reads, only the buyer's own.

    An order of another buyer or another store is ``None`` exactly like one that does not exist, so a number tells a
    stranger nothing. A guest owns nothing. Both calls raise :class:`OrdersUnavailable`.
    """

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        """The buyer's latest orders, newest first, at most ``limit``."""

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        """The buyer's order with this number."""
