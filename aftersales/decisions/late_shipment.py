"""The shop promised to ship by then: was the promise kept, and what now?

What a buyer is due for a late parcel no platform text that was read says (their numbers differ from one telling to the
next), so no amount or rate is ever named: a person works it out.
"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.logistics import decide_logistics, shipping_deadline
from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values, time_text
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}


def missed_deadline(store: Store, order: Order, now: datetime) -> datetime | None:
    """The promised time to ship that was missed; nothing while it was kept, is still to come, or was never given.

    A parcel that leaves within the very second is in time. Of several parcels each has to be.
    """
    deadline = shipping_deadline(store, order)
    if deadline is None or (order.presale_from is not None and now < order.presale_from):
        return None
    if not order.parcels:
        return deadline if now >= deadline else None
    return deadline if any(parcel.shipped_at > deadline for parcel in order.parcels) else None


def decide_late_shipment(store: Store, order: Order, now: datetime) -> Decision:
    """Whether the order was or is being shipped late, and what the buyer may ask for."""
    deadline = missed_deadline(store, order, now)
    if deadline is None or order.state is OrderState.UNPAID or order.state in _ENDED:
        if order.parcels and order.state not in _ENDED:
            shipped = time_text(max(parcel.shipped_at for parcel in order.parcels), now)
            values = {**order_values(order), "parcel.shipped_at": shipped}
            return Decision("in_time", "utter_late_in_time", values, ("shipped as promised",), ("SHP-08",))
        return decide_logistics(store, order, now, "shipping_time")
    values = {**order_values(order), "order.ship_by": time_text(deadline, now)}
    rules: tuple[str, ...] = ("SHP-08", "CMP-03", "HUM-08")
    if order.parcels:
        late = [parcel for parcel in order.parcels if parcel.shipped_at > deadline]
        values["parcel.shipped_at"] = time_text(min(parcel.shipped_at for parcel in late), now)
        outcome = "shipped_late" if len(late) == len(order.parcels) else "partly_late"
        reason = f"{len(late)} of {len(order.parcels)} parcels left after the promised time"
        return Decision(
            outcome,
            "utter_late_shipped",
            values,
            (reason,),
            rules,
            ask=("wish",),
            human="late_shipment",
            confirmed_by="person",
        )
    if store.platform == "tmall":
        # Past the promised time the shop may ship only when the buyer still wants it (SHP-10).
        rules = ("SHP-08", "SHP-10", "CMP-03", "HUM-08")
    outcome = "refunding" if order.state is OrderState.REFUNDING else "late"
    template = "utter_logistics_refunding" if outcome == "refunding" else "utter_late_not_shipped"
    return Decision(
        outcome,
        template,
        values,
        ("the promised time to ship has passed",),
        rules,
        ask=("wish",),
        human="late_shipment",
        confirmed_by="person",
    )
