"""The invoice of one order."""

from __future__ import annotations

from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.order_answer import answer_about_order
from actions.reply import Reply, utter
from actions.services import Services, shared_services
from aftersales.decisions.invoice import decide_invoice


async def answer(turn: Turn, services: Services, question: str) -> Reply:
    """Answer ``invoice_request`` or ``invoice_change``."""
    decide = partial(decide_invoice, calendar=services.calendar)
    return (await answer_about_order(turn, services, question, decide)).reply


class ActionInvoice(Action):
    """Says where the invoice is and how to get or change it."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_invoice"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        return utter(dispatcher, await answer(turn, services, turn.intent))
