"""Which of the buyer's orders a question can be about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aftersales.orders.model import Order, OrderState

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}
_GOING_BACK = {OrderState.REFUNDING, OrderState.RETURNED}


def _to_ship(order: Order) -> bool:
    return order.state in (OrderState.PAID, OrderState.UNPAID)


def _underway(order: Order) -> bool:
    return order.state in (OrderState.SHIPPED, OrderState.STUCK)


def _before_signing(order: Order) -> bool:
    return _to_ship(order) or _underway(order)


def _kept(order: Order) -> bool:
    return order.state not in _ENDED and order.state is not OrderState.UNPAID


def _signed(order: Order) -> bool:
    return order.signed_at is not None and order.state not in _ENDED | _GOING_BACK


def _invoiced(order: Order) -> bool:
    return order.invoice is not None


#: By intent: the orders a question is about most likely, and, when there is none of them, the next best.
RELEVANT: Mapping[str, tuple[Callable[[Order], bool], ...]] = {
    "shipping_time": (_to_ship, _underway),
    "delivery_time": (_underway, _to_ship),
    "logistics_status": (_underway, _to_ship),
    "logistics_stuck": (_underway,),
    "not_received": (
        lambda order: order.state is OrderState.SIGNED_NOT_RECEIVED or _signed(order),
        _underway,
    ),
    "refund_status": (
        lambda order: order.refund is not None and order.state in _GOING_BACK,
        lambda o: o.refund is not None,
    ),
    "return_status": (
        lambda order: order.after_sale is not None and order.state not in _ENDED,
        lambda order: order.refund is not None,
    ),
    "order_cancel": (_before_signing,),
    "order_modify": (_before_signing,),
    "return_policy": (_signed, _underway),
    "return_how": (_signed, _underway),
    "exchange_request": (_signed, _underway),
    "return_freight": (_signed,),
    "price_protection": (_kept,),
    "price_protection_problem": (_kept,),
    "invoice_request": (_kept,),
    "invoice_change": (_invoiced, _kept),
    "repair_warranty": (_signed,),
}


def relevant_orders(orders: Sequence[Order], question: str) -> tuple[Order, ...]:
    """The orders ``question`` (an intent) can be about, in the order given.

    When the kind of order the question speaks of is not there, a buyer with a single order means that one; several
    leave the question general.
    """
    for fits in RELEVANT.get(question, (_kept,)):
        found = tuple(order for order in orders if fits(order))
        if found:
            return found
    return tuple(orders) if len(orders) == 1 else ()


def named_orders(orders: Sequence[Order], text: str) -> tuple[Order, ...]:
    """The orders whose goods the buyer names in ``text``.

    Chinese goods end in what they are (蓝牙降噪耳机), so the last two characters name them; elsewhere it takes three.
    """
    return tuple(order for order in orders if any(_is_named(item.name, text) for item in order.items))


def _is_named(name: str, text: str) -> bool:
    words = name.split()[0].rstrip("0123456789一二三四五六七八九十斤件只盒")
    if len(words) < 2:
        return False
    return words[-2:] in text or any(words[start : start + 3] in text for start in range(len(words) - 2))
