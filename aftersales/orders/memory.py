"""Orders in memory: for tests, and the yardstick the other adapters are measured by."""

from __future__ import annotations

from collections.abc import Iterable

from aftersales.orders.model import BuyerIdentity, Order


class MemoryOrders:
    """Keeps the orders it was given."""

    def __init__(self, orders: Iterable[Order] = ()) -> None:
        self._orders = tuple(sorted(orders, key=lambda order: order.placed_at, reverse=True))

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        """The buyer's latest orders, newest first."""
        return tuple(order for order in self._orders if _owns(buyer, order))[:limit]

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        """The buyer's order with this number."""
        own = (order for order in self._orders if _owns(buyer, order))
        return next((order for order in own if order.number == order_number), None)


def _owns(buyer: BuyerIdentity, order: Order) -> bool:
    return not buyer.guest and (order.store, order.buyer) == (buyer.store, buyer.buyer)
