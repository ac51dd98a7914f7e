"""Can this be exchanged, and until when?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.return_eligibility import exclusion_of, not_yet_returnable
from aftersales.decisions.wording import last_day_text, last_moment, order_values
from aftersales.orders.model import Order
from aftersales.stores.model import Store


def decide_exchange(store: Store, order: Order, now: datetime) -> Decision:
    """Whether the order can be exchanged now. Whether the other size is there, a person says."""
    named = order_values(order)
    if store.returns.exchange_days == 0:
        return Decision("not_offered", "utter_exchange_not_offered", named, ("the store exchanges faults only",))
    early = not_yet_returnable(order, named, "exchange")
    if early is not None:
        return early
    signed_at = order.signed_at
    if signed_at is None:
        return Decision("not_signed", "utter_exchange_not_signed", named, ("not signed for yet",))
    days = store.returns.exchange_days
    values = {**named, "exchange.last_day": last_day_text(signed_at, days, now)}
    if all(exclusion_of(store, item) is not None for item in order.items):
        return Decision("excluded", "utter_exchange_excluded", values, ("made for the buyer, or perishable",))
    if now >= last_moment(signed_at, days):
        return Decision("over", "utter_exchange_over", values, (f"{days} days after signing have passed",))
    payer = store.returns.exchange_freight
    template = f"utter_exchange_eligible_{payer}"
    return Decision("eligible", template, values, (f"within {days} days",), ask=("wish",), confirmed_by="person")
