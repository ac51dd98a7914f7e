"""The trained parts of the reading, fitted on any data into a scratch folder by the very components of ``config.yml``.

The model in ``models/`` is neither read nor written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import handoff
from bot.channel import LONGEST_TEXT, neutralise
from bot.nlu.intents import MESSAGES, ShortTextIntentClassifier
from bot.nlu.signals import FALLBACK, LINES, SignalReader


class Piece(Protocol):
    """A word of the cut: spaCy's token."""

    text: str
    idx: int


Cut = Callable[[str], Sequence[Piece]]


class Remembered:
    """A cut that is made once for each text: both sides of a comparison share nearly all of them."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._known: dict[str, Sequence[Piece]] = {}

    def __call__(self, text: str) -> Sequence[Piece]:
        """Cut ``text``."""
        if text not in self._known:
            self._known[text] = [_Word(piece.text, piece.idx) for piece in self._cut(text)]
        return self._known[text]


@dataclass
class _Word:
    text: str
    idx: int


@dataclass(frozen=True)
class Read:
    """What a message was read as. ``below_line``: the bot would ask back."""

    intent: str
    emotion: str
    risk: frozenset[str]
    needs_human: bool
    below_line: bool


class Fitted:
    """Classifier, line and signal reader over one set of data."""

    def __init__(
        self,
        config: Path,
        cut: Cut,
        examples: Iterable[tuple[str, str]],
        signals: Path,
        messages: Path,
        scratch: Path,
    ) -> None:
        """Train on ``examples`` (text, intent), the signal lines and the labelled messages in these folders."""
        self._cut = cut
        scratch.mkdir(parents=True, exist_ok=True)
        storage = LocalModelStorage(scratch)
        data = TrainingData([self._message(text, intent) for text, intent in examples])
        self._model: Any = SpacyModel(model=cut, model_name="scratch")
        joining = {MESSAGES: str(messages)}
        self._intents = ShortTextIntentClassifier(
            {**_options(config, ShortTextIntentClassifier), **joining}, storage, Resource("intents")
        )
        self._intents.train(data, self._model)
        self._line = FallbackClassifier(_options(config, FallbackClassifier))
        self._signals = SignalReader(
            {**_options(config, SignalReader), **joining, LINES: str(signals)}, storage, Resource("signals")
        )
        self._signals.train(data, self._model)

    def read(self, text: str) -> Read:
        """Read one message as the bot would."""
        message = self._message(neutralise(text[:LONGEST_TEXT]))
        self._intents.process([message])
        self._line.process([message])
        self._signals.process([message], self._model)
        reading = message.get(handoff.READING)
        below = any(entry["name"] == FALLBACK for entry in message.get(INTENT_RANKING_KEY))
        return Read(reading["intent"], reading["emotion"], frozenset(reading["risk"]), reading["needs_human"], below)

    def _message(self, text: str, intent: str | None = None) -> Message:
        # As SpacyNLP and SpacyTokenizer do: lower case, and no token of spaces.
        tokens = [Token(piece.text, piece.idx) for piece in self._cut(text.lower()) if piece.text.strip()]
        return Message({TEXT: text, TEXT_TOKENS: tokens, **({INTENT: intent} if intent else {})})


def _options(config: Path, component: Any) -> dict[str, Any]:
    """The component's options as the pipeline of ``config`` sets them."""
    names = (component.__name__, f"{component.__module__}.{component.__name__}")
    steps = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    own = next((step for step in steps if step["name"] in names), {})
    return {**component.get_default_config(), **{key: value for key, value in own.items() if key != "name"}}
