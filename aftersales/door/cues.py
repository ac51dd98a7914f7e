"""What a text must hold for an expression to match at all, so that hundreds of expressions cost little.

An expression is read just far enough to know a set of literal words of which at least one must occur (its cues): of a
sequence the most telling part, of alternatives the cues of all. What is not understood gives no cues, and the expression is
then always tried; so cues can make the search faster but never change what is found.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]

Item = TypeVar("Item", bound=Hashable)
Cues = frozenset[str]

_MARKS = frozenset("()[]{}|?*+.^$\\")
_OPTIONAL = re.compile(r"\?|\*|\{0?,|\{0\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
#: More cues than this say nothing any more.
_MOST = 3000


def cues_of(expression: str) -> Cues:
    """Words of which one must stand in every text that ``expression`` matches; empty when there are none to tell."""
    try:
        cues, end = _alternatives(expression, 0)
    except (IndexError, ValueError):
        return frozenset()
    return cues if end == len(expression) else frozenset()


def _alternatives(text: str, start: int) -> tuple[Cues, int]:
    """The cues of ``a|b|c`` from ``start`` to the closing bracket or the end, and where that is."""
    found: set[str] = set()
    telling = True
    while True:
        cues, start = _sequence(text, start)
        telling = telling and bool(cues)
        found |= cues
        if start >= len(text) or text[start] == ")":
            return (frozenset(found) if telling and len(found) <= _MOST else frozenset()), start
        start += 1


def _sequence(text: str, start: int) -> tuple[Cues, int]:
    """The most telling cues of one alternative, and where it ends."""
    best: Cues = frozenset()
    run = ""
    while start < len(text) and text[start] not in "|)":
        character = text[start]
        if character == "(":
            cues, start = _group(text, start)
        elif character == "[":
            cues, start = frozenset(), _end_of_set(text, start)
        elif character == "\\":
            literal = text[start + 1]
            cues, start = (frozenset() if literal.isalnum() else frozenset({literal})), start + 2
        elif character in _MARKS:
            cues, start = frozenset(), start + 1
        else:
            cues, start = frozenset({character}), start + 1
        quantifier = _QUANTIFIER.match(text, start)
        optional = _OPTIONAL.match(text, start) is not None
        if quantifier:
            start = quantifier.end()
        if len(cues) == 1 and not quantifier and character != "(":
            # Literal characters one after the other are one word.
            run += next(iter(cues))
            best = _better(best, frozenset({run}))
            continue
        run = ""
        if not optional:
            best = _better(best, cues)
    return best, start


def _group(text: str, start: int) -> tuple[Cues, int]:
    counts = True
    inside = start + 1
    if text.startswith("?", inside):
        if text.startswith(("?=", "?!", "?<=", "?<!"), inside):
            # What stands around the match is no part of it, and may be missing.
            counts = False
            inside += 3 if text.startswith("?<", inside) else 2
        elif text.startswith("?P<", inside):
            inside = text.index(">", inside) + 1
        elif text.startswith("?:", inside):
            inside += 2
        else:
            raise ValueError("a group of another kind")
    cues, end = _alternatives(text, inside)
    if end >= len(text):
        raise ValueError("a bracket is open")
    return (cues if counts else frozenset()), end + 1


def _end_of_set(text: str, start: int) -> int:
    place = start + 2 if text.startswith("^", start + 1) else start + 1
    if text.startswith("]", place):
        place += 1
    while text[place] != "]":
        place += 2 if text[place] == "\\" else 1
    return place + 1


def _better(one: Cues, other: Cues) -> Cues:
    """The more telling of two: longer words, then fewer of them."""
    if not one or not other:
        return one or other

    def weight(cues: Cues) -> tuple[int, int]:
        return min(2, min(map(len, cues))), -len(cues)

    return max(one, other, key=weight)


class Index(Generic[Item]):
    """Which of many expressions may match a text, by their cues, in one pass."""

    def __init__(self, items: Iterable[tuple[Item, str]]):
        """``items``: anything, with its expression."""
        holders: dict[str, set[Item]] = {}
        always: list[Item] = []
        for item, expression in items:
            cues = cues_of(expression)
            if not cues:
                always.append(item)
            for cue in cues:
                holders.setdefault(cue, set()).add(item)
        self.always = frozenset(always)
        self._automaton = ahocorasick.Automaton()
        for cue, found in holders.items():
            self._automaton.add_word(cue, frozenset(found))
        self._automaton.make_automaton()
        self._empty = not holders

    def candidates(self, text: str) -> set[Item]:
        """What is worth trying on ``text``."""
        found: set[Item] = set(self.always)
        if text and not self._empty:
            for _, items in self._automaton.iter(text):
                found |= items
        return found
