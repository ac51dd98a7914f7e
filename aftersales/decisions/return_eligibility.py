"""Can this go back without a reason, and until when?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import last_day_text, last_moment, order_values
from aftersales.orders.model import AfterSaleStage, Item, Order, OrderState
from aftersales.stores.model import Store

#: How the answer calls what keeps the goods from going back without a reason.
_BASIS = {
    "customised": "定制商品",
    "perishable": "鲜活易腐商品",
    "digital": "拆封或激活后的数字化商品",
    "periodical": "报纸期刊",
    "confirmed": "下单时已单独确认不支持无理由退货的商品",
}
_RULES = {"confirmed": "RET-04"}
#: These keep goods out only once they were opened or activated, which no order system can know.
_ONLY_WHEN_USED = {"confirmed", "digital"}
_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}
_OPEN_CASE = {
    AfterSaleStage.REQUESTED,
    AfterSaleStage.AWAITING_PARCEL,
    AfterSaleStage.IN_TRANSIT,
    AfterSaleStage.INSPECTING,
}


def decide_return(store: Store, order: Order, now: datetime) -> Decision:
    """Whether the order can be returned without a reason now.

    It never says no to a quality problem: every refusal leaves that way open.
    """
    named = order_values(order)
    early = not_yet_returnable(order, named, "return")
    if early is not None:
        return early
    bases = [exclusion_of(store, item) for item in order.items]
    kept = {basis: item for basis, item in zip(bases, order.items, strict=True) if basis is not None}
    values = dict(named)
    if kept:
        values["return.basis"] = "、".join(_BASIS[basis] for basis in kept)
        values["return.category"] = "、".join(dict.fromkeys(item.category for item in kept.values()))
    reasons, rules = tuple(kept), tuple(sorted({_RULES.get(basis, "RET-03") for basis in kept}))
    for_good = not set(kept) <= _ONLY_WHEN_USED
    if None not in bases and for_good:
        # Before the signing as after it: whoever waits for such goods must not be told that there will be time.
        return Decision("excluded", "utter_return_excluded", values, reasons, rules)
    signed_at = order.signed_at
    if signed_at is None:
        return Decision("not_signed", "utter_return_not_signed", named, ("the term begins after signing",), ("RET-02",))
    days = store.returns.no_reason_days
    values["return.last_day"] = last_day_text(signed_at, days, now)
    if now >= last_moment(signed_at, days):
        return Decision("over", "utter_return_over", values, (f"{days} days after signing have passed",), ("RET-02",))
    if for_good:
        free = (item.name for item, basis in zip(order.items, bases, strict=True) if basis is None)
        values["return.items"] = "、".join(free)
        return Decision("partly", "utter_return_partly", values, reasons, ("RET-02", *rules), confirmed_by="person")
    if kept:
        return Decision(
            "conditional", "utter_return_conditional", values, reasons, ("RET-02", *rules), confirmed_by="person"
        )
    within = (f"within {days} days",)
    # Whether the goods are in good order, a person sees when they are back.
    return Decision("eligible", "utter_return_eligible", values, within, ("RET-02", "RET-06"), confirmed_by="person")


def exclusion_of(store: Store, item: Item) -> str | None:
    """Why the item cannot go back without a reason; nothing when it can.

    The store file is the promise: what it does not list can go back. ``confirmed`` needs this buyer's own confirmation
    for this purchase (RET-04, RET-05).
    """
    for exclusion in store.returns.exclusions:
        matches = exclusion.category == item.category
        if exclusion.basis == "customised":
            # What makes it customised is how it was made, not the shelf it stands on (RET-22).
            if item.custom_made:
                return exclusion.basis
        elif exclusion.basis == "confirmed":
            if matches and item.no_return_confirmed:
                return exclusion.basis
        elif matches:
            return exclusion.basis
    return None


def not_yet_returnable(order: Order, named: Mapping[str, str], wish: str) -> Decision | None:
    """The states in which there is nothing to send back; ``wish`` is ``return`` or ``exchange``."""
    if order.after_sale is not None and order.after_sale.stage in _OPEN_CASE:
        return Decision("open", "utter_return_open", named, ("a case runs already",), confirmed_by="person")
    if order.state in _ENDED:
        return Decision("ended", "utter_return_ended", named, (f"the order is {order.state.value}",))
    if order.state is OrderState.REFUNDING:
        return Decision("open", "utter_return_open", named, ("a refund runs already",), confirmed_by="person")
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_return_unpaid", named, ("nothing was paid yet",))
    if not order.parcels:
        return Decision("not_shipped", f"utter_{wish}_not_shipped", named, ("nothing was shipped yet",))
    return None
