"""Where is the invoice, and can it be changed?"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from aftersales.calendar import LONGEST_HOLIDAY, WorkCalendar, WorkingDay, promised_working_days
from aftersales.decisions.model import Decision
from aftersales.decisions.wording import day_text, last_day_text, last_moment, order_values
from aftersales.orders.model import Invoice, InvoiceState, Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}


#: The store counts from here, not from the asking alone.
_AFTER_SIGNING = re.compile("签收|收货|交易成功")


def decide_invoice(
    store: Store, order: Order, now: datetime, question: str, calendar: WorkCalendar | None = None
) -> Decision:
    """Decide ``invoice_request`` or ``invoice_change``.

    ``calendar`` turns a promise in working days (3个工作日内开出) into a date; without it no date is said.
    """
    values = dict(order_values(order))
    invoice = order.invoice or Invoice(InvoiceState.NONE)
    values["invoice.kind"] = invoice.kind
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_invoice_unpaid", values, ("nothing was paid yet",))
    if invoice.state is InvoiceState.CHANGING:
        return Decision(
            "changing", "utter_invoice_changing", values, ("a change was asked for already",), confirmed_by="person"
        )
    if invoice.state is InvoiceState.REQUESTED:
        values["invoice.requested_at"] = day_text(invoice.requested_at or order.placed_at, now)
        if question == "invoice_change":
            template = "utter_invoice_change_requested"
            return Decision("requested", template, values, ("asked for, not issued",), ("INV-01",))
        return _requested(values, _due(store, order, invoice, calendar), now)
    if invoice.state is InvoiceState.ISSUED:
        return _issued(store, invoice, values, now, question)
    if order.state in _ENDED:
        return Decision("ended", "utter_invoice_ended", values, (f"the order is {order.state.value}",))
    if question == "invoice_change":
        return Decision("none", "utter_invoice_change_none", values, ("nothing was issued yet",), ("INV-01",))
    return Decision("none", "utter_invoice_none", values, ("nothing was asked for yet",), ("INV-01",))


def _due(store: Store, order: Order, invoice: Invoice, calendar: WorkCalendar | None) -> WorkingDay | None:
    """The working day by whose end the store has promised the invoice; nothing when it counts no working days."""
    days = promised_working_days(store.invoices.when)
    start = invoice.requested_at
    if calendar is None or days is None or start is None:
        return None
    if _AFTER_SIGNING.search(store.invoices.when):
        if order.signed_at is None:
            return None
        start = max(start, order.signed_at)
    return calendar.working_days_after(start, days)


def _requested(values: dict[str, str], due: WorkingDay | None, now: datetime) -> Decision:
    reason, rules = "asked for, not issued", ("INV-01",)
    if due is None:
        return Decision("requested", "utter_invoice_requested", values, (reason,), rules)
    # Where the holidays are unknown, only a wait that no holiday explains is called late.
    late_from = due.end if due.known else due.end + LONGEST_HOLIDAY
    hedge = "" if due.known else "（遇法定节假日顺延）"
    values["invoice.by"] = day_text(due.end - timedelta(seconds=1), now) + hedge
    if now < late_from:
        return Decision("requested", "utter_invoice_requested_by", values, (reason,), rules)
    reason = "asked for, and the promised working days have passed"
    return Decision(
        "requested_late",
        "utter_invoice_requested_late",
        values,
        (reason,),
        ("INV-01", "PPR-14"),
        human="invoice_request",
        confirmed_by="person",
    )


def _issued(store: Store, invoice: Invoice, values: dict[str, str], now: datetime, question: str) -> Decision:
    if invoice.issued_at is not None:
        values["invoice.issued_at"] = day_text(invoice.issued_at, now)
    else:
        values["invoice.issued_at"] = "此前"
    if question == "invoice_request":
        return Decision("issued", "utter_invoice_issued", values, ("issued",), ("INV-01",))
    if invoice.issued_at is None:
        return Decision(
            "change",
            "utter_invoice_change_ask",
            values,
            ("the day of issue is unknown",),
            ("INV-02",),
            confirmed_by="person",
        )
    days = store.invoices.change_days
    values["invoice.last_day"] = last_day_text(invoice.issued_at, days, now)
    if now >= last_moment(invoice.issued_at, days):
        return Decision("change_over", "utter_invoice_change_over", values, (f"{days} days have passed",), ("INV-02",))
    within = (f"within {days} days",)
    return Decision("change", "utter_invoice_change_open", values, within, ("INV-02",), confirmed_by="person")
