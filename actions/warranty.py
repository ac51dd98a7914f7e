"""Whether one order is under warranty."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Choice, Reply, utter, with_choice
from actions.services import Services, shared_services
from aftersales.decisions import Decision
from aftersales.decisions.warranty import decide_warranty
from aftersales.orders import Order
from aftersales.stores import Store

_FAULT: Choice = {"title": "登记故障", "payload": "/quality_problem"}


def _decide(store: Store, order: Order, now: datetime, question: str) -> Decision:
    return decide_warranty(store, order, now)


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer ``repair_warranty``."""
    answered = await answer_about_order(turn, services, question, _decide)
    if answered.decision is None or answered.decision.outcome not in ("within", "over"):
        return answered.reply
    return with_choice(answered.reply, _FAULT)


class ActionWarranty(Action):
    """Checks the warranty and opens the way to a fault report."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_warranty"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
