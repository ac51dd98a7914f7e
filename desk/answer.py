"""What is asked of the bot, and what it may answer: the bot's answer is checked here field by field.

An answer of another shape is no answer: the buyer is told so and gets a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersales.errors import AftersalesError
from desk.model import Priority

OUTCOMES = frozenset({"answered", "asked_back", "collecting", "handed_off", "failed"})
MOST_MESSAGES = 20
MOST_CHOICES = 20
LONGEST_TEXT = 4000


class InvalidAnswer(AftersalesError):
    """The bot's answer breaks the protocol; the message names the field."""


@dataclass(frozen=True)
class TurnRequest:
    """One turn to run. ``turn`` is the buyer's message id; ``choice`` the payload of a tapped choice."""

    turn: str
    conversation: str
    store: str
    buyer: str
    buyer_name: str
    guest: bool
    text: str
    choice: str | None
    now: datetime
    agents_on_duty: bool
    carry: Mapping[str, Any] | None

    def wire(self) -> dict[str, Any]:
        """Return the body of the call."""
        return {
            "turn": self.turn,
            "conversation": self.conversation,
            "store": self.store,
            "buyer": {"id": self.buyer, "name": self.buyer_name, "guest": self.guest},
            "text": self.text,
            "choice": self.choice,
            "now": self.now.isoformat(timespec="milliseconds"),
            "agents_on_duty": self.agents_on_duty,
            "carry": self.carry,
        }


@dataclass(frozen=True)
class AnswerMessage:
    """One message of the bot; ``choices`` are pairs of title and payload."""

    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Handoff:
    """A request for a person."""

    reason: str
    reason_text: str
    group: str
    priority: Priority
    evidence: tuple[Mapping[str, Any], ...]
    card: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """The bot's answer to one turn."""

    turn: str
    outcome: str
    messages: tuple[AnswerMessage, ...]
    reading: Mapping[str, Any] | None
    handoff: Handoff | None
    carry: Mapping[str, Any] | None


def parse_answer(body: object, turn: str) -> Answer:
    """Return the answer in ``body``, which must be to ``turn``. Raises InvalidAnswer. Unknown fields are ignored."""
    data = _mapping(body, "answer")
    if _text(data, "turn", "answer") != turn:
        raise InvalidAnswer(f"turn: {data['turn']!r} was not asked for")
    outcome = _text(data, "outcome", "answer")
    if outcome not in OUTCOMES:
        raise InvalidAnswer(f"outcome: {outcome!r} is unknown")
    messages = tuple(
        _message(one, f"messages[{index}]")
        for index, one in enumerate(_list(data, "messages", "answer", MOST_MESSAGES))
    )
    handoff = _handoff(_optional(data, "handoff", "answer"))
    if not messages and handoff is None:
        raise InvalidAnswer("messages: nothing is said and nobody is called")
    return Answer(
        turn=turn,
        outcome=outcome,
        messages=messages,
        reading=_optional(data, "reading", "answer"),
        handoff=handoff,
        carry=_optional(data, "carry", "answer"),
    )


def _message(value: object, where: str) -> AnswerMessage:
    data = _mapping(value, where)
    choices = []
    for index, one in enumerate(_list(data, "choices", where, MOST_CHOICES)):
        place = f"{where}.choices[{index}]"
        choice = _mapping(one, place)
        choices.append((_text(choice, "title", place), _text(choice, "payload", place)))
    return AnswerMessage(text=_text(data, "text", where), choices=tuple(choices))


def _handoff(data: Mapping[str, Any] | None) -> Handoff | None:
    if data is None:
        return None
    priority = _text(data, "priority", "handoff")
    if priority not in {one.value for one in Priority}:
        raise InvalidAnswer(f"handoff.priority: {priority!r} is unknown")
    evidence = _list(data, "evidence", "handoff", 100)
    return Handoff(
        reason=_text(data, "reason", "handoff", 64),
        reason_text=_text(data, "reason_text", "handoff"),
        group=_text(data, "group", "handoff", 64),
        priority=Priority(priority),
        evidence=tuple(_mapping(one, f"handoff.evidence[{index}]") for index, one in enumerate(evidence)),
        card=_mapping(data.get("card"), "handoff.card"),
    )


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidAnswer(f"{where}: is no object")
    return value


def _optional(data: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any] | None:
    if key not in data:
        raise InvalidAnswer(f"{where}.{key}: is missing")
    return None if data[key] is None else _mapping(data[key], f"{where}.{key}")


def _list(data: Mapping[str, Any], key: str, where: str, most: int) -> list[Any]:
    value = data.get(key)
    if not isinstance(value, list):
        raise InvalidAnswer(f"{where}.{key}: is no list")
    if len(value) > most:
        raise InvalidAnswer(f"{where}.{key}: has more than {most} entries")
    return value


def _text(data: Mapping[str, Any], key: str, where: str, longest: int = LONGEST_TEXT) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InvalidAnswer(f"{where}.{key}: is no text")
    if len(value) > longest:
        raise InvalidAnswer(f"{where}.{key}: has more than {longest} characters")
    # PostgreSQL cannot store either; a bot that sends them is broken.
    if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise InvalidAnswer(f"{where}.{key}: has characters that cannot be stored")
    return value
