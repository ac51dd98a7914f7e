"""Who pays for sending it back?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order
from aftersales.stores.model import Store


def decide_return_freight(store: Store, order: Order, now: datetime) -> Decision:
    """Who pays; ``now`` is taken for the sake of the common shape and does not matter here."""
    del now
    values = order_values(order)
    if store.returns.no_reason_freight == "store":
        return Decision("store", "utter_freight_store", values, ("the store pays for every return",), ("QLT-01",))
    if order.freight_insurance:
        reason, rules = "the order carries freight insurance", ("RET-10", "QLT-01")
        return Decision("insured", "utter_freight_insured", values, (reason,), rules, confirmed_by="insurer")
    return Decision("buyer", "utter_freight_buyer", values, ("no reason: the buyer pays",), ("RET-10", "QLT-01"))
