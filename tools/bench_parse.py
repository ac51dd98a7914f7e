"""Reads messages with a Rasa model of either system: texts as a JSON list on standard input, intents on standard output.

Runs in the environment that the model belongs to. ``python -m tools.bench_parse MODEL``
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.loading import Reader

#: What a classifier says when it is not sure; the benchmark compares what each holds to be likeliest.
UNSURE = "nlu_fallback"


def likeliest(parsed: Mapping[str, Any]) -> str:
    """The intent that a reading holds to be likeliest, however sure it is; empty when it names none."""
    ranking: Sequence[Mapping[str, Any]] = parsed.get("intent_ranking") or []
    return next((str(entry["name"]) for entry in ranking if entry["name"] != UNSURE), "")


if __name__ == "__main__":
    reader = Reader(Path(sys.argv[1]))
    json.dump([likeliest(reader.read(text)) for text in json.load(sys.stdin)], sys.stdout)
