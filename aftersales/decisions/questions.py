"""Every question that is decided, by name, in one shape; and which of them each family of scenarios asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from aftersales.decisions.cancel import decide_cancel
from aftersales.decisions.compensation import decide_compensation
from aftersales.decisions.complaint import decide_complaint
from aftersales.decisions.counterfeit import decide_counterfeit
from aftersales.decisions.coupons import decide_coupons
from aftersales.decisions.exchange import decide_exchange
from aftersales.decisions.freight import decide_return_freight
from aftersales.decisions.freight_insurance import decide_freight_insurance
from aftersales.decisions.gifts import decide_gift_missing, decide_gift_return
from aftersales.decisions.intervention import decide_intervention
from aftersales.decisions.invoice import decide_invoice
from aftersales.decisions.late_shipment import decide_late_shipment
from aftersales.decisions.logistics import decide_logistics
from aftersales.decisions.model import Decision
from aftersales.decisions.modify import decide_modify
from aftersales.decisions.price_protection import decide_price_protection
from aftersales.decisions.quality import decide_quality
from aftersales.decisions.refund_only import decide_refund_only
from aftersales.decisions.refund_status import decide_refund_status
from aftersales.decisions.rejection import decide_rejection
from aftersales.decisions.repair import decide_repair
from aftersales.decisions.return_eligibility import decide_return
from aftersales.decisions.warranty import decide_warranty
from aftersales.orders.model import Order
from aftersales.stores.model import Store

#: Store policy, order facts and the present time in; what applies, why, by which rules, what to ask and who confirms out.
Question = Callable[[Store, Order, datetime], Decision]


def _asked(decide: Callable[..., Decision], *intents: str) -> Mapping[str, Question]:
    return {intent: partial(decide, question=intent) for intent in intents}


QUESTIONS: Mapping[str, Question] = {
    "no_reason_return": decide_return,
    "return_freight": decide_return_freight,
    "exchange": decide_exchange,
    "warranty": decide_warranty,
    "repair": decide_repair,
    "cancel": decide_cancel,
    "modify": decide_modify,
    "rejection": decide_rejection,
    "refund_only": decide_refund_only,
    "freight_insurance": decide_freight_insurance,
    "gift_missing": decide_gift_missing,
    "gift_return": decide_gift_return,
    "coupons": decide_coupons,
    "counterfeit": decide_counterfeit,
    "late_shipment": decide_late_shipment,
    "compensation": decide_compensation,
    "complaint": decide_complaint,
    "intervention": decide_intervention,
    **_asked(decide_quality, "quality_problem", "damaged_parcel", "wrong_item", "missing_item", "not_as_described"),
    **_asked(decide_logistics, "logistics_status", "shipping_time", "delivery_time", "logistics_stuck", "not_received"),
    **_asked(decide_refund_status, "refund_status", "return_status"),
    **_asked(decide_price_protection, "price_protection", "price_protection_problem"),
    **_asked(decide_invoice, "invoice_request", "invoice_change"),
}

#: By family of scenarios. Five are about the talk and about no order: they are decided by what was said
#: (aftersales/escalation.py, aftersales/offsite.py and the door), so no question stands here.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "not_received": ("not_received", "logistics_stuck"),
    "late_delivery": ("late_shipment", "shipping_time", "delivery_time"),
    "wrong_missing_damaged": ("wrong_item", "missing_item", "damaged_parcel"),
    "quality": ("quality_problem", "not_as_described", "exchange", "repair", "warranty", "refund_only"),
    "no_reason_return": ("no_reason_return", "return_freight", "freight_insurance", "rejection", "gift_return"),
    "price_drop": ("price_protection", "price_protection_problem"),
    "gift_or_redpacket": ("gift_missing", "gift_return", "coupons"),
    "invoice": ("invoice_request", "invoice_change"),
    "refund_when": ("refund_status", "return_status", "coupons"),
    "counterfeit_doubt": ("counterfeit",),
    "compensation": ("compensation", "late_shipment"),
    "complaint_escalation": ("complaint", "intervention"),
    "abuse": (),
    "late_reply": (),
    "handoff": (),
    "privacy": (),
    "offsite": (),
}
