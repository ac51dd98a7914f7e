"""Can address, contact, size or remark of this order still be changed?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED, OrderState.REFUNDING, OrderState.RETURNED}


def decide_modify(store: Store, order: Order, now: datetime) -> Decision:
    """What can be changed now. A change after shipping is the carrier's to accept, so nothing is promised."""
    del store, now
    values = order_values(order)
    if order.state in _ENDED:
        return Decision("ended", "utter_modify_ended", values, (f"the order is {order.state.value}",))
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_modify_unpaid", values, ("nothing was paid yet",))
    if not order.parcels:
        if any(item.custom_made for item in order.items):
            reason = "may be in the making already"
            return Decision("custom", "utter_modify_custom", values, (reason,), confirmed_by="person")
        return Decision(
            "not_shipped", "utter_modify_not_shipped", values, ("paid, not shipped",), confirmed_by="person"
        )
    if order.signed_at is None:
        return Decision("shipped", "utter_modify_shipped", values, ("under way",), confirmed_by="carrier")
    return Decision("signed", "utter_modify_signed", values, ("signed for",))
