"""Where is it, when does it leave, when does it come, why does it not move, why do I not have it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import day_text, order_values, parcel_values, time_text
from aftersales.orders.model import Order, OrderState, Parcel
from aftersales.stores.model import Store

#: A parcel that has not been heard of for this long is looked into. A judgement of ours, never said as a promise.
STUCK_AFTER = timedelta(hours=48)
_NO_SHIPPING = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}


def decide_logistics(store: Store, order: Order, now: datetime, question: str) -> Decision:
    """Decide one of the five intents about a parcel: status, dispatch, arrival, no news, signed but not received."""
    named = order_values(order)
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_logistics_unpaid", named, ("nothing was paid yet",))
    if order.state is OrderState.RETURNED:
        return Decision("returned", "utter_logistics_returned", named, ("the goods are on their way back",))
    if order.state in _NO_SHIPPING:
        return Decision("ended", "utter_logistics_ended", named, (f"the order is {order.state.value}",))
    if not order.parcels:
        return _not_shipped(store, order, now, named)
    if order.state is OrderState.SIGNED_NOT_RECEIVED:
        return Decision(
            "tracing",
            "utter_logistics_tracing",
            named,
            ("the missing parcel was reported before",),
            human="not_received",
            confirmed_by="carrier",
        )
    underway = [parcel for parcel in order.parcels if parcel.signed_at is None]
    if not underway:
        return _signed(order, now, question)
    return _underway(order, min(underway, key=lambda parcel: parcel.last_move), now, question)


def shipping_deadline(store: Store, order: Order) -> datetime | None:
    """Until when the shop has promised to ship: what the order says, or else what the store promises."""
    if order.ship_by is not None:
        return order.ship_by
    start = order.presale_from or order.paid_at
    return None if start is None else start + timedelta(hours=store.shipping.promise_hours)


def is_stuck(order: Order, parcel: Parcel, now: datetime) -> bool:
    """Whether somebody has to look for the parcel."""
    return order.state is OrderState.STUCK or now - parcel.last_move >= STUCK_AFTER


def _not_shipped(store: Store, order: Order, now: datetime, named: Mapping[str, str]) -> Decision:
    if order.state is OrderState.REFUNDING:
        return Decision("refunding", "utter_logistics_refunding", named, ("a refund runs and nothing was shipped",))
    deadline = shipping_deadline(store, order)
    if order.presale_from is not None and now < order.presale_from:
        values = {**named, "order.presale_from": day_text(order.presale_from, now)}
        return Decision(
            "presale", "utter_logistics_presale", values, ("sold ahead, shipping has not begun",), ("SHP-08",)
        )
    if deadline is not None and now >= deadline:
        values = {**named, "order.ship_by": time_text(deadline, now)}
        reason = "the promised time to ship has passed"
        return Decision(
            "late", "utter_logistics_late", values, (reason,), ("SHP-08",), ask=("wish",), confirmed_by="person"
        )
    if deadline is None:
        return Decision("to_ship", "utter_logistics_to_ship_open", named, ("paid, no promised time known",))
    values = {**named, "order.ship_by": time_text(deadline, now)}
    return Decision("to_ship", "utter_logistics_to_ship", values, ("paid, within the promised time",), ("SHP-08",))


def _signed(order: Order, now: datetime, question: str) -> Decision:
    parcel = max(order.parcels, key=lambda one: one.signed_at or one.shipped_at)
    signed_at = parcel.signed_at or parcel.last_move
    values = {
        **parcel_values(order, parcel, now),
        "parcel.signed_at": time_text(signed_at, now),
        "parcel.signed_by": parcel.signed_by or "未写明",
    }
    if question in ("not_received", "logistics_stuck"):
        return Decision(
            "signed_not_received",
            "utter_logistics_signed_not_received",
            values,
            ("the carrier says signed, the buyer has nothing",),
            ("SHP-08",),
            human="not_received",
            confirmed_by="carrier",
        )
    return Decision("signed", "utter_logistics_signed", values, ("every parcel was signed for",))


def _underway(order: Order, parcel: Parcel, now: datetime, question: str) -> Decision:
    values = dict(parcel_values(order, parcel, now))
    if is_stuck(order, parcel, now):
        return Decision(
            "stuck",
            "utter_logistics_stuck_found",
            values,
            (f"no news since {parcel.last_move.isoformat()}",),
            ("SHP-08",),
            human="logistics_stuck",
            confirmed_by="carrier",
        )
    if len(order.parcels) > 1:
        signed = sum(one.signed_at is not None for one in order.parcels)
        values |= {"parcels.all": str(len(order.parcels)), "parcels.signed": str(signed)}
        values["parcel.contents"] = parcel.contents or order.item
        return Decision("parcels", "utter_logistics_parcels", values, ("several parcels, one still under way",))
    if question == "shipping_time":
        values["parcel.shipped_at"] = time_text(parcel.shipped_at, now)
        return Decision("shipped", "utter_logistics_shipped", values, ("already shipped",))
    if question in ("logistics_stuck", "not_received"):
        return Decision("moving", "utter_logistics_moving", values, ("under way, heard of lately",))
    if parcel.expected_at is None:
        return Decision("underway", "utter_logistics_underway", values, ("under way, no expected time",))
    values["parcel.expected"] = day_text(parcel.expected_at, now)
    if now > parcel.expected_at:
        reason = "later than the carrier expected"
        return Decision("overdue", "utter_logistics_overdue", values, (reason,), confirmed_by="carrier")
    return Decision("underway", "utter_logistics_expected", values, ("under way, expected time known",))
