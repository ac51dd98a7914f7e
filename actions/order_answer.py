"""The way every question about an order goes: find the order, decide, answer; or ask which one.

Not a skill itself: skills hand in their decision.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.context import Turn
from actions.order_terms import order_terms, say_about
from actions.reply import ANOTHER_ORDER, MOST_CHOICES, PERSON, Reply, Say, order_choices, remember
from actions.services import Services
from aftersales.decisions import Decision
from aftersales.decisions.relevance import fits_question, follow_up_orders, named_orders, relevant_orders
from aftersales.orders import Order, OrdersUnavailable
from aftersales.stores import Store

log = logging.getLogger(__name__)

Decide = Callable[[Store, Order, datetime, str], Decision]

#: Questions about terms: the terms are worth saying even before it is clear which order is meant.
ABOUT_TERMS = {
    "return_policy",
    "return_how",
    "return_freight",
    "exchange_request",
    "price_protection",
    "invoice_request",
    "repair_warranty",
}
#: What can be done depends on the order's state alone, so one line says why it is asked for.
_WHICH = {"order_cancel": "utter_order_which_cancel", "order_modify": "utter_order_which_modify"}
#: Answers after which a person is worth offering, besides every decision that names a case.
_WORTH_A_PERSON = {
    "utter_logistics_late",
    "utter_logistics_overdue",
    "utter_logistics_tracing",
    "utter_return_over",
    "utter_return_excluded",
    "utter_return_ended",
    "utter_exchange_over",
    "utter_exchange_excluded",
    "utter_price_excluded",
    "utter_price_over",
    "utter_price_ended",
    "utter_price_after_sale",
    "utter_price_no_drop",
    "utter_cancel_custom",
    "utter_cancel_shipped",
    "utter_modify_custom",
    "utter_modify_shipped",
    "utter_invoice_ended",
    "utter_invoice_change_over",
}
#: 那运费呢, 要多久: short or hanging on to what was said, so the running order stays whatever it fits.
_HANGING_ON = re.compile(r"(?:那|然后|还有).*|.{1,5}")
_ORDINAL = re.compile(r"(?:第|选)?([一二三123])(?:个|单|笔|号)?(?:吧|的|订单)*")
_PLACES = {"一": 0, "二": 1, "三": 2, "1": 0, "2": 1, "3": 2}
#: The last digits by which buyers name an order.
_TAIL = re.compile(r"(?:尾号|后四位|末四位|尾数)\D{0,3}(\d{4,6})(?!\d)|^\s*(\d{4,6})\s*(?:的|那个|这个|那单|这单)?\s*$")


@dataclass(frozen=True)
class Found:
    """Which order is meant: one, or several to choose from, or one that does not exist for this buyer."""

    order: Order | None = None
    candidates: tuple[Order, ...] = ()
    unknown: bool = False
    #: The buyer has other orders that the same question could be about.
    others: bool = False


async def find_order(turn: Turn, services: Services, question: str) -> Found:
    """Which of the buyer's own orders ``question`` is about. Raises ``OrdersUnavailable``.

    What the buyer names now comes first, then the order that is running, then the only one that fits. The running order
    gives way when the buyer names other goods, and when a new question cannot be about it and can be about others.
    """
    recent = await services.recent(turn.buyer)
    said = await _said_order(turn, services, recent)
    if said.unknown:
        return said
    if said.order is not None:
        return Found(said.order, others=_has_others(recent, said.order, question))
    candidates = relevant_orders(said.candidates or recent, question) or said.candidates
    running = await _running_order(turn, services, recent)
    if running is not None and _stays(turn, running, said, candidates, question):
        return Found(running, others=_has_others(recent, running, question))
    if len(candidates) == 1:
        return Found(candidates[0], others=_has_others(recent, candidates[0], question))
    return Found(candidates=candidates)


def _stays(turn: Turn, running: Order, said: Found, candidates: Sequence[Order], question: str) -> bool:
    """Whether the running order is meant. The same question again never goes over to another order by itself."""
    if said.candidates and running not in said.candidates:
        return False
    return (
        not candidates
        or running in candidates
        or question == turn.topic
        or _HANGING_ON.fullmatch(turn.text.strip()) is not None
    )


def _has_others(recent: Sequence[Order], order: Order, question: str) -> bool:
    return any(other.number != order.number and fits_question(other, question) for other in recent)


async def _running_order(turn: Turn, services: Services, recent: tuple[Order, ...]) -> Order | None:
    if turn.order_number is None:
        return None
    return _among(recent, turn.order_number) or await services.find(turn.buyer, turn.order_number)


async def find_said_order(turn: Turn, services: Services) -> Found:
    """The order this very message names, and none that it does not. Raises ``OrdersUnavailable``."""
    return await _said_order(turn, services, await services.recent(turn.buyer))


async def _said_order(turn: Turn, services: Services, recent: tuple[Order, ...]) -> Found:
    """By number, by last digits, by place among the offered, by its goods.

    A number that is somebody else's and one that nobody has look the same from here on.
    """
    typed = turn.entity("order_number") or turn.entity("waybill_number")
    if typed is not None:
        order = _among(recent, typed) or await services.find(turn.buyer, typed)
        return Found(order, unknown=order is None)
    pointed = _pointed_at(turn, recent)
    if pointed is not None:
        return Found(pointed)
    named = goods_orders(turn, recent)
    return Found(_only(named), candidates=named)


@dataclass(frozen=True)
class Answer:
    """The reply, and, when one order was meant, that order and what was decided about it."""

    reply: Reply
    order: Order | None = None
    decision: Decision | None = None


async def answer_about_order(turn: Turn, services: Services, question: str, decide: Decide) -> Answer:
    """Answer ``question`` (an intent) with ``decide``."""
    general = Say(f"utter_{question}")
    running = _unless_collecting(turn, topic=question)
    if turn.buyer.guest:
        typed = turn.entity("order_number") or turn.entity("waybill_number")
        return Answer(Reply((Say("utter_order_guest") if typed else general,), running))
    try:
        found = await find_order(turn, services, question)
    except OrdersUnavailable as problem:
        log.warning("orders unavailable: %s", problem)
        return Answer(Reply((Say("utter_orders_unavailable"),), running))
    if found.unknown:
        return Answer(Reply((Say("utter_order_not_found"),), (*running, *_unless_collecting(turn, order_number=None))))
    if found.order is None:
        if not found.candidates or turn.collecting:
            # While the form asks something, a second question would leave both unanswered.
            return Answer(Reply((general,), running))
        opening = (general,) if question in ABOUT_TERMS else ()
        choice = which_order(found.candidates, _WHICH.get(question, "utter_order_which"))
        return Answer(Reply((*opening, *choice.says), (*running, *choice.events)))
    terms = order_terms(turn, found.order)
    decision = decide(terms.store, found.order, turn.now, question)
    decision = replace(decision, reasons=(*decision.reasons, *terms.reasons))
    choices = () if turn.collecting else _choices(decision, found)
    events = (*running, *_unless_collecting(turn, order_number=found.order.number, offered_orders=None))
    said = say_about(turn, found.order, decision.template, decision.values, choices)
    return Answer(Reply((said,), events), found.order, decision)


def _unless_collecting(turn: Turn, **slots: str | None) -> tuple[dict[str, object], ...]:
    """Slot events, but none while a case is being collected: a question in between must not change the case's order."""
    return () if turn.collecting else remember(**slots)


