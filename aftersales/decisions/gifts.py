"""A gift (赠品) is not there, or the goods go back: what about the gift?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.logistics import decide_logistics
from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Item, Order, OrderState
from aftersales.stores.model import Store

#: Label of an order line that is a gift.
GIFT = "gift"
_LABELS = frozenset({GIFT, "赠品"})
_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}


def gifts_of(order: Order) -> tuple[Item, ...]:
    """The lines of the order that are gifts."""
    return tuple(item for item in order.items if item.labels & _LABELS)


def decide_gift_missing(store: Store, order: Order, now: datetime) -> Decision:
    """The buyer misses a gift. Whether one was promised and was packed, a person checks (PPR-14)."""
    values = dict(order_values(order))
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_logistics_unpaid", values, ("nothing was paid yet",))
    if order.state in _ENDED:
        return Decision("ended", "utter_return_ended", values, (f"the order is {order.state.value}",))
    if not order.parcels:
        return Decision("to_ship", "utter_gift_to_ship", values, ("nothing was shipped yet",), ("PRM-04", "PPR-14"))
    underway = [parcel for parcel in order.parcels if parcel.signed_at is None]
    if underway:
        # Gifts often travel in a parcel of their own.
        coming = decide_logistics(store, order, now, "logistics_status")
        return Decision("coming", coming.template, coming.values, ("a parcel is under way still",), coming.rules)
    gifts = gifts_of(order)
    rules = ("PRM-04", "PPR-14", "HUM-08")
    if gifts:
        values["gift.names"] = "、".join(item.name for item in gifts)
        return Decision(
            "listed",
            "utter_gift_listed",
            values,
            ("the order lists the gift",),
            rules,
            ask=("detail",),
            human="gift_missing",
            confirmed_by="person",
        )
    return Decision(
        "not_listed",
        "utter_gift_not_listed",
        values,
        ("the order lists no gift; the page may have promised one",),
        rules,
        ask=("page_screenshot", "detail"),
        human="gift_missing",
        confirmed_by="person",
    )


def decide_gift_return(store: Store, order: Order, now: datetime) -> Decision:
    """The goods go back: must the gift come along? It never keeps the goods themselves from going back."""
    del now
    values = dict(order_values(order))
    rules = ("RET-11", "GFT-01") if store.platform == "tmall" else ("RET-11",)
    if order.state is OrderState.UNPAID or order.state in _ENDED:
        return Decision("ended", "utter_return_ended", values, (f"the order is {order.state.value}",))
    if store.gifts.return_text:
        reason = "the store has said what happens"
        return Decision("store_terms", "utter_gift_return_terms", values, (reason,), (*rules, "PPR-14"))
    gifts = gifts_of(order)
    if not gifts:
        return Decision("none", "utter_gift_return_none", values, ("the order lists no gift",), rules)
    values["gift.names"] = "、".join(item.name for item in gifts)
    return Decision(
        "along",
        "utter_gift_return_along",
        values,
        ("the gift goes back with the goods, or its marked price is paid",),
        (*rules, "HUM-08"),
        confirmed_by="person",
    )
