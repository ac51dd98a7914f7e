"""The money goes back: what about the coupons (优惠券) that were used?

How a store's coupons come back is its own promise; platform coupons are the platform's. The money itself is settled by
what was really paid (RET-12). No amount is ever worked out here.
"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState, RefundStage
from aftersales.stores.model import Store

_OFF = {RefundStage.REJECTED, RefundStage.CANCELLED}


def refund_covers_all(order: Order) -> bool | None:
    """Whether the refund that runs or ran gives back all that was paid; nothing when there is none."""
    if order.refund is None or order.refund.stage in _OFF:
        return None
    return order.refund.amount >= order.total


def decide_coupons(store: Store, order: Order, now: datetime) -> Decision:
    """Whether the coupons used for this order come back."""
    del now
    values = order_values(order)
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_coupons_unpaid", values, ("nothing was paid yet",), confirmed_by="platform")
    if order.state is OrderState.CANCELLED and order.refund is None:
        reason = "cancelled before anything was paid back"
        return Decision("cancelled", "utter_coupons_cancelled", values, (reason,), confirmed_by="platform")
    whole = refund_covers_all(order)
    if whole is None:
        return Decision("no_refund", "utter_coupons_no_refund", values, ("no refund runs",), ("RET-12",))
    if not store.refunds.coupon_text:
        # Nobody has promised anything, so a person looks it up.
        reason = "the store has not said what happens to coupons"
        return Decision(
            "unknown",
            "utter_coupons_unknown",
            values,
            (reason,),
            ("RET-12",),
            human="refund_problem",
            confirmed_by="person",
        )
    outcome = "full" if whole else "partial"
    reason = "all that was paid goes back" if whole else "a part of what was paid goes back"
    template = f"utter_coupons_{outcome}"
    return Decision(outcome, template, values, (reason,), ("RET-12", "PPR-14"), confirmed_by="platform")
