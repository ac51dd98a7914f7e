"""The intent of a short Chinese message, as a Rasa intent classifier over :mod:`bot.nlu.linear`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from aftersales.reading.normalise import features_text
from bot.nlu import features, linear
from bot.nlu.messages import FOLDER, Cutter, fingerprint, read_messages

DECAY = "decay"
HANDICAP = "handicap"
MESSAGES = "messages"
RANKING_LENGTH = "ranking_length"


def words_of(message: Message) -> list[str]:
    """The segmenter's words of a message, as it was tokenised."""
    return [token.text for token in message.get(TEXT_TOKENS) or []]


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True, model_from="SharedSpacyNLP"
)
class ShortTextIntentClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent`` and ``intent_ranking`` with calibrated confidences."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Default options."""
        return {
            # Folder with labelled messages that join the intent examples.
            MESSAGES: FOLDER,
            # Weight decay; chosen by measurement, see docs/reading.md.
            DECAY: 4e-5,
            # Taken off the scores of the intents that ask for nothing: to overlook a want costs a buyer more than to
            # answer a mere remark. Chosen on the dialogues held out, see docs/reading.md.
            HANDICAP: {"other": 0.25, "provide_info": 0.12},
            # How many intents the ranking names.
            RANKING_LENGTH: 6,
        }

    @staticmethod
    def fingerprint_addon(config: Dict[str, Any]) -> str:
        """Code outside this class that shapes the features: Rasa's cache does not see it by itself."""
        return features.fingerprint() + fingerprint(Path(config.get(MESSAGES, FOLDER)))

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        trained: tuple[linear.Vocabulary, linear.LinearReader] | None = None,
    ) -> None:
        self._config, self._model_storage, self._resource, self._trained = config, model_storage, resource, trained

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ShortTextIntentClassifier:
        """Make an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ShortTextIntentClassifier:
        """Load a trained classifier out of the model."""
        with model_storage.read_from(resource) as folder:
            trained = linear.Vocabulary.load(folder), linear.LinearReader.load(folder)
        return cls(config, model_storage, resource, trained)

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Train on all intent examples and labelled messages and keep the reader in the model."""
        # `handoff` is set by the signal reader; it has examples only so that Rasa's validation knows it.
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT) != "handoff"]
        lines = read_messages(Path(self._config[MESSAGES]))
        cut = Cutter(model.model)
        for example in examples:
            cut.remember(example.get(TEXT), words_of(example))
        texts = [*(example.get(TEXT) for example in examples), *(line.text for line in lines)]
        vectors = linear.vectorise(
            [features_text(text) for text in texts], [*map(words_of, examples), *(cut(line.text) for line in lines)]
        )
        reader = linear.fit_single(
            vectors,
            [*(example.get(INTENT) for example in examples), *(line.intent for line in lines)],
            decay=self._config[DECAY],
            handicap=self._config[HANDICAP],
        )
        with self._model_storage.write_to(self._resource) as folder:
            vectors.vocabulary.save(folder)
            reader.save(folder)
        self._trained = vectors.vocabulary, reader
        return self._resource

    def process(self, messages: List[Message], model: SpacyModel | None = None) -> List[Message]:
        """Set intent and ranking on each message."""
        for message in messages:
            ranking = self._ranking(message)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        if self._trained is None:
            raise RuntimeError("ShortTextIntentClassifier is used before it was trained; run `make model`")
        text = features_text(message.get(TEXT) or "")
        if not text:
            # A message of spaces or bare decoration says nothing: below every threshold, so the bot asks back.
            return [{"name": "other", "confidence": 0.0}]
        vocabulary, reader = self._trained
        confidences = reader.probabilities(vocabulary.vector(text, words_of(message)))
        best = confidences.argsort()[::-1][: self._config[RANKING_LENGTH]]
        return [{"name": reader.classes[i], "confidence": float(confidences[i])} for i in best]
