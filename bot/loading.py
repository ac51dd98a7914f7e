"""The trained model in this process, for the tools that need no server."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path

MODEL = Path("models/aftersales.tar.gz")


def quiet() -> None:
    """Keep Rasa, TensorFlow and SQLAlchemy from writing between a tool's own lines."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore")
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)


class Reader:
    """Reads messages exactly as the running bot does: same graph, same components, no dialogue."""

    def __init__(self, model: Path = MODEL) -> None:
        quiet()
        from rasa.core.processor import MessageProcessor

        _, self._metadata, self._runner = MessageProcessor._load_model(model)

    def read(self, text: str) -> dict[str, object]:
        """One message as parse data (``intent``, ``intent_ranking``, ``entities``, ``reading``)."""
        from rasa.core.channels.channel import UserMessage
        from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
        from rasa.shared.core.trackers import DialogueStateTracker

        tracker = DialogueStateTracker("reader", [])
        target = self._metadata.nlu_target
        results = self._runner.run(
            inputs={PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: tracker}, targets=[target]
        )
        parsed: dict[str, object] = results[target][0].as_dict(only_output_properties=True)
        return parsed
