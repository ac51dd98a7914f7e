"""It got cheaper: is the store's price promise still open for this order?

Whether and how much is paid back, a person decides (HUM-08); no amount is ever computed here.
"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Ask, Decision
from aftersales.decisions.wording import last_day_text, last_moment, order_values
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}
_AFTER_SALE = {OrderState.REFUNDING, OrderState.RETURNED}


def decide_price_protection(store: Store, order: Order, now: datetime, question: str) -> Decision:
    """Decide ``price_protection`` or ``price_protection_problem`` (it was asked for and failed)."""
    promise = store.price_protection
    values = dict(order_values(order))
    if not promise.offered and _unsent(order):
        # Placing it anew at today's price is a way only as long as nothing was shipped.
        return Decision("not_offered", "utter_price_not_offered_unsent", values, ("no promise, not shipped yet",))
    if not promise.offered:
        return Decision("not_offered", "utter_price_not_offered", values, ("the store makes no price promise",))
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_price_unpaid", values, ("an unpaid order can be placed anew",))
    if order.state in _ENDED:
        return Decision("ended", "utter_price_ended", values, (f"the order is {order.state.value}",))
    if order.state in _AFTER_SALE:
        return Decision("after_sale", "utter_price_after_sale", values, ("a refund or return runs",))
    excluded = [item for item in order.items if item.labels & set(promise.exclusions)]
    if len(excluded) == len(order.items):
        labels = sorted(set().union(*(item.labels & set(promise.exclusions) for item in excluded)))
        values["price.excluded"] = "、".join(labels)
        return Decision("excluded", "utter_price_excluded", values, tuple(labels))
    start = order.signed_at if promise.counted_from == "signed" else (order.paid_at or order.placed_at)
    if start is not None:
        values["price.last_day"] = last_day_text(start, promise.days, now)
        if now >= last_moment(start, promise.days):
            return Decision("over", "utter_price_over", values, (f"{promise.days} days have passed",), ("PPR-14",))
    return _open(order, values, question, set(promise.exclusions), has_begun=start is not None)


def _unsent(order: Order) -> bool:
    return order.state in (OrderState.UNPAID, OrderState.PAID) and not order.parcels


def _open(order: Order, values: dict[str, str], question: str, kept_out: set[str], *, has_begun: bool) -> Decision:
    rules = ("PPR-13", "PPR-14")
    if question == "price_protection_problem":
        return Decision(
            "problem",
            "utter_price_problem",
            values,
            ("within the term, yet refused",),
            rules,
            ask=("page_screenshot",),
            human="price",
            confirmed_by="person",
        )
    if not has_begun:
        return Decision("open", "utter_price_not_begun", values, ("the term begins after signing",), rules)
    # What the promise keeps out may have become cheaper: that is no drop it covers.
    covered = [item for item in order.items if not item.labels & kept_out]
    known = [item for item in covered if item.current_price is not None]
    if any(item.current_price is not None and item.current_price < item.unit_price for item in known):
        return Decision(
            "dropped",
            "utter_price_dropped",
            values,
            ("within the term and cheaper now",),
            rules,
            human="price",
            confirmed_by="person",
        )
    if len(known) == len(covered):
        return Decision("no_drop", "utter_price_no_drop", values, ("within the term, not cheaper now",), rules)
    reason = "within the term, today's price unknown"
    ask: tuple[Ask, ...] = ("page_screenshot",)
    return Decision("open", "utter_price_open", values, (reason,), rules, ask=ask, confirmed_by="person")
