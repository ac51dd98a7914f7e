"""What a text must hold for an expression to match at all, so that hundreds of expressions cost little.

An expression is read just far enough to know a set of literal words of which at least one must occur (its cues): of a
sequence the most telling part, of alternatives the cues of all. What is not understood gives no cues, and the expression is
then always tried; so cues can make the search faster but never change what is found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]

Item = TypeVar("Item", bound=Hashable)
Cues = frozenset[str]

_MARKS = frozenset("()[]{}|?*+.^$\\")
_OPTIONAL = re.compile(r"\?|\*|\{0?,|\{0\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
#: More cues than this say nothing any more.
_MOST = 3000
#: Further sets of cues are looked for word by word, so they must be few and short.
_LOOKED_AT, _FEW = 2, 30


def branches(expression: str) -> list[str]:
    """The alternatives of ``a|b|c`` at the top; an expression that refers back to a group stays whole."""
    if re.search(r"\\[1-9]|\(\?P?<?[A-Za-z]", expression):
        return [expression]
    parts: list[str] = []
    depth = start = place = 0
    while place < len(expression):
        character = expression[place]
        if character == "\\":
            place += 1
        elif character == "[":
            place = _end_of_set(expression, place) - 1
        elif character == "|" and depth == 0:
            parts.append(expression[start:place])
            start = place + 1
        depth += (character == "(") - (character == ")")
        place += 1
    return [*parts, expression[start:]]


def cues_of(expression: str) -> tuple[Cues, ...]:
    """Sets of words; of each set one word must stand in every text that ``expression`` matches."""
    try:
        sets, end = _sequence(expression, 0)
        if end < len(expression):
            best, end = _alternatives(expression, 0)
            sets = [best] if best else []
    except (IndexError, ValueError):
        return ()
    return tuple(sets) if end == len(expression) else ()


def _alternatives(text: str, start: int) -> tuple[Cues, int]:
    """The cues of ``a|b|c`` from ``start`` to the closing bracket or the end, and where that is."""
    found: set[str] = set()
    telling = True
    while True:
        sets, start = _sequence(text, start)
        best = max(sets, key=_telling, default=frozenset())
        telling = telling and bool(best)
        found |= best
        if start >= len(text) or text[start] == ")":
            return (frozenset(found) if telling and len(found) <= _MOST else frozenset()), start
        start += 1


def _sequence(text: str, start: int) -> tuple[list[Cues], int]:
    """The cues of each part of one alternative, and where it ends."""
    sets: list[Cues] = []
    run = ""
    while start < len(text) and text[start] not in "|)":
        character = text[start]
        if character == "(":
            cues, start = _group(text, start)
        elif character == "[":
            cues, start = _set(text, start)
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
        if len(cues) == 1 and not quantifier and character not in "([":
            # Literal characters one after the other are one word.
            run += next(iter(cues))
            continue
        if run:
            sets.append(frozenset({run}))
            run = ""
        if cues and not optional:
            sets.append(cues)
    if run:
        sets.append(frozenset({run}))
    return sets, start


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


def _set(text: str, start: int) -> tuple[Cues, int]:
    """The characters of ``[abc]``; none to tell of ``[^a]``, of ranges and of classes."""
    end = _end_of_set(text, start)
    inside = text[start + 1 : end - 1]
    plain = not inside.startswith("^") and "-" not in inside and "\\" not in inside
    return (frozenset(inside) if plain else frozenset()), end


def _end_of_set(text: str, start: int) -> int:
    place = start + 2 if text.startswith("^", start + 1) else start + 1
    if text.startswith("]", place):
        place += 1
    while text[place] != "]":
        place += 2 if text[place] == "\\" else 1
    return place + 1


def _telling(cues: Cues) -> tuple[int, int]:
    """Longer words tell more, then fewer of them."""
    return min(2, min(map(len, cues), default=0)), -len(cues)


class Index(Generic[Item]):
    """Which of many expressions may match a text, by their cues, in one pass."""

    def __init__(self, items: Iterable[tuple[Item, str]], ordinary: Sequence[str] = ()):
        """``items``: anything, with its expression. ``ordinary``: texts of the usual kind; cues that are rare in them tell most."""
        sets = {item: cues_of(expression) for item, expression in items}
        often = _frequencies({cue for found in sets.values() for one in found for cue in one}, ordinary)

        def rate(cues: Cues) -> tuple[int, tuple[int, int]]:
            least, size = _telling(cues)
            return sum(often.get(cue, 0) for cue in cues), (-least, -size)

        holders: dict[str, set[Item]] = {}
        self._more: dict[Item, list[tuple[frozenset[str], tuple[str, ...]]]] = {}
        self.always = tuple(item for item, found in sets.items() if not found)
        for item, found in sets.items():
            first, *others = sorted(found, key=rate) or [frozenset()]
            for cue in first:
                holders.setdefault(cue, set()).add(item)
            single = [frozenset(word for word in cues if len(word) == 1) for cues in others[:_LOOKED_AT]]
            self._more[item] = [
                (characters, tuple(cues - characters)) for cues, characters in zip(others, single) if len(cues) <= _FEW
            ]
        self._automaton = _automaton({cue: tuple(found) for cue, found in holders.items()})
        self._empty = not holders

    def candidates(self, text: str) -> list[Item]:
        """What is worth trying on ``text``."""
        found: set[Item] = set()
        if text and not self._empty:
            found.update(*(items for _, items in self._automaton.iter(text)))
        characters = frozenset(text)
        likely = list(self.always)
        for item in found:
            for single, words in self._more[item]:
                if single.isdisjoint(characters) and not any(word in text for word in words):
                    break
            else:
                likely.append(item)
        return likely


def _frequencies(cues: Collection[str], texts: Sequence[str]) -> dict[str, int]:
    """In how many of ``texts`` each cue stands."""
    counts: Counter[str] = Counter()
    if cues and texts:
        automaton = _automaton({cue: cue for cue in cues})
        for text in texts:
            counts.update({cue for _, cue in automaton.iter(text)})
    return counts


def _automaton(words: Mapping[str, object]) -> Any:
    automaton = ahocorasick.Automaton()
    for word, meaning in words.items():
        automaton.add_word(word, meaning)
    automaton.make_automaton()
    return automaton
