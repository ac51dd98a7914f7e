"""Calm cases that need a person in the end: what to collect first, so that nobody has to be asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CaseNeeds:
    """What the person will need. The order is always asked for."""

    #: How the case is called to the buyer.
    title: str
    detail: bool = True
    photo: bool = True
    #: The response that asks what is wrong.
    ask: str = "utter_case_ask_detail"


#: By intent, which is also the kind of the case.
CASES: Mapping[str, CaseNeeds] = {
    "quality_problem": CaseNeeds("商品质量问题"),
    "damaged_parcel": CaseNeeds("收货破损"),
    "wrong_item": CaseNeeds("发错商品", ask="utter_case_ask_wrong"),
    "missing_item": CaseNeeds("少件漏发", ask="utter_case_ask_missing"),
    "not_as_described": CaseNeeds("与描述不符"),
    "gift_missing": CaseNeeds("赠品缺少", photo=False, ask="utter_case_ask_gift"),
    "refund_problem": CaseNeeds("退款异常", photo=False, ask="utter_case_ask_refund"),
    "not_received": CaseNeeds("签收未收到", photo=False, ask="utter_case_ask_whereabouts"),
    "logistics_stuck": CaseNeeds("包裹停滞", detail=False, photo=False),
}

#: A case of a kind nobody knows: everything is asked for.
ANY_CASE = CaseNeeds("售后问题")
#: In the order they are asked for.
SLOTS = ("order_number", "case_detail", "case_photo")


def required_slots(kind: str) -> tuple[str, ...]:
    """The slots to fill for a case of this ``kind``; everything for a kind nobody knows."""
    needs = CASES.get(kind, ANY_CASE)
    return tuple(slot for slot, wanted in zip(SLOTS, (True, needs.detail, needs.photo), strict=True) if wanted)
