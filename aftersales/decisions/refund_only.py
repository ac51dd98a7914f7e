"""Money back without sending the goods back (仅退款): what can be said, and who decides?

The bot neither promises nor refuses it (ORF-05): it says where the order stands and gathers what the person will need.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from aftersales.decisions.cancel import decide_cancel
from aftersales.decisions.model import Decision
from aftersales.decisions.quality import received_at
from aftersales.decisions.return_eligibility import exclusion_of
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState, RefundStage
from aftersales.stores.model import Store

#: Up to this many yuan the way back costs about as much as the goods. A hint for the person, never said.
LOW_VALUE = Decimal(20)
_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}
_OVER = {RefundStage.REJECTED, RefundStage.CANCELLED}
#: What a platform's own rules say, by outcome: goods that are not fit to be sent back, a parcel to be stopped.
_PLATFORM_RULES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "jd": {"unfit": ("ORF-03",)},
    "tmall": {"unfit": ("ORF-04",), "underway": ("SHP-11",)},
}
_TEMPLATES = {"underway": "utter_refund_only_underway", "unfit": "utter_refund_only_unfit"}


def decide_refund_only(store: Store, order: Order, now: datetime) -> Decision:
    """Where a wish for the money without a return stands for this order."""
    named = order_values(order)
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_refund_only_unpaid", named, ("nothing was paid yet",))
    if order.state in _ENDED:
        return Decision("ended", "utter_return_ended", named, (f"the order is {order.state.value}",))
    if order.refund is not None and order.refund.stage not in _OVER:
        reason = f"a refund runs: {order.refund.stage.value}"
        return Decision("open", "utter_return_open", named, (reason,), confirmed_by="person")
    if not order.parcels:
        # Nothing left the shop, so nothing has to come back: an ordinary cancellation.
        return decide_cancel(store, order, now)
    if received_at(order) is None:
        return _of_person(store, "underway", named, "not received: to be stopped on the way or refused", ("SHP-08",))
    if any(exclusion_of(store, item) == "perishable" for item in order.items):
        return _of_person(store, "unfit", named, "goods that are not fit to be sent back", ("QLT-01",))
    if order.total <= LOW_VALUE:
        return _of_person(store, "low_value", named, "the way back costs about as much as the goods", ("QLT-01",))
    return _of_person(store, "signed", named, "received: a person looks at the fault first", ("QLT-01",))


def _of_person(store: Store, outcome: str, named: Mapping[str, str], reason: str, rules: tuple[str, ...]) -> Decision:
    platform = _PLATFORM_RULES.get(store.platform, {}).get(outcome, ())
    return Decision(
        outcome,
        _TEMPLATES.get(outcome, "utter_refund_only_signed"),
        named,
        (reason,),
        (*rules, *platform, "HUM-08", "ORF-05"),
        ask=("wish",) if outcome == "underway" else ("detail", "photo"),
        human="refund_problem" if outcome == "underway" else "quality_problem",
        confirmed_by="person",
    )
