"""Somebody complains: is the reason in the order already, so that nobody has to tell it twice?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.matter import matter_of
from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order
from aftersales.stores.model import Store

_RULES = ("CPR-16", "CPS-04", "INT-18", "REG-03")


def decide_complaint(store: Store, order: Order, now: datetime) -> Decision:
    """What is said to a complaint about this order. Nobody is talked out of it (INT-18); a person answers it."""
    named = order_values(order)
    matter = matter_of(store, order, now)
    if matter.key:
        return Decision(
            matter.key,
            "utter_complaint_seen",
            {**named, "order.matter": matter.text},
            (f"the order shows: {matter.key}",),
            _RULES,
            ask=("wish",),
            human="complaint",
            confirmed_by="person",
        )
    return Decision(
        "unseen",
        "utter_complaint_order",
        named,
        ("the order shows nothing wrong: the buyer has to tell",),
        _RULES,
        ask=("detail", "wish"),
        human="complaint",
        confirmed_by="person",
    )
