"""The value objects a reading is made of, with a JSON round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

EMOTIONS: tuple[str, ...] = ("calm", "dissatisfied", "angry", "abusive")
RISKS: tuple[str, ...] = (
    "safety",
    "regulator_media",
    "fraud_accusation",
    "compensation_claim",
    "complaint_threat",
    "service_attitude",
    "repeated_failure",
    "human_request",
)
ENTITY_NAMES: tuple[str, ...] = ("order_number", "waybill_number", "phone", "amount", "day")


@dataclass(frozen=True)
class Evidence:
    """Words that led to a reading.

    kind: "emotion", "risk", "privacy" or "dispute". label: an emotion or risk label, or the kind itself.
    text: the buyer's own words, `message[start:end]` of the message as it was typed ("" when no words can be shown).
    source: "lexicon:<kind of lexicon>", "model" or "intent".
    """

    kind: str
    label: str
    text: str
    start: int
    end: int
    source: str


@dataclass(frozen=True)
class EmotionReading:
    """One emotion label with its score in 0..1 and the words behind it."""

    label: str
    score: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Entity:
    """A value found in the message; `start` and `end` index the message as it was typed."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Signals:
    """Emotion and risk of one message, with the words that led to each."""

    emotion: str
    emotion_score: float
    risk: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reading:
    """Everything the bot understood of one message. `ranking` is (intent, confidence) pairs, likeliest first."""

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    emotion: str
    emotion_score: float
    risk: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    needs_human: bool
    entities: tuple[Entity, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; `Reading.from_dict` gives the same value back."""
        data = asdict(self)
        for key in ("evidence", "entities", "risk"):
            data[key] = list(data[key])
        data["ranking"] = [[intent, confidence] for intent, confidence in self.ranking]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reading:
        """Raises ValueError naming the field when one is missing or has the wrong shape."""
        try:
            return cls(
                text=str(data["text"]),
                intent=str(data["intent"]),
                confidence=float(data["confidence"]),
                ranking=tuple((str(pair[0]), float(pair[1])) for pair in data["ranking"]),
                emotion=_one_of("emotion", data["emotion"], EMOTIONS),
                emotion_score=float(data["emotion_score"]),
                risk=tuple(_one_of("risk", label, RISKS) for label in data["risk"]),
                evidence=tuple(Evidence(**item) for item in data["evidence"]),
                needs_human=bool(data["needs_human"]),
                entities=tuple(Entity(**item) for item in data["entities"]),
            )
        except KeyError as missing:
            raise ValueError(f"reading: field {missing} is missing; write readings with Reading.to_dict") from missing
        except (TypeError, IndexError) as wrong:
            raise ValueError(f"reading: a field has the wrong shape ({wrong}); write readings with to_dict") from wrong


def _one_of(field: str, value: Any, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise ValueError(f"reading: {field} is {value!r}; it must be one of {', '.join(allowed)}")
    return str(value)
