"""Emotion and risk of a message, as the last Rasa NLU component.

A trained part and the lexicons are weighed by :func:`aftersales.reading.signals.read_signals`. It learns from
``data/signals/*.tsv`` and from ``data/messages/*.tsv``. The whole reading goes into the message under ``reading``. When the message
by itself needs a person, the intent is renamed to ``handoff``: conversation tests keep intents and drop everything else.
"""

from __future__ import annotations

import csv
import hashlib
import zlib
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from aftersales.errors import ConfigurationError
from aftersales.escalation import History, decide
from aftersales.reading.model import EMOTIONS, RISKS, Entity, Reading
from aftersales.reading.normalise import features_text
from aftersales.reading.signal_decision import HEATED, NEEDS, UPSET
from aftersales.reading.signals import read_signals
from bot import handoff
from bot.nlu import features, linear
from bot.nlu.intents import MESSAGES, words_of
from bot.nlu.messages import FOLDER, Cutter, check, fingerprint, read_messages

LINES = "lines"
CALM_SHARE = "calm_share"
#: Intents whose examples may be heated; none of their lines is taken for calm.
HEATED_INTENTS = frozenset(
    "complaint compensation_request dispute_escalation human_request urge_reply other fake_suspect handoff".split()
)
#: What the trained part is asked beside the labels; each answer is surer than a sum over labels.
QUESTIONS = (HEATED, UPSET, NEEDS)
FALLBACK = "nlu_fallback"
#: The readers of :class:`Trained`, and the folder of each in the model.
READERS = ("emotion", "risk", "need")


class Trained(NamedTuple):
    """The trained part: three readers of the same vector."""

    vocabulary: linear.Vocabulary
    emotion: linear.LinearReader
    risk: linear.LinearReader
    need: linear.LinearReader


class Line:
    """One labelled line of the trained part."""

    __slots__ = ("emotion", "risk", "text")

    def __init__(self, text: str, emotion: str, risk: frozenset[str]) -> None:
        self.text, self.emotion, self.risk = text, emotion, risk


def asked_of(line: Line) -> frozenset[str]:
    """Which of :data:`QUESTIONS` a line answers with yes."""
    heated = line.emotion in ("angry", "abusive")
    answers = {HEATED: heated, UPSET: line.emotion != "calm", NEEDS: heated or bool(line.risk)}
    return frozenset(question for question, answer in answers.items() if answer)


