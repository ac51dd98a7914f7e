"""Can this order still be cancelled, and how?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store


def decide_cancel(store: Store, order: Order, now: datetime) -> Decision:
    """How the buyer gets out of the order now. Nothing is cancelled here: the buyer or a person does it."""
    del store, now
    values = order_values(order)
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_cancel_unpaid", values, ("nothing was paid yet",))
    if order.state in (OrderState.CANCELLED, OrderState.CLOSED):
        return Decision("cancelled", "utter_cancel_done", values, (f"the order is {order.state.value}",))
    if order.state in (OrderState.REFUNDING, OrderState.REFUNDED, OrderState.RETURNED):
        return Decision(
            "refunding", "utter_cancel_refunding", values, ("a refund was asked for already",), confirmed_by="person"
        )
    if not order.parcels:
        if any(item.custom_made for item in order.items):
            reason = "may be in the making already"
            return Decision("custom", "utter_cancel_custom", values, (reason,), ("RET-03",), confirmed_by="person")
        return Decision(
            "not_shipped", "utter_cancel_not_shipped", values, ("paid, not shipped",), confirmed_by="person"
        )
    if order.signed_at is None:
        return Decision("shipped", "utter_cancel_shipped", values, ("under way",), confirmed_by="carrier")
    return Decision("signed", "utter_cancel_signed", values, ("signed for: a return, not a cancellation",))
