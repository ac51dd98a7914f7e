"""The words that patterns are made of: ``rules/door/slots/*.yml``.

    slots:
      messenger: [微信, vx, 扣扣]      # a slot: words of one meaning, in normalised spelling
    expressions:
      digits: '\\\\d{5,12}'            # a slot that no list of words can say

A pattern names a slot as ``{messenger}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from aftersales.errors import ConfigurationError
from aftersales.stores import strict

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_USE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Slots:
    """All slots, ready to be put into expressions; immutable."""

    def __init__(self, words: Mapping[str, Sequence[str]], expressions: Mapping[str, str]):
        self._expressions = dict(expressions)
        for name, values in words.items():
            longest_first = sorted(set(values), key=lambda word: (-len(word), word))
            self._expressions[name] = "|".join(map(re.escape, longest_first))

    def filled(self, template: str, where: str, field: str) -> str:
        """``template`` with its slots filled in. Raises :class:`ConfigurationError` for an unknown slot."""

        def fill(match: re.Match[str]) -> str:
            if match[1] not in self._expressions:
                known = ", ".join(sorted(self._expressions))
                raise ConfigurationError(where, field, f"{{{match[1]}}} is no slot", f"Use one of {known}")
            return f"(?:{self._expressions[match[1]]})"

        return _USE.sub(fill, template)


def load_slots(directory: Path) -> Slots:
    """The slots of all files in ``directory``. Raises :class:`ConfigurationError`."""
    words: dict[str, Sequence[str]] = {}
    expressions: dict[str, str] = {}
    for path in sorted(directory.glob("*.yml")):
        where = strict.shown(path)
        data = strict.read_yaml(path, where)
        for field in data:
            if field not in ("slots", "expressions"):
                raise ConfigurationError(where, field, "is not a known field", "Use slots and expressions")
        for name, values in strict.as_mapping(data.get("slots", {}), where, "slots").items():
            _check_name(name, where, words, expressions)
            if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
                raise ConfigurationError(where, f"slots.{name}", "is no list of words", "Write [a, b]; quote numbers")
            words[name] = values
        for name, value in strict.as_mapping(data.get("expressions", {}), where, "expressions").items():
            _check_name(name, where, words, expressions)
            if not isinstance(value, str) or not value:
                raise ConfigurationError(where, f"expressions.{name}", "is no text", "Write an expression")
            expressions[name] = value
    return Slots(words, expressions)


def _check_name(name: str, where: str, words: Mapping[str, object], expressions: Mapping[str, object]) -> None:
    if not _NAME.fullmatch(name):
        raise ConfigurationError(where, name, "is no name of a slot", "Use small letters and _")
    if name in words or name in expressions:
        raise ConfigurationError(where, name, "is in another file as well", "Keep one")
