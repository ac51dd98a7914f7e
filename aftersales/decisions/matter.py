"""What the order itself shows to have gone wrong: the facts behind a complaint or a claim, for buyer and person alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aftersales.decisions.late_shipment import missed_deadline
from aftersales.decisions.logistics import is_stuck
from aftersales.decisions.refund_status import decide_refund_status
from aftersales.decisions.wording import time_text
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED, OrderState.UNPAID}
_REFUND_WORDS = {
    "reviewing_late": "售后申请超过了我们说好的审核时间",
    "inspecting_late": "退回的商品超过了我们说好的验货时间",
    "approved_late": "退款批准很久还没有到账",
    "rejected": "售后申请没有通过",
}


@dataclass(frozen=True)
class Matter:
    """One thing that went wrong. ``key``: for programs; ``text``: for the buyer and the person; both empty: nothing."""

    key: str = ""
    text: str = ""


def matter_of(store: Store, order: Order, now: datetime) -> Matter:
    """The gravest thing the order's own facts show at ``now``; money before goods before time."""
    if order.refund is not None or order.after_sale is not None:
        for question in ("refund_status", "return_status"):
            outcome = decide_refund_status(store, order, now, question).outcome
            if outcome in _REFUND_WORDS:
                return Matter(f"refund_{outcome}", _REFUND_WORDS[outcome])
    if order.state is OrderState.SIGNED_NOT_RECEIVED:
        return Matter("not_received", "显示签收、您没有收到")
    if order.state in _ENDED:
        return Matter()
    if any(parcel.signed_at is None and is_stuck(order, parcel, now) for parcel in order.parcels):
        return Matter("stuck", "包裹很久没有新的物流记录")
    deadline = missed_deadline(store, order, now)
    if deadline is None:
        return Matter()
    if order.parcels:
        return Matter("shipped_late", f"说好{time_text(deadline, now)}前发出，实际发晚了")
    return Matter("late_shipment", f"说好{time_text(deadline, now)}前发出，到现在还没发")
