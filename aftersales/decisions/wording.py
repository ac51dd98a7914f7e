"""Facts of an order as short Chinese texts. Every time is China Standard Time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from aftersales.orders.model import Order, Parcel
from aftersales.stores.hours import CHINA

#: A person's telephone number in a carrier's line is not ours to pass on.
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


def china_date(moment: datetime) -> date:
    """The calendar day of ``moment`` in China."""
    return moment.astimezone(CHINA).date()


def day_text(moment: datetime, now: datetime) -> str:
    """``11月20日``, or ``2027年11月20日`` when that is not the year of ``now``: a bare day reads as one of this year."""
    day = china_date(moment)
    year = "" if day.year == china_date(now).year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def time_text(moment: datetime, now: datetime) -> str:
    """``11月20日14:30``, with the year as in :func:`day_text`."""
    return f"{day_text(moment, now)}{moment.astimezone(CHINA):%H:%M}"


def yuan_text(amount: Decimal) -> str:
    """``199元``, ``19.90元``."""
    return f"{amount:.2f}元" if amount % 1 else f"{amount:.0f}元"


def last_moment(start: datetime, days: int) -> datetime:
    """The end of a term of ``days`` that begins on the day after ``start``: midnight after its last day, exclusive.

    The whole last day counts, so nobody loses hours because the parcel came in the morning (RET-02).
    """
    return datetime.combine(china_date(start) + timedelta(days=days + 1), time(), tzinfo=CHINA)


def last_day_text(start: datetime, days: int, now: datetime) -> str:
    """The last day of the same term, as said at ``now``."""
    return day_text(last_moment(start, days) - timedelta(seconds=1), now)


def order_values(order: Order) -> Mapping[str, str]:
    """How an answer names the order."""
    return {"order.short": order.short, "order.item": order.item}


def parcel_values(order: Order, parcel: Parcel, now: datetime) -> Mapping[str, str]:
    """The order and one of its parcels, as said at ``now``."""
    event = parcel.events[-1] if parcel.events else None
    return {
        **order_values(order),
        "parcel.carrier": parcel.carrier,
        "parcel.waybill": parcel.waybill,
        "parcel.last_at": time_text(parcel.last_move, now),
        "parcel.last_event": _PHONE.sub("", event.text).rstrip("。，, ") if event else "已发出",
    }
