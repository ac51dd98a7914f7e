"""Words a response with the terms of the store that the conversation belongs to.

Responses live in the Rasa domain (``data/responses/``), and a store may word some of them itself
(``stores/<id>/replies.yml``). Each may have variations for what a store offers or not, and one for a question that comes
again. Placeholders are filled from the store's values and from what the action hands over;
merchant text is a value and never a template.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

import structlog
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from aftersales.answers.overrides import own_words
from aftersales.answers.render import MissingValue, NoVariation, Variation, render, select
from aftersales.answers.responses import parse_variations
from bot import composition, handoff
from bot.context import store_of, terms_of

log = structlog.get_logger(__name__)

SAFE_RESPONSE = "utter_fallback_blocked"
#: Key in a message's metadata: this text could not be said, a person has to take over.
BLOCKED = "blocked"
#: How many buyer messages back the same answer counts as a repetition.
REPETITION_WINDOW = 3


class StoreResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's in-process NLG, filled per store."""

    def __init__(self, endpoint_config: Optional[EndpointConfig], domain: Domain) -> None:
        super().__init__(domain.responses)
        self._variations: Dict[str, Sequence[Variation]] = {}

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """The response as a message, or the safe one when it cannot be worded completely."""
        name = utter_action
        if utter_action == "utter_handoff":
            name = handoff.response_for(tracker)
        values, store = {**terms_of(tracker).values(), **_given(kwargs)}, store_of(tracker)
        try:
            return self.word(name, values, store, again=self._said_lately(tracker, utter_action))
        except (MissingValue, NoVariation, KeyError) as problem:
            log.error("response.not_sayable", response=name, problem=str(problem), store=store)
            safe = self.word(SAFE_RESPONSE, values, store, again=False)
            safe["metadata"] = {**safe.get("metadata", {}), BLOCKED: name}
            return safe

    def say(self, name: str, store: str) -> Dict[str, Any]:
        """One response worded for a store, outside a Rasa action (lines that the channel adds itself)."""
        return self.word(name, dict(composition.stores().current()[store].values()), store, again=False)

    def word(self, name: str, values: Dict[str, Any], store: str, *, again: bool) -> Dict[str, Any]:
        """Select and fill one variation. Raises KeyError for an unknown response, MissingValue for an empty value."""
        chosen = select(self._wordings(name, store), values, again=again)
        return {
            "text": render(chosen.text, values, name=name),
            "buttons": [
                {"title": render(button.title, values, name=name), "payload": button.payload} for button in chosen.buttons
            ],
            "metadata": {"rules": list(chosen.rules), "template": name},
        }

    def _wordings(self, name: str, store: str) -> Sequence[Variation]:
        """The store's own wordings over the shared ones."""
        if name not in self._variations:
            # Rasa sets ``responses`` after construction, when the model is loaded; a response is parsed when first said.
            self._variations[name] = parse_variations("domain", name, self.responses[name])
        replies = composition.stores().replies().get(store)
        own = replies.overrides.get(name) if replies is not None else None
        return own_words(self._variations[name], own) if own else self._variations[name]

    @staticmethod
    def _said_lately(tracker: DialogueStateTracker, utter_action: str) -> bool:
        messages = 0
        for event in reversed(tracker.events):
            if isinstance(event, UserUttered):
                messages += 1
                if messages > REPETITION_WINDOW:
                    return False
            elif messages and isinstance(event, BotUttered) and event.metadata.get("utter_action") == utter_action:
                return True
        return False


def _given(kwargs: Dict[str, Any]) -> Dict[str, Any]:
    """What an action handed over: flat strings and flags; Rasa adds structures of its own, which are no values."""
    return {key: value for key, value in kwargs.items() if isinstance(value, (str, bool))}


def choices_of(message: Dict[str, Any]) -> List[Dict[str, str]]:
    """The buttons of a message as the desk's choices."""
    return [{"title": button["title"], "payload": button["payload"]} for button in message.get("buttons") or []]
