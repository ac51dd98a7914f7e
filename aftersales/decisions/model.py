"""The answer of a decision: what applies, why, and what to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: Who has the last word on what a decision says: our own person, the platform, the carrier, or the insurer. Nobody has
#: (empty) where the order's own facts settle the question.
ConfirmedBy = Literal["", "person", "platform", "carrier", "insurer"]
#: What may be asked for next: the order, what is wrong, a photo of it, what the buyer wishes for (a return, an
#: exchange, a repair, a refund), a photo of label, tag and packing, a screenshot of the page, the waybill sent back with.
Ask = Literal["order", "detail", "photo", "wish", "label_photo", "page_screenshot", "waybill"]


@dataclass(frozen=True)
class Decision:
    """One question about one order, decided.

    ``values`` are flat texts for the placeholders of ``template``; a value is never a template itself.
    """

    #: A word for programs and tests: ``eligible``, ``over``, ``late`` …
    outcome: str
    #: The response to utter.
    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    #: Why, in English, for the log and for tests.
    reasons: tuple[str, ...] = ()
    #: Rules the decision rests on.
    rules: tuple[str, ...] = ()
    #: What to ask the buyer for next, in this order.
    ask: tuple[Ask, ...] = ()
    #: The kind of case a person has to finish; see :mod:`aftersales.decisions.cases`.
    human: str | None = None
    #: Who must confirm what is said here; a case for a person is always confirmed by somebody.
    confirmed_by: ConfirmedBy = ""
