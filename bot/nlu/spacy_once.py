"""Rasa's ``SpacyNLP``, loading each pipeline once a process.

Rasa's predict graph holds two ``SpacyNLP`` nodes and each loads its own copy; pkuseg's dictionaries are large, so the
second copy would cost hundreds of megabytes and several seconds of every start.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Dict

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP


@cache
def _load(name: str) -> SpacyModel:
    return SpacyNLP.load_model(name)


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="SharedSpacyNLP",
)
class SharedSpacyNLP(SpacyNLP):
    """See :class:`rasa.nlu.utils.spacy_utils.SpacyNLP`; only the loading differs."""

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Load the pipeline, or hand out the one that this process has loaded before."""
        return _load(spacy_model_name)

    @staticmethod
    def fingerprint_addon(config: Dict[str, Any]) -> str:
        """The pipeline's own stamp: a changed user dictionary retrains what depends on the cut."""
        from bot.language import stamp_of

        return stamp_of(config["model"])
