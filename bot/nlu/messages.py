"""Labelled messages, ``data/messages/*.tsv``: intent, emotion and risk of each line.

They stand beside Rasa's own examples (``data/nlu``) because one line teaches all three readings, and because Rasa copies
and hashes each of its examples a dozen times in a training, which takes longer than learning from them.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from aftersales.errors import ConfigurationError
from aftersales.reading.model import EMOTIONS, RISKS

FOLDER = "data/messages"
COLUMNS = ("text", "intent", "emotion", "risk")


@dataclass(frozen=True)
class LabelledMessage:
    """One line: what the buyer wants, feels and holds over us."""

    text: str
    intent: str
    emotion: str
    risk: frozenset[str]


@lru_cache(maxsize=2)
def read_messages(folder: Path) -> tuple[LabelledMessage, ...]:
    """All lines of a folder, in order; a folder that is not there has none.

    Raises :class:`ConfigurationError` naming file, line, field and fix.
    """
    messages = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(lines.fieldnames or ()) != COLUMNS:
                raise ConfigurationError(
                    str(path), "header", f"is {lines.fieldnames}", "Write " + "<tab>".join(COLUMNS)
                )
            for number, row in enumerate(lines, 2):
                where = f"{path}:{number}"
                if None in row.values() or None in row:
                    raise ConfigurationError(where, "columns", "are too few or too many", "Use three tabs a line")
                if not row["text"].strip() or not row["intent"].strip():
                    raise ConfigurationError(where, "text or intent", "is empty", "Fill it in or delete the line")
                risk = frozenset(part for part in row["risk"].split(",") if part)
                check(where, "emotion", [row["emotion"]], EMOTIONS)
                check(where, "risk", sorted(risk), RISKS)
                messages.append(LabelledMessage(row["text"], row["intent"], row["emotion"], risk))
    return tuple(messages)


def check(where: str, field: str, labels: Iterable[str], allowed: tuple[str, ...]) -> None:
    """Raise :class:`ConfigurationError` for a label that is none."""
    for label in labels:
        if label not in allowed:
            raise ConfigurationError(where, field, f"{label!r} is no label", "Use one of " + ", ".join(allowed))


def fingerprint(folder: Path) -> str:
    """One hash over the files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.tsv")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


class Cutter:
    """The pipeline's words of a text, as Rasa's ``SpacyTokenizer`` would make them; each text is cut once a process."""

    _known: dict[str, list[str]] = {}

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def __call__(self, text: str) -> list[str]:
        """The words of ``text``."""
        if text not in self._known:
            self._known[text] = self.cut(text)
        return self._known[text]

    def remember(self, text: str, words: list[str]) -> None:
        """Take over the words of a text that the pipeline has cut already."""
        self._known.setdefault(text, words)

    def cut(self, text: str) -> list[str]:
        """The words of ``text``, anew."""
        return [token.text for token in self._pipeline(text.lower()) if token.text.strip()]
