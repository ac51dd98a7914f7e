"""Where is the invoice, and can it be changed?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import day_text, last_day_text, last_moment, order_values
from aftersales.orders.model import Invoice, InvoiceState, Order, OrderState
from aftersales.stores.model import Store

_ENDED = {OrderState.CANCELLED, OrderState.CLOSED, OrderState.REFUNDED}


def decide_invoice(store: Store, order: Order, now: datetime, question: str) -> Decision:
    """Decide ``invoice_request`` or ``invoice_change``."""
    values = dict(order_values(order))
    invoice = order.invoice or Invoice(InvoiceState.NONE)
    values["invoice.kind"] = invoice.kind
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_invoice_unpaid", values, ("nothing was paid yet",))
    if invoice.state is InvoiceState.CHANGING:
        return Decision("changing", "utter_invoice_changing", values, ("a change was asked for already",))
    if invoice.state is InvoiceState.REQUESTED:
        values["invoice.requested_at"] = day_text(invoice.requested_at or order.placed_at, now)
        template = "utter_invoice_requested" if question == "invoice_request" else "utter_invoice_change_requested"
        return Decision("requested", template, values, ("asked for, not issued",), ("INV-01",))
    if invoice.state is InvoiceState.ISSUED:
        return _issued(store, invoice, values, now, question)
    if order.state in _ENDED:
        return Decision("ended", "utter_invoice_ended", values, (f"the order is {order.state.value}",))
    if question == "invoice_change":
        return Decision("none", "utter_invoice_change_none", values, ("nothing was issued yet",), ("INV-01",))
    return Decision("none", "utter_invoice_none", values, ("nothing was asked for yet",), ("INV-01",))


def _issued(store: Store, invoice: Invoice, values: dict[str, str], now: datetime, question: str) -> Decision:
    if invoice.issued_at is not None:
        values["invoice.issued_at"] = day_text(invoice.issued_at, now)
    else:
        values["invoice.issued_at"] = "此前"
    if question == "invoice_request":
        return Decision("issued", "utter_invoice_issued", values, ("issued",), ("INV-01",))
    if invoice.issued_at is None:
        return Decision("change", "utter_invoice_change_ask", values, ("the day of issue is unknown",), ("INV-02",))
    days = store.invoices.change_days
    values["invoice.last_day"] = last_day_text(invoice.issued_at, days, now)
    if now >= last_moment(invoice.issued_at, days):
        return Decision("change_over", "utter_invoice_change_over", values, (f"{days} days have passed",), ("INV-02",))
    return Decision("change", "utter_invoice_change_open", values, (f"within {days} days",), ("INV-02",))
