"""A tapped choice as the reading it stands for, without asking the classifiers."""

from __future__ import annotations

import json
import re
from typing import Any

_PAYLOAD = re.compile(r"^/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?$", re.S)


def parse_payload(payload: str, text: str) -> dict[str, Any]:
    """Rasa parse data for a choice's payload (``/intent{"entity": "value"}``) and its title as the text.

    Payloads come from the desk, which keeps them; a buyer can only name one. Raises ValueError for anything else.
    """
    match = _PAYLOAD.match(payload)
    if match is None:
        raise ValueError(f"choice {payload!r} is no payload; write /intent or /intent{{\"entity\": \"value\"}}")
    try:
        entities = json.loads(match["entities"] or "{}")
    except json.JSONDecodeError as wrong:
        raise ValueError(f"choice {payload!r}: the entities are not JSON ({wrong})") from wrong
    intent = {"name": match["intent"], "confidence": 1.0}
    return {
        "text": text,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [
            {"entity": name, "value": str(value), "start": 0, "end": 0, "extractor": "choice"}
            for name, value in entities.items()
        ],
    }
