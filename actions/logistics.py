"""Where the parcel is: status, dispatch, arrival, no news, signed but not received."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.case_opening import open_case
from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Choice, Reply, utter, with_choice, without_choices
from actions.services import Services, shared_services
from aftersales.decisions.logistics import decide_logistics

#: Questions that are complaints about a parcel already; the others only ask, and are offered the case.
_REPORTS = {"logistics_stuck", "not_received"}
STUCK: Choice = {"title": "帮我查件", "payload": "/logistics_stuck"}
_OFFER: dict[str, Choice] = {
    "logistics_stuck": STUCK,
    "not_received": {"title": "登记核实", "payload": "/not_received"},
}


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer one of the logistics intents."""
    answered = await answer_about_order(turn, services, question, decide_logistics)
    reply, decision = answered.reply, answered.decision
    if decision is None:
        # A stranger's parcel cannot be looked up, so a person does it with the number the form asks for.
        return reply.also(*open_case(turn, question, turn.order_number)) if _is_strangers(turn, question) else reply
    if decision.human is None or decision.outcome == "tracing":
        return reply
    if question in _REPORTS and answered.order is not None and not turn.collecting:
        told = turn.text.strip() == _OFFER[decision.human]["title"] and turn.order_number == answered.order.number
        # Tapped under this very answer, it would only be read twice.
        opening = Reply((), reply.events) if told else without_choices(reply)
        return opening.also(*open_case(turn, decision.human, answered.order.number))
    return reply if turn.collecting else with_choice(reply, _OFFER[decision.human])


def _is_strangers(turn: Turn, question: str) -> bool:
    return question == "not_received" and turn.buyer.guest and not turn.collecting


class ActionLogistics(Action):
    """Answers with the parcel's own trace, or asks which order is meant."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_logistics"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
