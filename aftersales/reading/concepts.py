"""Words of after-sales messages that mean the same thing, so that a reader can learn from one and know the others.

The list is rules/lexicons/concepts.yml:

    note: what it is for              # optional
    minor: [YOU]                      # optional: concepts that say little beside others, and so form no pairs
    concepts:
      REFUND: [退款, 退钱, tuikuan]    # a name in capitals and its words, in normalised spelling

A word belongs to one concept only. In a text the leftmost word counts, and of those that begin there the longest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]
import yaml

from aftersales.reading.normalise import features_text

# What `features_text` puts in place of numbers and masks; each is a concept of its own.
TOKENS: tuple[str, ...] = ("NUM", "ORDER", "AMOUNT", "PHONE", "LINK", "PLACE", "NAME", "COMPANY", "DAY", "MAIL")
_NAME = re.compile(r"[A-Z][A-Z_]*")

Span = tuple[int, int, str]


class ConceptError(ValueError):
    """A concept list that cannot be used; the message names the file, the entry and the fix."""


class Concepts:
    """A concept list, ready to search. Build with `load_concepts` or `default_concepts`; immutable afterwards."""

    def __init__(self, words: Mapping[str, str], minor: Iterable[str] = ()):
        """`words` maps each word to its concept; `minor` names the concepts that form no pairs."""
        self._automaton = ahocorasick.Automaton()
        for word, concept in {**words, **{token: token for token in TOKENS}}.items():
            self._automaton.add_word(word, (len(word), concept, _is_letter(word[0]) or _is_letter(word[-1])))
        self._automaton.make_automaton()
        self.words: Mapping[str, str] = words
        # A number alone is in every second message.
        self.minor: frozenset[str] = frozenset(minor) | {"NUM"}

    def spans(self, text: str) -> list[Span]:
        """(start, end, concept) of every word found in a `features_text`, in order; none overlaps another."""
        longest: dict[int, tuple[int, str]] = {}
        for last, (length, concept, latin) in self._automaton.iter(text):
            start = last + 1 - length
            # A longer word with the same beginning is found later, so it simply takes the place.
            if not latin or _stands_alone(text, start, last + 1):
                longest[start] = (last + 1, concept)
        found: list[Span] = []
        free = 0
        for start in sorted(longest):
            if start >= free:
                free, concept = longest[start]
                found.append((start, free, concept))
        return found

    def of(self, text: str) -> list[str]:
        """The concepts of a `features_text` in order, a concept that follows itself named once."""
        names: list[str] = []
        for _, _, concept in self.spans(text):
            if not names or names[-1] != concept:
                names.append(concept)
        return names


def _is_letter(character: str) -> bool:
    # Capitals are left out: they are the tokens, and iphoneNUM is an iphone.
    return "a" <= character <= "z" or "0" <= character <= "9"


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Latin words must not be a piece of a longer one: "mac" is not found in "macbook"."""
    if start and _is_letter(text[start]) and _is_letter(text[start - 1]):
        return False
    return not (end < len(text) and _is_letter(text[end - 1]) and _is_letter(text[end]))


def concepts_of(text: str) -> list[str]:
    """The concepts of a message after `features_text`, by the project's own list: 怎么退款 is HOW, REFUND."""
    return default_concepts().of(text)


def concept_features(text: str, concepts: Concepts | None = None) -> Iterator[str]:
    """What a linear reader may learn from a text after `features_text`.

    ``k:`` each concept once; ``kk:`` neighbours, with the ends ^ and $, and ``kp:`` pairs in any order, both only of
    concepts that are not minor.
    """
    known = concepts or default_concepts()
    sequence = known.of(text)
    yield from (f"k:{concept}" for concept in dict.fromkeys(sequence))
    chain = ["^"]
    for concept in sequence:
        # What a minor concept parted are neighbours now, and may be the same.
        if concept not in known.minor and chain[-1] != concept:
            chain.append(concept)
    names = sorted(set(chain[1:]))
    chain.append("$")
    yield from (f"kk:{left} {right}" for left, right in zip(chain, chain[1:]))
    yield from (f"kp:{left} {right}" for index, left in enumerate(names) for right in names[index + 1 :])


# --- reading the file ---------------------------------------------------------------------------------------


def load_concepts(path: Path) -> Concepts:
    """Read a concept list. Raises ConceptError naming file, entry and fix."""
    if not path.is_file():
        raise ConceptError(f"{path}: missing; the concepts of the reading are kept there")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as wrong:
        raise ConceptError(f"{path.name}: not readable as YAML ({wrong}); fix the line it names") from wrong
    if not isinstance(data, dict) or not isinstance(data.get("concepts"), dict) or not data["concepts"]:
        raise ConceptError(
            f"{path.name}: the file must be a mapping with `concepts`, which maps names to lists of words"
        )
    unknown = sorted(str(key) for key in set(data) - {"note", "minor", "concepts"})
    if unknown:
        raise ConceptError(f"{path.name}: unknown field {', '.join(unknown)}; allowed are concepts, minor, note")
    words: dict[str, str] = {}
    for concept, word in _entries(path.name, data["concepts"]):
        if word in words:
            raise ConceptError(
                f"{path.name}: {concept}: {word!r} is already in {words[word]}; keep it in one concept, once"
            )
        words[word] = concept
    minor = data.get("minor") or []
    strange = (
        sorted(str(name) for name in minor if name not in data["concepts"]) if isinstance(minor, list) else [minor]
    )
    if strange:
        raise ConceptError(f"{path.name}: minor: {strange[0]!r} is no concept of this file; give a list of its names")
    return Concepts(words, minor)


@lru_cache(maxsize=1)
def default_concepts() -> Concepts:
    """The project's own list, rules/lexicons/concepts.yml, read once."""
    return load_concepts(Path(__file__).resolve().parents[2] / "rules" / "lexicons" / "concepts.yml")


def _entries(name: str, concepts: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for concept, words in concepts.items():
        if not isinstance(concept, str) or not _NAME.fullmatch(concept):
            raise ConceptError(f"{name}: {concept!r} is not a concept name; write it in capitals, such as PICK_UP")
        if concept in TOKENS and concept != "PLACE":
            raise ConceptError(f"{name}: {concept} stands for a number or mask already; choose another name")
        if not isinstance(words, list) or not words:
            raise ConceptError(f"{name}: {concept}: give a list of words")
        for word in words:
            if not isinstance(word, str) or not word.strip():
                raise ConceptError(f"{name}: {concept}: {word!r} is not a word; put quotes around numbers, yes and no")
            folded = features_text(word)
            if folded != word:
                raise ConceptError(f"{name}: {concept}: {word!r} can never be found; write it as {folded!r}")
            yield concept, word


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a name given twice; by itself YAML would silently forget the first list."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} is given twice; join the two lists", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping
