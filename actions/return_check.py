"""Returns and exchanges of one order: whether, until when, how, and who pays the freight."""

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
from aftersales.decisions.exchange import decide_exchange
from aftersales.decisions.freight import decide_return_freight
from aftersales.decisions.return_eligibility import decide_return
from aftersales.orders import Order
from aftersales.stores import Store

#: A refusal without a reason leaves this way open.
_FAULT: Choice = {"title": "商品有问题", "payload": "/quality_problem"}
_REFUSALS = {"over", "excluded", "partly", "conditional"}


def _decide(store: Store, order: Order, now: datetime, question: str) -> Decision:
    if question == "exchange_request":
        return decide_exchange(store, order, now)
    if question == "return_freight":
        return decide_return_freight(store, order, now)
    return decide_return(store, order, now)


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer ``return_policy``, ``return_how``, ``exchange_request`` or ``return_freight``."""
    answered = await answer_about_order(turn, services, question, _decide)
    if answered.decision is None or answered.decision.outcome not in _REFUSALS:
        return answered.reply
    return with_choice(answered.reply, _FAULT)


class ActionReturnCheck(Action):
    """Checks one order against the terms and explains."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_return_check"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
