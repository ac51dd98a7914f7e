"""From a response's variations and a store's values to the words a buyer reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aftersales.errors import AftersalesError

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*)\}")
Values = Mapping[str, str | bool]


@dataclass(frozen=True)
class Button:
    """A choice under an answer. ``payload`` is ``/intent`` or ``/intent{"entity": "value"}``."""

    title: str
    payload: str


@dataclass(frozen=True)
class Variation:
    """One wording of a response.

    ``when`` lists boolean keys that must hold (``!key``: must not); ``again`` marks the wording for a question that
    comes a second time; ``rules`` are the ids the wording rests on.
    """

    text: str
    rules: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    again: bool = False
    buttons: tuple[Button, ...] = ()
    #: The response's name and the file it stands in, for errors.
    name: str = ""
    file: str = ""


class MissingValue(AftersalesError, LookupError):
    """A template asks for something that nobody gave."""

    def __init__(self, template: str, key: str, problem: str) -> None:
        super().__init__(f"{template}: {key}: {problem}")
        self.template, self.key = template, key


class NoVariation(AftersalesError, LookupError):
    """No wording of a response fits the values."""


def select(variations: Sequence[Variation], values: Values, again: bool) -> Variation:
    """The wording to say: of those whose conditions hold, one for a repeated question if ``again`` asks for it.

    The wording with the most conditions wins, because it says the most about this store; the first of equals is taken.
    Without a wording for the second time the ordinary one is said. Raises :class:`NoVariation` or, for a condition
    that is no known boolean, :class:`MissingValue`.
    """
    fitting = [variation for variation in variations if holds(variation, values)]
    pool = [variation for variation in fitting if variation.again == again]
    if not pool and again:
        pool = [variation for variation in fitting if not variation.again]
    if not pool:
        name = variations[0].name if variations else "(response)"
        raise NoVariation(f"{name}: no variation fits: add one without `when`")
    return max(pool, key=lambda variation: len(variation.when))


def holds(variation: Variation, values: Values) -> bool:
    """Whether every condition of ``variation`` holds. Raises :class:`MissingValue` for an unknown condition."""
    for condition in variation.when:
        key = condition.removeprefix("!")
        value = values.get(key)
        if not isinstance(value, bool):
            problem = "the condition is not known" if value is None else "the condition is a text, not true or false"
            raise MissingValue(_template(variation.name, variation.text), key, problem)
        if value == condition.startswith("!"):
            return False
    return True


def render(text: str, values: Values, *, name: str = "") -> str:
    """``text`` with each ``{dotted.key}`` replaced by its value, in one pass.

    A value is inserted as it is: braces or slashes that a merchant writes mean nothing here.
    Raises :class:`MissingValue`, naming the template (``name``, or the text's beginning) and the key.
    """

    def insert(match: re.Match[str]) -> str:
        key = match[1]
        value = values.get(key)
        if value is None:
            raise MissingValue(_template(name, text), key, "no such value")
        if isinstance(value, bool):
            raise MissingValue(_template(name, text), key, "is a condition and cannot be read out")
        if not value.strip():
            raise MissingValue(_template(name, text), key, "is empty here: ask for it with `when`")
        return value

    return PLACEHOLDER.sub(insert, text)


def placeholders(text: str) -> tuple[str, ...]:
    """The keys ``text`` asks for, in order."""
    return tuple(match[1] for match in PLACEHOLDER.finditer(text))


def _template(name: str, text: str) -> str:
    return name or f"{text[:20]}…"
