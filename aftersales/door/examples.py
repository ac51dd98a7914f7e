"""Labelled replies: what the reader learns from (``rules/door/replies/*.tsv``) and what the door is measured on.

Columns: text, speaker, store (``*``: whatever the store) and kinds (comma-separated, empty for a good reply).
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aftersales.door.model import SPEAKERS, Speaker
from aftersales.errors import ConfigurationError
from aftersales.stores.strict import shown

COLUMNS = ("text", "speaker", "store", "kinds")


@dataclass(frozen=True)
class Example:
    """One reply, who says it, in which store, and what is wrong with it."""

    text: str
    speaker: Speaker
    store: str
    kinds: frozenset[str]


def read_examples(path: Path, kinds: Collection[str]) -> list[Example]:
    """The lines of one file. Raises :class:`ConfigurationError` naming file, line, field and fix."""
    examples = []
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(lines.fieldnames or ()) != COLUMNS:
            raise ConfigurationError(shown(path), "header", f"is {lines.fieldnames}", "Write " + "<tab>".join(COLUMNS))
        for number, row in enumerate(lines, 2):
            where = f"{shown(path)}:{number}"
            if None in row or None in row.values():
                raise ConfigurationError(where, "columns", "are too few or too many", "Use three tabs a line")
            if row["speaker"] not in SPEAKERS:
                raise ConfigurationError(where, "speaker", f"{row['speaker']!r} is none", "Write agent or bot")
            labels = frozenset(part for part in row["kinds"].split(",") if part)
            for label in sorted(labels - set(kinds)):
                raise ConfigurationError(where, "kinds", f"{label!r} is no kind", "See rules/door/kinds.yml")
            if not row["text"].strip() and not labels:
                raise ConfigurationError(where, "text", "is empty", "Fill it in or delete the line")
            examples.append(Example(row["text"], cast(Speaker, row["speaker"]), row["store"], labels))
    return examples
