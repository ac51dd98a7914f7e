"""Where is my money, where is my return?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import day_text, order_values, time_text, yuan_text
from aftersales.orders.model import AfterSale, AfterSaleKind, AfterSaleStage, Order, Refund, RefundStage
from aftersales.stores.model import Store

#: An approved refund that has not arrived after this long is looked into. Ours, never said as a promise.
ARRIVAL_PATIENCE = timedelta(days=7)
_KINDS = {AfterSaleKind.RETURN: "退货", AfterSaleKind.EXCHANGE: "换货", AfterSaleKind.REPAIR: "维修"}


def decide_refund_status(store: Store, order: Order, now: datetime, question: str) -> Decision:
    """Decide ``refund_status`` or ``return_status``: the second looks at the after-sale case first."""
    if order.after_sale is not None and (question == "return_status" or order.refund is None):
        return _after_sale(store, order, order.after_sale, now)
    if order.refund is not None:
        return _refund(store, order, order.refund, now)
    template = "utter_refund_none" if question == "refund_status" else "utter_return_status_none"
    return Decision("none", template, order_values(order), ("nobody has asked for one",))


def arrival_text(store: Store, channel: str) -> tuple[str, tuple[str, ...]]:
    """How long money takes over ``channel`` and the rules that say so; without numbers when nobody has promised any."""
    known = [(one.channel, one.text, one.rules) for one in store.refunds.arrivals]
    known += [(one.name, one.text, one.rules) for one in store.pack.channels]
    for name, text, rules in known:
        # One line of a pack may stand for several channels: 银行卡、白条.
        if any(part in channel or channel in part for part in name.split("、")):
            return text, rules
    return "具体到账时间以支付机构处理为准", ()


def _refund(store: Store, order: Order, refund: Refund, now: datetime) -> Decision:
    arrival, arrival_rules = arrival_text(store, refund.channel)
    values: Mapping[str, str] = {
        **order_values(order),
        "refund.channel": refund.channel,
        "refund.arrival": arrival,
        "refund.amount": yuan_text(refund.amount),
        "refund.requested_at": time_text(refund.requested_at, now),
    }
    if refund.stage is RefundStage.REQUESTED:
        return _until("reviewing", values, refund.requested_at + timedelta(hours=store.refunds.review_hours), now)
    if refund.stage is RefundStage.AWAITING_RETURN:
        return _awaiting(order, values)
    if refund.stage is RefundStage.INSPECTING:
        case = order.after_sale
        received = (case.received_at if case else None) or refund.requested_at
        by = received + timedelta(hours=store.refunds.after_receipt_hours)
        return _until("inspecting", {**values, "return.received_at": time_text(received, now)}, by, now)
    if refund.stage is RefundStage.APPROVED:
        return _approved(refund, values, now, arrival_rules)
    if refund.stage is RefundStage.PAID:
        paid = {**values, "refund.paid_at": day_text(refund.paid_at or refund.requested_at, now)}
        return Decision("paid", "utter_refund_paid", paid, ("the provider has paid it out",), ("RFD-10",))
    if refund.stage is RefundStage.REJECTED:
        because = {**values, "refund.because": refund.rejected_because or "店铺没有写明原因"}
        return Decision(
            "rejected",
            "utter_refund_rejected",
            because,
            ("the shop refused",),
            human="refund_problem",
            confirmed_by="person",
        )
    return Decision("cancelled", "utter_refund_cancelled", values, ("the refund was called off",))


def _until(step: str, values: Mapping[str, str], by: datetime, now: datetime) -> Decision:
    """A step the store has given itself a time for."""
    values = {**values, "refund.by": time_text(by, now)}
    if now < by:
        return Decision(step, f"utter_refund_{step}", values, ("within the store's own time",), confirmed_by="person")
    return Decision(
        f"{step}_late",
        f"utter_refund_{step}_late",
        values,
        ("the store's own time has passed",),
        human="refund_problem",
        confirmed_by="person",
    )


def _awaiting(order: Order, values: Mapping[str, str]) -> Decision:
    case = order.after_sale
    if case is None or not case.return_waybill:
        return Decision(
            "awaiting_return",
            "utter_refund_awaiting_return",
            values,
            ("the goods were not sent back yet",),
            ask=("waybill",),
        )
    sent = {**values, "return.carrier": case.return_carrier or "快递", "return.waybill": case.return_waybill}
    return Decision("return_underway", "utter_refund_return_underway", sent, ("the goods are on their way back",))


def _approved(refund: Refund, values: Mapping[str, str], now: datetime, rules: tuple[str, ...]) -> Decision:
    approved = refund.approved_at or refund.requested_at
    values = {**values, "refund.approved_at": day_text(approved, now)}
    if now - approved >= ARRIVAL_PATIENCE:
        return Decision(
            "approved_late",
            "utter_refund_approved_late",
            values,
            ("approved long ago",),
            ("RFD-10",),
            human="refund_problem",
            confirmed_by="person",
        )
    return Decision("approved", "utter_refund_approved", values, ("the money is under way",), ("RFD-10", *rules))


def _after_sale(store: Store, order: Order, case: AfterSale, now: datetime) -> Decision:
    values: Mapping[str, str] = {
        **order_values(order),
        "return.kind": _KINDS[case.kind],
        "return.requested_at": time_text(case.requested_at, now),
        "return.carrier": case.return_carrier or "快递",
        "return.waybill": case.return_waybill or "",
    }
    if case.stage is AfterSaleStage.REQUESTED:
        by = case.requested_at + timedelta(hours=store.refunds.review_hours)
        values = {**values, "return.by": time_text(by, now)}
        if now >= by:
            return Decision(
                "reviewing_late",
                "utter_return_reviewing_late",
                values,
                ("past the review time",),
                human="refund_problem",
                confirmed_by="person",
            )
        reason = "within the review time"
        return Decision("reviewing", "utter_return_reviewing", values, (reason,), confirmed_by="person")
    if case.stage is AfterSaleStage.INSPECTING:
        received = case.received_at or case.requested_at
        by = received + timedelta(hours=store.returns.inspection_hours)
        values = {**values, "return.received_at": time_text(received, now), "return.by": time_text(by, now)}
        if now >= by:
            return Decision(
                "inspecting_late",
                "utter_return_inspecting_late",
                values,
                ("past the time to look",),
                human="refund_problem",
                confirmed_by="person",
            )
        reason = "within the time to look"
        return Decision("inspecting", "utter_return_inspecting", values, (reason,), confirmed_by="person")
    if case.stage is AfterSaleStage.REJECTED:
        values = {**values, "return.because": case.rejected_because or "店铺没有写明原因"}
        return Decision(
            "rejected",
            "utter_return_rejected",
            values,
            ("the shop refused",),
            human="refund_problem",
            confirmed_by="person",
        )
    return Decision(case.stage.value, f"utter_return_{case.stage.value}", values, (f"the case is {case.stage.value}",))
