"""May the platform be asked to step in (平台介入), from when, and until when?

Only JD's own text was read (INT-06, INT-07), so only there are hours and days said; elsewhere the order page's countdown
counts. Whatever the answer, nobody is kept from it (INT-18), and our own person works on at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aftersales.decisions.late_shipment import missed_deadline
from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values, time_text
from aftersales.orders.model import AfterSaleStage, InvoiceState, Order, RefundStage
from aftersales.stores.model import Store

#: What JD's dispute rules say; the same numbers stand in the params of INT-06 and INT-07.
JD_HOURS = 24
JD_DAYS = 15
#: The kinds of dispute that JD counts the same days for.
Kind = Literal["shipping", "refund", "after_sale", "invoice"]
_RULES = ("INT-18", "REG-03")
#: A request of the buyer stands behind these already.
_RAISED = ("refund", "after_sale")
_NO_DISPUTE = {RefundStage.PAID, RefundStage.CANCELLED}
_SETTLED = {AfterSaleStage.DONE, AfterSaleStage.CANCELLED}


@dataclass(frozen=True)
class Dispute:
    """What there is to dispute in an order. ``since``: when the buyer raised it, or the promise was broken."""

    kind: Kind
    since: datetime
    refused: bool = False


def dispute_of(store: Store, order: Order, now: datetime) -> Dispute | None:
    """The dispute that the order shows: a refusal first, then what waits for an answer, then a late parcel, then the
    invoice; nothing when there is none yet."""
    case, refund, invoice = order.after_sale, order.refund, order.invoice
    found: list[Dispute] = []
    if case is not None and case.stage not in _SETTLED:
        found.append(Dispute("after_sale", case.requested_at, case.stage is AfterSaleStage.REJECTED))
    if refund is not None and refund.stage not in _NO_DISPUTE:
        found.append(Dispute("refund", refund.requested_at, refund.stage is RefundStage.REJECTED))
    deadline = missed_deadline(store, order, now)
    if deadline is not None:
        found.append(Dispute("shipping", deadline))
    if invoice is not None and invoice.state is InvoiceState.REQUESTED and invoice.requested_at is not None:
        found.append(Dispute("invoice", invoice.requested_at))
    return next((one for one in found if one.refused), found[0] if found else None)


def decide_intervention(store: Store, order: Order, now: datetime) -> Decision:
    """What a buyer who wants the platform to step in is told about this order."""
    named = order_values(order)
    if store.platform == "own":
        return Decision(
            "own",
            "utter_intervene_own",
            named,
            ("an own shop: nobody above it but the authorities",),
            (*_RULES, "REG-01", "CPR-16"),
            human="dispute_escalation",
            confirmed_by="person",
        )
    if store.platform != "jd":
        return Decision(
            "page",
            "utter_intervene_page",
            named,
            ("no time was read: the order page counts down",),
            (*_RULES, "REG-01"),
            human="dispute_escalation",
            confirmed_by="platform",
        )
    return _on_jd(named, dispute_of(store, order, now), now)


def _on_jd(named: Mapping[str, str], dispute: Dispute | None, now: datetime) -> Decision:
    values = {**named, "intervention.hours": str(JD_HOURS), "intervention.days": str(JD_DAYS)}
    if dispute is None or dispute.kind not in _RAISED:
        # A late parcel or a missing invoice is no dispute until the buyer has raised one.
        reason = "no dispute was raised yet" if dispute is None else f"{dispute.kind}: to be raised with the shop first"
        extra = ("INV-07",) if dispute is not None and dispute.kind == "invoice" else ()
        return _jd("raise_first", values, reason, extra)
    opens = dispute.since + timedelta(hours=JD_HOURS)
    if not dispute.refused and now < opens:
        reason = f"raised less than {JD_HOURS} hours ago"
        return _jd("soon", {**values, "intervention.from": time_text(opens, now)}, reason)
    if dispute.refused and now >= dispute.since + timedelta(days=JD_DAYS):
        # The days run from the refusal, which came some time after the request: only the page knows.
        return _jd("page_knows", values, "the days since the refusal may have passed")
    reason = "the shop refused" if dispute.refused else f"{JD_HOURS} hours have passed"
    return _jd("now", values, reason)


def _jd(outcome: str, values: Mapping[str, str], reason: str, extra: tuple[str, ...] = ()) -> Decision:
    return Decision(
        outcome,
        f"utter_intervene_{outcome}",
        values,
        (reason,),
        (*_RULES, "INT-06", "INT-07", *extra),
        human="dispute_escalation",
        confirmed_by="platform",
    )
