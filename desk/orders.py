"""The order a conversation is about, for the compliance door: 明天到 is a promise, unless the order itself says so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from aftersales.orders import BuyerIdentity, Order, OrdersPort, OrdersUnavailable

_log = structlog.get_logger(__name__)


class KnownOrders:
    """Orders looked up beside the desk's own work.

    An order system that is slow or cannot be asked costs a warning that was not needed, never a reply: after
    ``patience`` seconds the order counts as unknown.
    """

    def __init__(self, orders: OrdersPort, patience: float = 1.0) -> None:
        self._orders, self._patience = orders, patience

    async def find(self, buyer: BuyerIdentity, number: str, /) -> Order | None:
        """See :class:`desk.ports.Orders`."""
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.to_thread(self._orders.find_order, buyer, number)
        except (OrdersUnavailable, TimeoutError) as problem:
            _log.warning("orders.not_asked", store=buyer.store, problem=str(problem) or type(problem).__name__)
            return None


class NoOrders:
    """For a desk without an order system."""

    async def find(self, _buyer: BuyerIdentity, _number: str, /) -> Order | None:
        """See :class:`desk.ports.Orders`."""
        return None


def order_number(card: Mapping[str, Any]) -> str | None:
    """Return the order that a ticket's card is about."""
    number = card.get("order_number")
    return number if isinstance(number, str) and number else None
