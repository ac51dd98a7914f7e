"""Hand-built conversations: what a buyer said and what the bot did, as Rasa's tracker keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from aftersales.reading.model import Entity, Evidence, Reading

ROOT = Path(__file__).resolve().parents[3]
LISTEN = "action_listen"


@lru_cache(maxsize=1)
def domain() -> Domain:
    """The project's own domain with all responses."""
    return Domain.load([str(ROOT / "domain.yml"), str(ROOT / "data" / "responses")])


def reading(
    intent: str,
    *,
    text: str = "",
    emotion: str = "calm",
    risk: Iterable[str] = (),
    entities: Iterable[tuple[str, str]] = (),
    confidence: float = 0.95,
) -> Reading:
    """The reading of one message; each risk and every emotion but calm comes with its evidence."""
    risk = tuple(risk)
    evidence = [Evidence("risk", label, text, 0, len(text), "lexicon:test") for label in risk]
    if emotion != "calm":
        evidence.append(Evidence("emotion", emotion, text, 0, len(text), "lexicon:test"))
    found = tuple(Entity(name, value, 0, len(value)) for name, value in entities)
    return Reading(text, intent, confidence, ((intent, confidence),), emotion, 0.9, risk, tuple(evidence), False, found)


def said(
    intent: str,
    text: str = "……",
    *,
    named: str | None = None,
    store: str | None = None,
    turn: str | None = None,
    **told: Any,
) -> list[Event]:
    """The bot listens and the buyer says something.

    named: the intent as the reader named it (``handoff``, ``nlu_fallback``), where that is not the reading's.
    told: what :func:`reading` takes.
    """
    read = reading(intent, text=text, **told)
    entities = [{"entity": entity.name, "value": entity.value} for entity in read.entities]
    name = {"name": named or intent, "confidence": read.confidence}
    message = UserUttered(
        text,
        name,
        entities,
        parse_data={"text": text, "intent": name, "entities": entities, "reading": read.to_dict()},
        message_id=turn,
        metadata={"store": store} if store else None,
    )
    return [ActionExecuted(LISTEN), message]


def did(*actions: str) -> list[Event]:
    """The bot runs actions; a response is uttered too."""
    events: list[Event] = []
    for action in actions:
        events.append(ActionExecuted(action))
        if action.startswith("utter_"):
            events.append(BotUttered("……", metadata={"utter_action": action}))
    return events


def slots(values: Mapping[str, Any]) -> list[Event]:
    """Slots that are set."""
    return [SlotSet(name, value) for name, value in values.items()]


def form(name: str | None) -> list[Event]:
    """A form that starts, or ends with None."""
    return [ActiveLoop(name)]


def tracker(*parts: list[Event], conversation: str = "c_1") -> DialogueStateTracker:
    """A tracker of these events."""
    events = [event for part in parts for event in part]
    return DialogueStateTracker.from_events(conversation, events, domain().slots, domain=domain())
