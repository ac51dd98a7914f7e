"""Questions and claims that one order answers better than any general line: insurance, refusing a parcel, doubts about
the goods, complaints, compensation, the platform.

Where no single order is meant, the general answer is said alone: it is worth more here than a question back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Reply, Say, utter
from actions.services import Services, shared_services
from aftersales.decisions import Decision
from aftersales.decisions.compensation import decide_compensation
from aftersales.decisions.complaint import decide_complaint
from aftersales.decisions.counterfeit import decide_counterfeit
from aftersales.decisions.freight_insurance import decide_freight_insurance
from aftersales.decisions.intervention import decide_intervention
from aftersales.decisions.rejection import decide_rejection
from aftersales.orders import Order
from aftersales.stores import Store

_DECIDE: Mapping[str, Callable[[Store, Order, datetime], Decision]] = {
    "freight_insurance": decide_freight_insurance,
    "reject_parcel": decide_rejection,
    "fake_suspect": decide_counterfeit,
    "complaint": decide_complaint,
    "compensation_request": decide_compensation,
    "dispute_escalation": decide_intervention,
}
#: These come on top of another matter, which goes on to be what the conversation is about.
_ON_TOP = {"complaint", "compensation_request", "dispute_escalation"}
#: These are about a person being heard; a number that cannot be looked up must not stand in the way.
_HEARD = _ON_TOP | {"fake_suspect"}


def _decide(store: Store, order: Order, now: datetime, question: str) -> Decision:
    return _DECIDE[question](store, order, now)


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer one of the intents of :data:`_DECIDE`."""
    answered = await answer_about_order(turn, services, question, _decide)
    says, events = answered.reply.says, answered.reply.events
    if answered.decision is None:
        says, events = _in_general(question, says), tuple(event for event in events if event.get("name") == "topic")
    if question in _ON_TOP:
        events = tuple(event for event in events if event.get("name") != "topic")
    return Reply(says, events)


def _in_general(question: str, says: tuple[Say, ...]) -> tuple[Say, ...]:
    """What is said where no order is meant, or none can be looked up."""
    general, last = Say(f"utter_{question}"), says[-1]
    if last.response == "utter_order_not_found":
        return (general, last) if question in _HEARD else (last,)
    return (last,) if last.response == "utter_order_guest" and question not in _HEARD else (general,)


class ActionOrderQuestion(Action):
    """Answers from the order when one is meant, and in general when not."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_order_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
