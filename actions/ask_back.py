"""Not understood: ask back with the likeliest meanings and a way to a person."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, read_turn
from actions.continuing import another_order, dispute
from actions.order_answer import names_order
from actions.reply import PERSON, Choice, Reply, Say, utter
from actions.services import Services, shared_services
from actions.skills import SKILLS
from aftersales.decisions.relevance import follow_up_orders
from aftersales.errors import ConfigurationError
from aftersales.offsite import asks_offsite
from aftersales.orders import OrdersUnavailable
from aftersales.reading.ellipsis import hangs_on_topic, resolve, wants_other_order
from aftersales.settings import load_settings

FILE = "intent_titles.yml"
MOST_OFFERED = 3
#: From here on `other` is a confident reading: the message is no question of a buyer, and guesses would be silly.
SURELY_OTHER = 0.6
#: Below this a meaning is not even a guess, and offering it (是不是正品?) sounds like not listening.
WORTH_OFFERING = 0.05

log = logging.getLogger(__name__)


class ActionAskBack(Action):
    """Offers up to three meanings and 转人工; an elliptical question goes on with what is running."""

    def __init__(self, services: Services | None = None, titles: Mapping[str, str] | None = None) -> None:
        self._services = services
        self._titles = titles

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_ask_back"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        try:
            gone_on = await _go_on(turn, services)
        except OrdersUnavailable as problem:
            log.warning("orders unavailable: %s", problem)
            gone_on = None
        if gone_on is not None:
            return utter(dispatcher, gone_on)
        if turn.collecting:
            return []
        if turn.intent == "other" and turn.confidence >= SURELY_OTHER:
            return utter(dispatcher, Reply((Say("utter_other"),)))
        titles = self._titles if self._titles is not None else shared_titles()
        choices = offer((tracker.latest_message or {}).get("intent_ranking") or [], titles)
        if not choices:
            # This response brings its own way to a person.
            return utter(dispatcher, Reply((Say("utter_ask_back_nothing"),)))
        return utter(dispatcher, Reply((Say("utter_ask_back", choices=(*choices, PERSON)),)))


async def _go_on(turn: Turn, services: Services) -> Reply | None:
    """The running question's answer when the message hangs on to it, or names nothing but an order or its goods.

    Raises ``OrdersUnavailable`` when only the order system could tell.
    """
    if asks_offsite(turn.text):
        return Reply((Say("utter_offsite_declined"),))
    if not turn.collecting and wants_other_order(turn.text):
        return await another_order(turn, services)
    disputed = None if turn.collecting else await dispute(turn, services)
    if disputed is not None:
        return disputed
    skill = SKILLS.get(turn.topic or "")
    if skill is None or turn.topic is None:
        return None
    if names_order(turn):
        return await skill(turn, services, turn.topic)
    # The bot resolves most of these before any action; inside a form only the action sees them.
    meant = resolve(turn.text, turn.topic) or (turn.topic if hangs_on_topic(turn.text) else None)
    if meant in SKILLS:
        return await SKILLS[meant](turn, services, meant)
    # The form reads goods for itself; a question named with them (充电器怎么冒烟) is not the running one.
    if not turn.collecting and follow_up_orders(await services.recent(turn.buyer), turn.text):
        return await skill(turn, services, turn.topic)
    return None


def offer(ranking: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[Choice, ...]:
    """The likeliest intents that have a title, as choices; none that is hardly likely at all."""
    names = [str(entry.get("name")) for entry in ranking if float(entry.get("confidence", 1.0)) >= WORTH_OFFERING]
    return tuple({"title": titles[name], "payload": f"/{name}"} for name in names if name in titles)[:MOST_OFFERED]


def load_titles(path: Path) -> Mapping[str, str]:
    """The titles in ``rules/intent_titles.yml``. Raises :class:`ConfigurationError`."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    titles = document.get("titles") if isinstance(document, dict) else None
    if not isinstance(titles, dict) or not all(isinstance(title, str) and title for title in titles.values()):
        raise ConfigurationError(str(path), "titles", "is not a list of intents with titles", "Write `intent: 标题`")
    return {str(name): title for name, title in titles.items()}


@lru_cache(maxsize=1)
def shared_titles() -> Mapping[str, str]:
    """The titles of this process, read at the first question."""
    return load_titles(load_settings(os.environ, secrets_required=False).rules / FILE)
