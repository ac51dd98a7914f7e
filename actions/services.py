"""Where the actions get their stores and orders from: the one place that puts them together."""

from __future__ import annotations

import asyncio
import os
from functools import lru_cache

from aftersales.calendar import WorkCalendar, load_calendar
from aftersales.orders import BuyerIdentity, Order, OrdersPort, open_orders
from aftersales.settings import load_settings
from aftersales.stores import StoreDirectory

#: As many orders as a choice can sensibly be made from.
RECENT = 10


class Services:
    """The stores, the order system and the working days. Tests hand in their own."""

    def __init__(self, stores: StoreDirectory, orders: OrdersPort, calendar: WorkCalendar | None = None) -> None:
        self.stores = stores
        #: Without one no date is worked out of 3个工作日.
        self.calendar = calendar
        self._orders = orders

    async def recent(self, buyer: BuyerIdentity) -> tuple[Order, ...]:
        """The buyer's latest orders, newest first. Raises ``OrdersUnavailable``.

        Asked in a thread: the action server has one loop for all buyers, and an order system may be slow.
        """
        return () if buyer.guest else await asyncio.to_thread(self._orders.recent_orders, buyer, RECENT)

    async def find(self, buyer: BuyerIdentity, number: str) -> Order | None:
        """The buyer's order with this number. Raises ``OrdersUnavailable``."""
        return None if buyer.guest else await asyncio.to_thread(self._orders.find_order, buyer, number)


@lru_cache(maxsize=1)
def shared_services() -> Services:
    """The services of this process, made at the first question."""
    settings = load_settings(os.environ, secrets_required=False)
    return Services(
        StoreDirectory(settings.stores, settings.rules),
        open_orders(settings.orders, settings.orders_token),
        load_calendar(settings.rules / "calendar.yml"),
    )
