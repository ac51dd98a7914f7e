"""The list of things that must not be said to a buyer (``rules/lexicons/forbidden.yml``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aftersales.errors import ConfigurationError
from aftersales.stores import strict


@dataclass(frozen=True)
class Phrase:
    """A forbidden wording, why, and what to say instead. ``unless``: wordings around it that make it harmless."""

    phrase: str
    group: str
    rule: str
    instead: str
    scope: Literal["any", "product", "promise"] = "any"
    unless: tuple[str, ...] = ()


def load_forbidden(path: Path) -> tuple[Phrase, ...]:
    """The phrases in the file ``path``. Raises :class:`ConfigurationError`."""
    where = strict.shown(path)
    data = strict.read_yaml(path, where)
    entries = data.get("phrases")
    if set(data) != {"phrases"} or not isinstance(entries, list) or not entries:
        raise ConfigurationError(where, "phrases", "must be the only field, and a list", "Write `phrases:` and entries")
    return tuple(strict.build(Phrase, raw, where, f"phrases[{index}]") for index, raw in enumerate(entries))


def find_forbidden(text: str, phrases: Sequence[Phrase]) -> Iterator[Phrase]:
    """Every phrase that ``text`` holds outside its harmless surroundings."""
    for phrase in phrases:
        rest = text
        for harmless in phrase.unless:
            rest = rest.replace(harmless, "")
        if phrase.phrase in rest:
            yield phrase
