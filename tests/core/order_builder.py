"""Builds orders for tests: a paid order of one pair of headphones, with single facts changed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from aftersales.orders import Item, Order, OrderState, Parcel, ParcelEvent
from aftersales.stores.hours import CHINA

STORE, BUYER = "x", "u1"


def at(text: str) -> datetime:
    """``11-20 14:30`` (or with seconds) in China, in the year the tests live in."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA)


NOW = at("11-20 12:00")


def item(name: str = "蓝牙耳机", **facts: Any) -> Item:
    """One piece for 199 yuan."""
    return Item(**{"name": name, "category": "耳机", "quantity": 1, "unit_price": Decimal("199.00"), **facts})


def parcel(**facts: Any) -> Parcel:
    """A parcel that left on the 17th and was last heard of on the 20th."""
    base: dict[str, Any] = {
        "carrier": "顺丰速运",
        "waybill": "SF1400000000001",
        "shipped_at": at("11-17 09:00"),
        "events": (ParcelEvent(at("11-17 09:00"), "快件已发出"), ParcelEvent(at("11-20 08:00"), "快件到达武汉中转场")),
    }
    return Parcel(**{**base, **facts})


def order(state: OrderState = OrderState.PAID, **facts: Any) -> Order:
    """An order placed and paid on the 16th."""
    base: dict[str, Any] = {
        "store": STORE,
        "buyer": BUYER,
        "number": "330900001234",
        "state": state,
        "items": (item(),),
        "placed_at": at("11-16 10:00"),
        "paid_at": None if state is OrderState.UNPAID else at("11-16 10:00"),
        "total": Decimal("199.00"),
    }
    return Order(**{**base, **facts})


def shipped(**facts: Any) -> Order:
    """An order on its way; facts about the parcel and the order."""
    of_parcel = {name: facts.pop(name) for name in ("events", "expected_at", "shipped_at") if name in facts}
    return order(**{"state": OrderState.SHIPPED, "parcels": (parcel(**of_parcel),), **facts})


def signed(when: str = "11-18 15:00", **facts: Any) -> Order:
    """An order signed for."""
    return order(**{"state": OrderState.SIGNED, "parcels": (parcel(signed_at=at(when), signed_by="本人"),), **facts})