def which_order(candidates: Sequence[Order], response: str = "utter_order_which") -> Reply:
    """Ask which of these orders is meant."""
    return Reply(
        (Say(response, choices=order_choices(candidates)),),
        remember(offered_orders=[order.number for order in candidates[:MOST_CHOICES]]),
    )


def names_order(turn: Turn) -> bool:
    """Whether the message itself says which order is meant, by number, last digits or place among the offered."""
    return (
        turn.entity("order_number") is not None
        or turn.entity("waybill_number") is not None
        or _TAIL.search(turn.text) is not None
        or (bool(turn.offered) and _ORDINAL.fullmatch(turn.text.strip()) is not None)
    )


def goods_orders(turn: Turn, recent: Sequence[Order]) -> tuple[Order, ...]:
    """The orders whose goods the message names; in a bare follow-up any part of their name will do."""
    return named_orders(recent, turn.text) or follow_up_orders(recent, turn.text)


def _pointed_at(turn: Turn, recent: Sequence[Order]) -> Order | None:
    tail = _TAIL.search(turn.text)
    if tail is not None:
        return _only([order for order in recent if order.number.endswith(tail[1] or tail[2])])
    place = _ORDINAL.fullmatch(turn.text.strip())
    if place is not None and _PLACES[place[1]] < len(turn.offered):
        return _among(recent, turn.offered[_PLACES[place[1]]])
    return None


def _among(orders: Sequence[Order], number: str) -> Order | None:
    """The order with this number, or with a parcel of this waybill number."""
    wanted = number.upper()
    return _only(
        [
            order
            for order in orders
            if order.number.upper() == wanted or any(parcel.waybill.upper() == wanted for parcel in order.parcels)
        ]
    )


def _only(orders: Sequence[Order]) -> Order | None:
    return orders[0] if len(orders) == 1 else None


def _choices(decision: Decision, found: Found) -> tuple[dict[str, str], ...]:
    choices: list[dict[str, str]] = []
    if found.others:
        choices.append(ANOTHER_ORDER)
    if decision.human is not None or decision.template in _WORTH_A_PERSON:
        choices.append(PERSON)
    return tuple(choices)
