"""Not understood: ask back with the likeliest meanings and a way to a person."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import read_turn
from actions.continuing import another_order
from actions.order_answer import names_order
from actions.reply import PERSON, Choice, Reply, Say, utter
from actions.services import Services, shared_services
from actions.skills import SKILLS
from aftersales.errors import ConfigurationError
from aftersales.reading.ellipsis import hangs_on_topic, wants_other_order
from aftersales.settings import load_settings

FILE = "intent_titles.yml"
MOST_OFFERED = 3
#: From here on `other` is a confident reading: the message is no question of a buyer, and guesses would be silly.
SURELY_OTHER = 0.6


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
        if not turn.collecting and wants_other_order(turn.text):
            return utter(dispatcher, await another_order(turn, services))
        skill = SKILLS.get(turn.topic or "")
        if skill is not None and turn.topic is not None and (names_order(turn) or hangs_on_topic(turn.text)):
            return utter(dispatcher, await skill(turn, services, turn.topic))
        if turn.collecting:
            return []
        titles = self._titles if self._titles is not None else shared_titles()
        ranking = (tracker.latest_message or {}).get("intent_ranking") or []
        if turn.intent == "other" and turn.confidence >= SURELY_OTHER:
            return utter(dispatcher, Reply((Say("utter_other"),)))
        choices = (*offer(ranking, titles), PERSON)
        response = "utter_ask_back" if len(choices) > 1 else "utter_ask_back_nothing"
        return utter(dispatcher, Reply((Say(response, choices=choices),)))


def offer(ranking: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[Choice, ...]:
    """The likeliest intents that have a title, as choices."""
    names = [str(entry.get("name")) for entry in ranking]
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
