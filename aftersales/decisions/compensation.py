"""Somebody wants to be compensated: what does the order show, and what will the person need?

Never an amount, a rate or a promise: whatever is promised binds the store (CMP-05), so only a person makes one (CMP-03).
"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.matter import matter_of
from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

_RULES = ("CMP-03", "CMP-05", "HUM-08", "INT-18")


def decide_compensation(store: Store, order: Order, now: datetime) -> Decision:
    """What is said to a claim about this order: what went wrong as far as the order shows it, and who decides."""
    named = order_values(order)
    if order.state is OrderState.UNPAID:
        reason = "nothing was paid: no harm the order could show"
        return Decision(
            "unpaid",
            "utter_compensation_order",
            named,
            (reason,),
            _RULES,
            ask=("detail", "photo", "wish"),
            human="compensation_request",
            confirmed_by="person",
        )
    matter = matter_of(store, order, now)
    if not matter.key:
        return Decision(
            "unseen",
            "utter_compensation_order",
            named,
            ("the order shows nothing wrong: the buyer has to tell",),
            _RULES,
            ask=("detail", "photo", "wish"),
            human="compensation_request",
            confirmed_by="person",
        )
    return Decision(
        matter.key,
        "utter_compensation_seen",
        {**named, "order.matter": matter.text},
        (f"the order shows: {matter.key}",),
        _RULES,
        # The order has told the rest already; nobody has to say it again.
        ask=("wish",),
        human="compensation_request",
        confirmed_by="person",
    )
