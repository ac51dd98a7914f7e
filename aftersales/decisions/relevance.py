"""Which of the buyer's orders a question can be about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aftersales.orders.model import Order, OrderState

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}
_GOING_BACK = {OrderState.REFUNDING, OrderState.RETURNED}
#: From this length on a name without its size or weight counts as the whole name.
_WHOLE = 4
#: 那…呢, 还有那件…的: what a follow-up says besides the goods.
_BESIDES_GOODS = re.compile(
    r"(?:那么?|还有|然后|另外|看看|我|买|的|这|[一两]?[个件款条双台只副盒单部张瓶包支箱]|订单|呢|呀|啊|吧|嘛|哈|也|是|[,，.。?？!！~～ ])+"
)


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


def _disputed(order: Order) -> bool:
    return _kept(order) and (order.refund is not None or order.after_sale is not None)


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
    "reject_parcel": (_underway, _signed),
    "fake_suspect": (_signed, _underway),
    "dispute_escalation": (_disputed, _kept),
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


def fits_question(order: Order, question: str) -> bool:
    """Whether ``question`` (an intent) can be about ``order`` at all, likely or next best."""
    return any(fits(order) for fits in RELEVANT.get(question, (_kept,)))


def named_orders(orders: Sequence[Order], text: str) -> tuple[Order, ...]:
    """The orders whose goods the buyer names in ``text``, in the order given.

    Chinese goods end in what they are (蓝牙降噪耳机), so the last two characters name them; elsewhere it takes three.
    A whole name beats every part of it that other goods share: 降噪耳机旗舰款 does not also mean the 刻字蓝牙耳机.
    """
    named = _named(orders, _plain(text), _piece)
    return tuple(order for order in orders if any(one.order is order for one in named))


def follow_up_orders(orders: Sequence[Order], text: str) -> tuple[Order, ...]:
    """The orders whose goods are all that ``text`` says (那真丝衬衫呢, 那件定制的呢); none when it says anything else.

    Where nothing else is said, any two characters of the name tell the goods apart well enough.
    """
    said = _plain(text)
    named = _named(orders, said, _piece) or _named(orders, said, _hint)
    pairs = [pair for one in named for item in one.order.items for pair in _pairs(item.name)]
    for part in (*sorted((one.piece for one in named), key=len, reverse=True), *pairs):
        said = said.replace(part, " ")
    if not _BESIDES_GOODS.fullmatch(said):
        return ()
    return tuple(order for order in orders if any(one.order is order for one in named))


@dataclass(frozen=True)
class _Named:
    """Goods of an order and the part of their name that stands in the text."""

    order: Order
    piece: str
    #: The piece is all of the name.
    whole: bool


def _named(
    orders: Sequence[Order], said: str, piece_of: Callable[[str, str], tuple[str, bool] | None]
) -> tuple[_Named, ...]:
    found = [
        _Named(order, *piece)
        for order in orders
        for item in order.items
        if (piece := piece_of(item.name, said)) is not None
    ]
    return tuple(one for one in found if not any(_covers(other, one, said) for other in found))


def _covers(other: _Named, one: _Named, said: str) -> bool:
    """Whether ``one`` was found only because ``other`` was named."""
    if one.whole and (other.piece == one.piece or not other.whole):
        return False
    if one.piece not in other.piece:
        return False
    if other.whole and not one.whole:
        return True
    # A 手机壳 is no 手机: the end of a name says what it is.
    apart = one.piece in said.replace(other.piece, " ")
    return (other.whole or not other.piece.endswith(one.piece)) and not apart


def _piece(name: str, said: str) -> tuple[str, bool] | None:
    """The longest part of ``name`` in ``said`` that names the goods, and whether it is the whole name."""
    complete, words = _plain(name), _words(name)
    if complete in said:
        return complete, True
    for length in range(len(words), 2, -1):
        for start in range(len(words) - length + 1):
            if words[start : start + length] in said:
                # A short name without its size or weight (手机 of 手机 256G) may be any other 手机 as well.
                return words[start : start + length], length == len(words) >= _WHOLE
    return (words[-2:], False) if len(words) >= 2 and words[-2:] in said else None


def _hint(name: str, said: str) -> tuple[str, bool] | None:
    return next(((pair, False) for pair in _pairs(name) if pair in said), None)


def _pairs(name: str) -> list[str]:
    words = _words(name)
    return [words[start : start + 2] for start in range(len(words) - 1)]


def _words(name: str) -> str:
    """The name without size, weight and number."""
    return _plain(name.strip().split()[0].rstrip("0123456789一二三四五六七八九十斤件只盒")) if name.strip() else ""


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
