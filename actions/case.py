"""A case for a person: opened with what will happen, closed with what was noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.case_opening import HAS_PHOTO, open_case
from actions.context import Turn, read_turn
from actions.logistics import STUCK
from actions.order_answer import find_order
from actions.order_terms import order_terms, say_about
from actions.refund_status import REPORT
from actions.reply import PERSON, Choice, Reply, Say, order_choices, remember, utter
from actions.services import Services, shared_services
from aftersales.decisions import Decision
from aftersales.decisions.cases import ANY_CASE, CASES
from aftersales.decisions.gifts import decide_gift_missing
from aftersales.decisions.logistics import decide_logistics
from aftersales.decisions.quality import decide_quality
from aftersales.decisions.refund_status import decide_refund_status
from aftersales.decisions.relevance import relevant_orders
from aftersales.orders import Order, OrdersUnavailable
from aftersales.stores import Store

#: Kept in ``order_number`` when the buyer has none at hand: the person will find the order.
NO_ORDER = "未提供"
#: Which orders a case can be about, by the question that is about the same orders.
_LIKE = {"refund_problem": "refund_status", "not_received": "not_received", "logistics_stuck": "logistics_stuck"}
#: Where the order says more than the general opening.
_OPENINGS: Mapping[str, Callable[[Store, Order, datetime], Decision]] = {
    "quality_problem": decide_quality,
    "gift_missing": decide_gift_missing,
}
#: What may come in a parcel of its own.
_MAY_FOLLOW = {"missing_item", "gift_missing"}
_STILL_MISSING: Choice = {"title": "包裹里少了", "payload": "/missing_item"}
#: What a person reads as the detail when the buyer taps 登记处理 under such an answer, by the decision's outcome.
_KNOWN_REFUND = {
    "reviewing_late": "申请审核超时",
    "inspecting_late": "退回的商品验货超时",
    "approved_late": "退款已批准，很久没有到账",
    "rejected": "申请被拒绝，买家不认可",
}


async def open_reply(turn: Turn, services: Services) -> Reply:
    """Say what happens with a case of this intent and start collecting."""
    kind = turn.intent if turn.intent in CASES else "quality_problem"
    if turn.collecting:
        # One more thing that is wrong, said while the form runs: it belongs to the same case.
        return Reply()
    opening, topic = Say(f"utter_{kind}"), remember(topic=kind)
    if turn.buyer.guest:
        # A stranger's number cannot be checked; the person will.
        return Reply((opening,), (*topic, *open_case(turn, kind, turn.order_number)))
    try:
        found = await find_order(turn, services, _LIKE.get(kind, "return_policy"))
    except OrdersUnavailable:
        return Reply((opening,), (*topic, *open_case(turn, kind, turn.order_number)))
    if found.order is not None:
        known = _known_refund(turn, kind, found.order)
        if known is not None:
            # The answer above the tap has said everything already.
            return Reply((), (*topic, *open_case(turn, kind, found.order.number, known)))
        coming = _still_coming(turn, kind, found.order)
        if coming is not None:
            return Reply((coming,), remember(topic=kind, order_number=found.order.number))
        opening = _opening(turn, kind, found.order)
    says = (opening, Say("utter_order_not_found")) if found.unknown else (opening,)
    return Reply(says, (*topic, *open_case(turn, kind, found.order.number if found.order else None)))


def _known_refund(turn: Turn, kind: str, order: Order) -> str | None:
    """What is wrong with the refund, when the buyer taps 登记处理 under the answer that said so."""
    if kind != "refund_problem" or turn.text.strip() != REPORT["title"]:
        return None
    question = turn.topic if turn.topic in ("refund_status", "return_status") else "refund_status"
    return _KNOWN_REFUND.get(decide_refund_status(order_terms(turn, order).store, order, turn.now, question).outcome)


def _opening(turn: Turn, kind: str, order: Order) -> Say:
    """What is said first: of a fault, what is open to the buyer and until when; of a gift, whether the order lists it."""
    decide = _OPENINGS.get(kind)
    if decide is not None:
        decision = decide(order_terms(turn, order).store, order, turn.now)
        if decision.human is not None:
            return say_about(turn, order, decision.template, decision.values)
    return say_about(turn, order, f"utter_{kind}", {})


def _still_coming(turn: Turn, kind: str, order: Order) -> Say | None:
    """Where the rest is, while a parcel of the order is under way; said once, since something may be missing all the same."""
    told = turn.topic == kind and turn.order_number == order.number
    if kind not in _MAY_FOLLOW or told:
        return None
    if kind == "gift_missing" and not order.parcels:
        early = decide_gift_missing(order_terms(turn, order).store, order, turn.now)
        return say_about(turn, order, early.template, early.values) if early.outcome == "to_ship" else None
    if len(order.parcels) < 2:
        return None
    decision = decide_logistics(order_terms(turn, order).store, order, turn.now, "logistics_status")
    if decision.outcome not in ("parcels", "stuck"):
        return None
    still: Choice = {**_STILL_MISSING, "payload": f"/{kind}"}
    choices = (STUCK, still, PERSON) if decision.outcome == "stuck" else (still,)
    return say_about(turn, order, decision.template, decision.values, choices)


async def ask_order(turn: Turn, services: Services) -> Reply:
    """Ask which order the case is about, with the likeliest to tap."""
    kind = str(turn.slots.get("case_kind") or "")
    try:
        recent = await services.recent(turn.buyer)
    except OrdersUnavailable:
        recent = ()
    orders = relevant_orders(recent, _LIKE.get(kind, "return_policy")) or recent
    if not orders:
        return Reply((Say("utter_case_ask_order_number"),))
    return Reply(
        (Say("utter_case_ask_order", choices=order_choices(orders)),),
        remember(offered_orders=[order.number for order in orders[:3]]),
    )


def done_reply(turn: Turn) -> Reply:
    """Sum up what was noted, or, when the buyer called it off, say so."""
    kind = turn.slots.get("case_kind")
    if not kind:
        return Reply((Say("utter_case_stopped"),), remember(case_detail=None, case_photo=None, case_ready=False))
    needs = CASES.get(str(kind), ANY_CASE)
    values = {"case.title": needs.title}
    noted = _noted(turn)
    if noted:
        values["case.noted"] = "、".join(noted)
    number = turn.order_number
    known = number is not None and number != NO_ORDER
    if known:
        values["order.short"] = str(number)[-4:]
    response = f"utter_case_done{'_noted' if noted else ''}{'' if known else '_without_order'}"
    return Reply((Say(response, values),), remember(case_ready=True))


def _noted(turn: Turn) -> list[str]:
    """What the person will find besides kind and order; never the buyer's own words, which are not ours to repeat."""
    noted = ["您的描述"] if turn.slots.get("case_detail") else []
    return [*noted, "图片"] if turn.slots.get("case_photo") == HAS_PHOTO else noted


class ActionCaseOpen(Action):
    """Opens a case and starts the form."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_case_open"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        return utter(dispatcher, await open_reply(read_turn(tracker, services), services))


class ActionAskCaseFormOrderNumber(Action):
    """Asks for the order; Rasa finds it by its name."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_ask_case_form_order_number"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Ask."""
        services = self._services or shared_services()
        return utter(dispatcher, await ask_order(read_turn(tracker, services), services))


class ActionAskCaseFormCaseDetail(Action):
    """Asks what is wrong, in the words that fit the kind of case; Rasa finds it by its name."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_ask_case_form_case_detail"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Ask."""
        needs = CASES.get(str(tracker.get_slot("case_kind")), ANY_CASE)
        return utter(dispatcher, Reply((Say(needs.ask),)))


class ActionCaseDone(Action):
    """Sums the case up; the escalation policy hands off after it when the case is ready."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_case_done"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Close the case."""
        services = self._services or shared_services()
        return utter(dispatcher, done_reply(read_turn(tracker, services)))
