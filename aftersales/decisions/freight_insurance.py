"""Does this order carry freight insurance (运费险), and what has to be done so that it pays?

The insurer decides whether, when and how much. No number is known from a text that was read, so none is said.
"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.freight import decide_return_freight
from aftersales.decisions.model import Ask, Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import AfterSaleKind, AfterSaleStage, Order, OrderState, RefundStage
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED}
_WAITING_FOR_PARCEL = {AfterSaleStage.REQUESTED, AfterSaleStage.AWAITING_PARCEL}


def decide_freight_insurance(store: Store, order: Order, now: datetime) -> Decision:
    """Whether the order is insured and which step comes next."""
    values = order_values(order)
    if not order.freight_insurance:
        return _not_insured(store, order, now)
    if order.state is OrderState.UNPAID or order.state in _ENDED:
        return Decision("ended", "utter_insurance_ended", values, (f"the order is {order.state.value}",))
    case = order.after_sale
    if case is not None and case.kind is AfterSaleKind.RETURN:
        if case.stage in _WAITING_FOR_PARCEL and not case.return_waybill:
            return _insured("to_send", order, "insured, the goods were not sent back yet", ask=("waybill",))
        if case.stage is AfterSaleStage.DONE or _paid(order):
            return _insured("claim", order, "the return is done: the insurer settles the claim")
        if case.stage not in (AfterSaleStage.REJECTED, AfterSaleStage.CANCELLED):
            return _insured("running", order, "the return runs: the claim follows when it is done")
    if not order.parcels or any(parcel.signed_at is None for parcel in order.parcels):
        return _insured("not_received", order, "insured; nothing to send back yet")
    return _insured("insured", order, "insured; to be asked for before receipt is confirmed")


def _insured(outcome: str, order: Order, reason: str, ask: tuple[Ask, ...] = ()) -> Decision:
    template = f"utter_insurance_{outcome}"
    rules = ("FRI-02", "FRI-03")
    return Decision(outcome, template, order_values(order), (reason,), rules, ask=ask, confirmed_by="insurer")


def _paid(order: Order) -> bool:
    return order.refund is not None and order.refund.with_return and order.refund.stage is RefundStage.PAID


def _not_insured(store: Store, order: Order, now: datetime) -> Decision:
    values = order_values(order)
    if store.freight_insurance.offered:
        # The shop gives it, the order has none: bought before the offer, or the goods are kept out. A person looks.
        reason = "the store gives insurance, this order carries none"
        return Decision(
            "missing",
            "utter_insurance_missing",
            values,
            (reason,),
            ("PPR-14", "QLT-01", "RET-10"),
            human="freight_insurance",
            confirmed_by="person",
        )
    payer = decide_return_freight(store, order, now)
    template = f"utter_insurance_none_{payer.outcome}"
    return Decision("none", template, values, ("no insurance, the store gives none",), payer.rules)