def read_lines(folder: Path) -> list[Line]:
    """All labelled lines of a folder. Raises :class:`ConfigurationError` naming file, line and fix."""
    lines: list[Line] = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                risk = frozenset(part for part in (row.get("risk") or "").split(",") if part)
                where = f"{path}:{number}"
                check(where, "emotion", [str(row.get("emotion"))], EMOTIONS)
                check(where, "risk", sorted(risk), RISKS)
                lines.append(Line(row["text"], row["emotion"], risk))
    if not lines:
        raise ConfigurationError(
            str(folder), "*.tsv", "holds no labelled lines", "Restore data/signals from the repository"
        )
    return lines


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True, model_from="SharedSpacyNLP"
)
class SignalReader(GraphComponent, IntentClassifier):
    """Adds ``reading`` to each message, and renames the intent when the message needs a person."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Default options."""
        return {
            # Folder with the labelled lines of the trained part: text, emotion, risk.
            LINES: "data/signals",
            # Folder with labelled messages that join them.
            MESSAGES: FOLDER,
            # Share of their calm lines, and of the everyday intents' examples, that is taken: all of them would drown anger.
            CALM_SHARE: 0.3,
        }

    @staticmethod
    def fingerprint_addon(config: Dict[str, Any]) -> str:
        """The labelled lines and the code that shapes the features."""
        # A model without an answer to one of the questions must not be taken from the cache.
        digest = hashlib.sha256(",".join(QUESTIONS).encode())
        for path in sorted(Path(config.get(LINES, "data/signals")).glob("*.tsv")):
            digest.update(path.read_bytes())
        digest.update((features.fingerprint() + fingerprint(Path(config.get(MESSAGES, FOLDER)))).encode())
        return digest.hexdigest()

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        trained: Trained | None = None,
    ) -> None:
        self._config, self._model_storage, self._resource, self._trained = config, model_storage, resource, trained

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SignalReader:
        """Make an untrained reader."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SignalReader:
        """Load a trained reader out of the model."""
        with model_storage.read_from(resource) as folder:
            readers = [linear.LinearReader.load(folder / name) for name in READERS]
            trained = Trained(linear.Vocabulary.load(folder), *readers)
        return cls(config, model_storage, resource, trained)

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Train on the labelled lines and keep the three readers in the model."""
        lines = [*read_lines(Path(self._config[LINES])), *self._messages(), *self._everyday_lines(training_data)]
        cut = Cutter(model.model)
        vectors = linear.vectorise([features_text(line.text) for line in lines], [cut(line.text) for line in lines])
        self._trained = Trained(
            vectors.vocabulary,
            emotion=linear.fit_single(vectors, [line.emotion for line in lines]),
            risk=linear.fit_independent(vectors, [line.risk for line in lines], RISKS),
            need=linear.fit_independent(vectors, [asked_of(line) for line in lines], QUESTIONS),
        )
        with self._model_storage.write_to(self._resource) as folder:
            vectors.vocabulary.save(folder)
            for name in READERS:
                getattr(self._trained, name).save(folder / name)
        return self._resource

    def _messages(self) -> list[Line]:
        """The labelled messages: all that are heated, and a share of the calm ones."""
        return [
            Line(message.text, message.emotion, message.risk)
            for message in read_messages(Path(self._config[MESSAGES]))
            if message.emotion != "calm" or message.risk or self._taken(message.text)
        ]

    def _everyday_lines(self, training_data: TrainingData) -> list[Line]:
        """A share of the ordinary questions."""
        return [
            Line(example.get(TEXT), "calm", frozenset())
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) not in HEATED_INTENTS and self._taken(example.get(TEXT))
        ]

    def _taken(self, text: str) -> bool:
        """Whether a calm line belongs to the share: its hash decides, so they are always the same ones."""
        return zlib.crc32(text.encode()) % 1000 < self._config[CALM_SHARE] * 1000

    def process(self, messages: List[Message], model: SpacyModel) -> List[Message]:
        """Read each message (``model`` is what Rasa hands to every part that trains with it)."""
        for message in messages:
            reading = self._read(message)
            message.set(handoff.READING, reading.to_dict(), add_to_output=True)
            if reading.needs_human:
                message.set(INTENT, {"name": "handoff", "confidence": 1.0}, add_to_output=True)
        return messages

    def _read(self, message: Message) -> Reading:
        text = message.get(TEXT) or ""
        ranking = tuple(
            (entry["name"], float(entry["confidence"]))
            for entry in message.get(INTENT_RANKING_KEY) or []
            if entry["name"] != FALLBACK
        )
        intent, confidence = ranking[0] if ranking else ("other", 0.0)
        signals = read_signals(
            text, intent=intent, confidence=confidence, model_scores=self._model_scores(text, message)
        )
        reading = Reading(
            text=text,
            intent=intent,
            confidence=confidence,
            ranking=ranking,
            emotion=signals.emotion,
            emotion_score=signals.emotion_score,
            risk=signals.risk,
            evidence=signals.evidence,
            needs_human=False,
            entities=tuple(
                Entity(entity["entity"], str(entity["value"]), entity["start"], entity["end"])
                for entity in message.get(ENTITIES) or []
            ),
        )
        return handoff.with_need(reading, decide(reading, History(), handoff.ROUTING) is not None)

    def _model_scores(self, text: str, message: Message) -> dict[str, float] | None:
        if self._trained is None:
            return None
        vocabulary, emotion, risk, need = self._trained
        vector = vocabulary.vector(features_text(text), words_of(message))
        scores = dict(zip(emotion.classes, map(float, emotion.probabilities(vector))))
        for reader in (risk, need):
            scores.update(zip(reader.classes, map(float, reader.independent(vector))))
        return scores
