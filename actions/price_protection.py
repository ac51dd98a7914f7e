"""It got cheaper: whether the price promise still holds for one order. No amount is ever named."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Reply, Say, remember, utter
from actions.services import Services, shared_services
from aftersales.decisions.price_protection import decide_price_protection


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer ``price_protection`` or ``price_protection_problem``."""
    answered = await answer_about_order(turn, services, question, decide_price_protection)
    asks_which = any(say.response == "utter_order_which" for say in answered.reply.says)
    begun = (terms for terms in turn.versions.all if terms.effective_from <= turn.store.effective_from)
    if asks_which and not any(terms.price_protection.offered for terms in begun):
        # Whichever order is meant, whenever it was placed, there is no promise: the question leads to the same answer.
        return Reply((Say(f"utter_{question}"),), remember(topic=question))
    return answered.reply


class ActionPriceProtection(Action):
    """Checks one order against the price promise."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_price_protection"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
