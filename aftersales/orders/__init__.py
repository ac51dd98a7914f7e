"""The buyer's own orders: the model, the port, and the adapters that fill it."""

from __future__ import annotations

from aftersales.orders.model import (
    AfterSale,
    AfterSaleKind,
    AfterSaleStage,
    BuyerIdentity,
    Invoice,
    InvoiceState,
    Item,
    Order,
    OrderState,
    Parcel,
    ParcelEvent,
    Refund,
    RefundStage,
)
from aftersales.orders.opening import open_orders
from aftersales.orders.port import OrdersPort, OrdersUnavailable

__all__ = [
    "AfterSale",
    "AfterSaleKind",
    "AfterSaleStage",
    "BuyerIdentity",
    "Invoice",
    "InvoiceState",
    "Item",
    "Order",
    "OrderState",
    "OrdersPort",
    "OrdersUnavailable",
    "Parcel",
    "ParcelEvent",
    "Refund",
    "RefundStage",
    "open_orders",
]
