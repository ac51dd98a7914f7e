"""What an agent may say that a message should have been read as: the intents with their Chinese titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from aftersales.errors import ConfigurationError

#: Under each group's name, as it stands in the list of choices.
QUESTIONS = "咨询和售后"
OTHERS = "其他"
OFFERED = Path(__file__).parent.parent / "rules" / "intent_titles.yml"
NEVER_OFFERED = Path(__file__).parent / "intents.yml"


@dataclass(frozen=True)
class IntentTitle:
    """One intent to choose; ``group`` is the Chinese name of the part of the list it stands in."""

    intent: str
    title: str
    group: str


def load_intents(offered: Path = OFFERED, never_offered: Path = NEVER_OFFERED) -> tuple[IntentTitle, ...]:
    """Return the choices in the order of the files. Raises ConfigurationError naming file, field and fix."""
    first, second = _titles(offered), _titles(never_offered)
    for intent in second:
        if intent in first:
            raise ConfigurationError(
                str(never_offered), f"titles.{intent}", f"stands in {offered} too", "Keep it in one of them"
            )
    return tuple(
        IntentTitle(intent, title, group)
        for group, titles in ((QUESTIONS, first), (OTHERS, second))
        for intent, title in titles.items()
    )


def _titles(path: Path) -> Mapping[str, str]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    titles = document.get("titles") if isinstance(document, dict) else None
    if not isinstance(titles, dict) or not all(isinstance(title, str) and title for title in titles.values()):
        raise ConfigurationError(str(path), "titles", "is not a list of intents with titles", "Write `intent: 标题`")
    return {str(intent): str(title) for intent, title in titles.items()}
