"""Whether address, contact or size of one order can still be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Reply, utter
from actions.services import Services, shared_services
from aftersales.decisions import Decision
from aftersales.decisions.modify import decide_modify
from aftersales.orders import Order
from aftersales.stores import Store


def _decide(store: Store, order: Order, now: datetime, question: str) -> Decision:
    return decide_modify(store, order, now)


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer ``order_modify``."""
    return (await answer_about_order(turn, services, question, _decide)).reply


class ActionOrderModify(Action):
    """Explains what can still be changed; changes nothing."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_order_modify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
