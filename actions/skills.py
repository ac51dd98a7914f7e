"""Which skill answers which question, for a conversation that goes on with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from actions import (
    invoice,
    logistics,
    order_cancel,
    order_modify,
    order_question,
    price_protection,
    refund_status,
    return_check,
    warranty,
)
from actions.context import Turn
from actions.reply import Reply
from actions.services import Services

Skill = Callable[[Turn, Services, str], Awaitable[Reply]]

#: By intent, which is also the topic of the conversation.
SKILLS: Mapping[str, Skill] = {
    **dict.fromkeys(
        ("logistics_status", "shipping_time", "delivery_time", "logistics_stuck", "not_received"), logistics.answer
    ),
    **dict.fromkeys(("refund_status", "return_status"), refund_status.answer),
    **dict.fromkeys(("return_policy", "return_how", "exchange_request", "return_freight"), return_check.answer),
    **dict.fromkeys(("price_protection", "price_protection_problem"), price_protection.answer),
    **dict.fromkeys(("invoice_request", "invoice_change"), invoice.answer),
    "order_cancel": order_cancel.answer,
    "order_modify": order_modify.answer,
    "repair_warranty": warranty.answer,
    **dict.fromkeys(("freight_insurance", "reject_parcel", "fake_suspect"), order_question.answer),
}
