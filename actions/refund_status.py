"""How far a refund, return or exchange has come."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Choice, Reply, utter, with_choice
from actions.services import Services, shared_services
from aftersales.decisions.refund_status import decide_refund_status

#: Under an answer that says what went wrong; the case it opens knows that (actions/case.py).
REPORT: Choice = {"title": "登记处理", "payload": "/refund_problem"}


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer ``refund_status`` or ``return_status``."""
    answered = await answer_about_order(turn, services, question, decide_refund_status)
    if answered.decision is None or answered.decision.human != "refund_problem":
        return answered.reply
    return with_choice(answered.reply, REPORT)


class ActionRefundStatus(Action):
    """Says where the money or the goods are and what comes next."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_refund_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
