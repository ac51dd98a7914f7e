"""Searching the word lists: one Aho-Corasick pass over a message, another over what it hides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]

from aftersales.reading.disguise import Disguises, Lifted, stands_alone


class LexiconError(ValueError):
    """A word list that cannot be used; the message names the file, the entry and the fix."""


@dataclass(frozen=True)
class Entry:
    """One word or expression and what it speaks for: (label, strength) pairs."""

    kind: str
    says: tuple[tuple[str, float], ...]
    target: str | None
    negatable: bool


@dataclass(frozen=True)
class Hit:
    """An entry found at normalised positions start..end (half open)."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True)
class Innocent:
    cancels: frozenset[str]  # empty means every kind


@dataclass(frozen=True)
class Anchored:
    """An expression that is tried only when one of its anchors was seen."""

    expression: re.Pattern[str]
    meaning: Entry | Innocent


class Lexicons:
    """All word lists, ready to search. Build with `load_lexicons` or `default_lexicons`; immutable afterwards."""

    def __init__(
        self,
        literals: Mapping[str, list[Entry | Innocent]],
        patterns: Iterable[tuple[Anchored, list[str]]],
        disguises: Disguises | None = None,
    ):
        words: dict[str, tuple[list[Entry | Innocent], list[Anchored]]] = {}
        for word, meanings in literals.items():
            words.setdefault(word, ([], []))[0].extend(meanings)
        for anchored, anchors in patterns:
            for anchor in anchors:
                words.setdefault(anchor, ([], []))[1].append(anchored)
        self._automaton = ahocorasick.Automaton()
        for word, (meanings, expressions) in words.items():
            self._automaton.add_word(word, (word, tuple(meanings), tuple(expressions)))
        self._automaton.make_automaton()
        self._disguises = disguises
        self.size = len(words)

    def find(self, text: str) -> tuple[Hit, ...]:
        """Hits in a normalised text, in order; what an innocent phrase contains or a longer hit covers is no hit."""
        return self.search(text)[0]

    def search(self, text: str) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """What `find` gives, and the hits that innocent phrases cancelled."""
        if not text:
            return (), ()
        hits, cancelled, innocents = self._search(text)
        lifted = self._disguises.lift(text) if self._disguises else None
        if lifted:
            more, less, _ = self._search(lifted.text)
            hits += [
                hit for hit in _mapped_back(more, lifted) if not any(_cancels(innocent, hit) for innocent in innocents)
            ]
            cancelled += _mapped_back(less, lifted)
        return tuple(_without_covered(hits)), tuple(cancelled)

    def _search(self, text: str) -> tuple[list[Hit], list[Hit], list[tuple[Innocent, int, int]]]:
        hits: list[Hit] = []
        innocents: list[tuple[Innocent, int, int]] = []
        expressions: dict[Anchored, None] = {}
        for last, (word, meanings, anchored) in self._automaton.iter(text):
            expressions.update(dict.fromkeys(anchored))
            start, end = last + 1 - len(word), last + 1
            if meanings and stands_alone(text, start, end):
                for meaning in meanings:
                    _collect(meaning, start, end, hits, innocents)
        for anchored in expressions:
            for match in anchored.expression.finditer(text):
                if match.end() > match.start():
                    _collect(anchored.meaning, match.start(), match.end(), hits, innocents)
        kept: list[Hit] = []
        cancelled: list[Hit] = []
        for hit in hits:
            (cancelled if any(_cancels(innocent, hit) for innocent in innocents) else kept).append(hit)
        return kept, cancelled, innocents


def _mapped_back(hits: list[Hit], lifted: Lifted) -> list[Hit]:
    """The hits that only the lifted text shows, at their places in the text itself."""
    return [
        Hit(hit.entry, lifted.starts[hit.start], lifted.ends[hit.end - 1])
        for hit in hits
        if lifted.touches(hit.start, hit.end)
    ]


def _collect(
    meaning: Entry | Innocent, start: int, end: int, hits: list[Hit], innocents: list[tuple[Innocent, int, int]]
) -> None:
    if isinstance(meaning, Entry):
        hits.append(Hit(meaning, start, end))
    else:
        innocents.append((meaning, start, end))


def _cancels(innocent: tuple[Innocent, int, int], hit: Hit) -> bool:
    meaning, start, end = innocent
    return start <= hit.start and hit.end <= end and (not meaning.cancels or hit.entry.kind in meaning.cancels)


def _without_covered(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        covered = any(k.entry.kind == hit.entry.kind and k.start <= hit.start and hit.end <= k.end for k in kept)
        # A covered hit stays when it says something the longer one does not.
        labels = {label for label, _ in hit.entry.says}
        said = {label for k in kept if k.start <= hit.start and hit.end <= k.end for label, _ in k.entry.says}
        if not covered or not labels <= said:
            kept.append(hit)
    return kept
