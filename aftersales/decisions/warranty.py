"""Is this order still under the store's warranty?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Ask, Decision
from aftersales.decisions.wording import last_day_text, last_moment, order_values
from aftersales.orders.model import Order
from aftersales.stores.model import Store


def decide_warranty(store: Store, order: Order, now: datetime) -> Decision:
    """Whether the warranty runs. A fault itself becomes a case for a person."""
    values = dict(order_values(order))
    if not store.warranty.offered:
        return Decision(
            "not_offered", "utter_warranty_not_offered", values, ("the store gives no warranty of its own",)
        )
    signed_at = order.signed_at
    if signed_at is None:
        return Decision("not_signed", "utter_warranty_not_signed", values, ("the warranty begins with signing",))
    values["order.warranty_last_day"] = last_day_text(signed_at, store.warranty.days, now)
    if now >= last_moment(signed_at, store.warranty.days):
        return Decision("over", "utter_warranty_over", values, (f"{store.warranty.days} days have passed",))
    within = (f"within {store.warranty.days} days",)
    ask: tuple[Ask, ...] = ("detail", "photo")
    return Decision("within", "utter_warranty_within", values, within, ("QLT-03",), ask=ask, confirmed_by="person")
