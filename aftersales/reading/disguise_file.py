"""Reading rules/lexicons/disguises.yml and ordinary.txt.

    words: [骗子, {曝光: [pu guang, bao guang]}]   # recognised in every disguise; further readings where there are some
    looks: {诉: [拆, 斥]}                          # characters drawn like one
    parts: {马扁: 骗}                              # two characters that make one
    ordinary: [片子]                               # more words that explain what stands there

ordinary.txt holds ordinary words and single characters, one a line; lines with # are remarks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from aftersales.reading.disguise import Disguises
from aftersales.reading.lexicon_search import LexiconError

_NAME = "disguises.yml"
_KEYS = frozenset({"note", "words", "looks", "parts", "ordinary"})


def load_disguises(directory: Path, terms: Mapping[str, bool]) -> Disguises | None:
    """The disguises of a folder of word lists, None when it has no `disguises.yml`.

    terms: the words of the other lists, mapped to their `bare`. Raises LexiconError naming the field and the fix.
    """
    path = directory / _NAME
    if not path.is_file():
        return None
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as wrong:
        raise LexiconError(f"{_NAME}: not readable as YAML ({wrong}); fix the line it names") from wrong
    if not isinstance(data, dict) or set(data) - _KEYS:
        raise LexiconError(f"{_NAME}: the file must be a mapping; allowed are {', '.join(sorted(_KEYS))}")
    ordinary = set(_strings("ordinary", data.get("ordinary", [])))
    listed = directory / "ordinary.txt"
    if listed.is_file():
        lines = listed.read_text(encoding="utf-8").splitlines()
        ordinary |= {word for line in lines if not line.startswith("#") for word in line.split()}
    looks = _mapping("looks", data.get("looks", {}))
    parts = _mapping("parts", data.get("parts", {}))
    for two, one in parts.items():
        if not isinstance(one, str) or len(one) != 1 or len(two) < 2:
            raise LexiconError(f"{_NAME}: parts: {two!r} must be two or more characters mapped to one")
    return Disguises(
        words=_words(data.get("words")),
        terms=terms,
        looks={one: _strings(f"looks.{one}", drawn) for one, drawn in looks.items()},
        parts=parts,
        ordinary=ordinary,
    )


def _words(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, list) or not value:
        raise LexiconError(f"{_NAME}: words must be a list that is not empty")
    words: dict[str, list[str]] = {}
    for item in value:
        for word, readings in item.items() if isinstance(item, dict) else [(item, [])]:
            if not isinstance(word, str) or len(word) < 2:
                raise LexiconError(f"{_NAME}: words: {word!r} is no word of two characters; put quotes around numbers")
            words[word] = _strings(f"words.{word}", readings)
    return words


def _mapping(field: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise LexiconError(f"{_NAME}: {field} must be a mapping from text")
    return value


def _strings(field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise LexiconError(f"{_NAME}: {field} must be a list of texts; put quotes around numbers")
    return list(value)
