"""Refusing a parcel at the door (拒收): still possible, and what comes after?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aftersales.decisions.model import Ask, Decision
from aftersales.decisions.return_eligibility import decide_return, exclusion_of
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}
#: Goods that do not come back as they left: whether they are stopped on the way, a person decides with the carrier.
_UNFIT = {"perishable", "customised"}


def decide_rejection(store: Store, order: Order, now: datetime) -> Decision:
    """What refusing the parcel means for this order now. A fault may be refused at the door whatever the goods are."""
    named = order_values(order)
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_cancel_unpaid", named, ("nothing was paid yet",))
    if order.state in _ENDED:
        return Decision("ended", "utter_return_ended", named, (f"the order is {order.state.value}",))
    if order.state is OrderState.RETURNED:
        reason = "the goods are on their way back"
        return Decision("returned", "utter_reject_returned", named, (reason,), confirmed_by="person")
    underway = [parcel for parcel in order.parcels if parcel.signed_at is None]
    if underway:
        return _underway(store, order, named, signed=len(order.parcels) - len(underway))
    if order.parcels:
        return _signed(store, order, named, now)
    return Decision("not_shipped", "utter_reject_not_shipped", named, ("nothing to refuse: not shipped",))


def _underway(store: Store, order: Order, named: Mapping[str, str], signed: int) -> Decision:
    rules: tuple[str, ...] = ("LOG-07", "LOG-08")
    unfit = [item for item in order.items if exclusion_of(store, item) in _UNFIT]
    if unfit:
        return Decision(
            "unfit",
            "utter_reject_unfit",
            named,
            ("perishable or made for the buyer: to be stopped on the way, if at all",),
            (*rules, "RET-03"),
            ask=("wish",),
            human="reject_parcel",
            confirmed_by="person",
        )
    if order.state is OrderState.REFUNDING:
        # The refund was asked for before: refusing is how the goods come back.
        reason = "a refund runs, the parcel is under way"
        return Decision("refunding", "utter_reject_refunding", named, (reason,), rules, confirmed_by="carrier")
    if signed:
        values = {**named, "parcels.all": str(len(order.parcels)), "parcels.signed": str(signed)}
        reason = "some parcels are signed for: only the others can be refused"
        return Decision("partly", "utter_reject_partly", values, (reason,), rules, confirmed_by="carrier")
    if store.platform == "tmall":
        rules = (*rules, "LOG-10")
    return Decision("open", "utter_reject_open", named, ("under way",), rules, confirmed_by="carrier")


def _signed(store: Store, order: Order, named: Mapping[str, str], now: datetime) -> Decision:
    """Signed for is received: what is left is a return, within its term or for a fault."""
    instead = decide_return(store, order, now)
    if instead.outcome in ("eligible", "partly", "conditional"):
        values = {**named, "return.last_day": instead.values["return.last_day"]}
        return Decision("signed", "utter_reject_signed", values, ("signed for: a return instead",), instead.rules)
    if instead.outcome == "open":
        return instead
    reason = f"signed for, and a return is {instead.outcome}"
    ask: tuple[Ask, ...] = ("detail", "photo")
    return Decision("signed_over", "utter_reject_signed_over", named, (reason,), ("QLT-01",), ask=ask)
