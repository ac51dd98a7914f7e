"""The word lists behind emotion and risk: a closed, loud file format and one Aho-Corasick search over all of them.

A file in rules/lexicons/ is either a word list

    kind: anger                       # also the file name
    note: what belongs here           # optional
    spellings: {傻: [煞, 沙]}          # optional: other spellings of a character, used by entries with `vary: true`
    entries:
      - terms: [气死, 火大]            # literal words, normalised spelling
        says: {angry: 0.8}            # what the words speak for, each with a strength in 0..1
        target: agent                 # optional: agent | thing | third, see aftersales/reading/windows.py
        negatable: false              # optional: "不" before the words does not take them back
        bare: true                    # optional: also found when its characters are split by spaces or marks
        vary: true                    # optional: also found in every other spelling of its characters
      - pattern: '(?:说|讲)了.{0,4}(?:遍|次)'   # or one expression …
        anchors: [遍, 次]                       # … tried only when one of these literals is in the message
        says: {repeated_failure: 0.8}

or the list of innocents (`innocents.yml`): phrases that cancel every hit they contain.

    innocents:
      - phrases: [垃圾桶]
        cancels: [anger]              # optional: kinds; without it every kind
      - pattern: …
        anchors: […]
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]
import yaml

from aftersales.reading.normalise import normalise

SPEAKS_FOR: frozenset[str] = frozenset(
    [
        "dissatisfied",
        "angry",
        "abusive",
        "tic",
        "polite",
        "complaint_threat",
        "regulator_media",
        "compensation_claim",
        "fraud_accusation",
        "safety",
        "service_attitude",
        "repeated_failure",
        "human_request",
        "privacy",
        "dispute",
    ]
)
# The word lists of the reading; the folder may hold other lists (what agents must not write) that are none of
# our business.
KINDS: tuple[str, ...] = (
    "abuse",
    "anger",
    "compensation",
    "complaint",
    "dispute",
    "fraud",
    "human_request",
    "privacy",
    "regulator_media",
    "repeated_failure",
    "safety",
    "service_attitude",
    "tic",
)
TARGETS: frozenset[str] = frozenset({"agent", "thing", "third"})
_ENTRY_KEYS = frozenset({"terms", "pattern", "anchors", "says", "target", "negatable", "bare", "vary"})
_INNOCENT_KEYS = frozenset({"phrases", "pattern", "anchors", "cancels"})
_MAX_SPELLINGS = 1000
# Marks that only decorate; a space, dash or tilde also ends a thought, so those split nothing but words that
# are `bare`.
_DECORATION = re.compile(r"[*·_|+#@^&%/\\.~、'\"\- ]")
_HARD_DECORATION = frozenset("*·_|+#@^&%")


class LexiconError(ValueError):
    """A word list that cannot be used; the message names the file, the entry and the fix."""


@dataclass(frozen=True)
class Entry:
    """One word or expression and what it speaks for: (label, strength) pairs."""

    kind: str
    says: tuple[tuple[str, float], ...]
    target: str | None
    negatable: bool
    bare: bool


@dataclass(frozen=True)
class Hit:
    """An entry found at normalised positions start..end (half open)."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True)
class _Innocent:
    cancels: frozenset[str]  # empty means every kind


@dataclass(frozen=True)
class _Anchored:
    """An expression that is tried only when one of its anchors was seen."""

    expression: re.Pattern[str]
    meaning: Entry | _Innocent


class Lexicons:
    """All word lists, ready to search. Build with `load_lexicons` or `default_lexicons`; immutable afterwards."""

    def __init__(
        self, literals: Mapping[str, list[Entry | _Innocent]], patterns: Iterable[tuple[_Anchored, list[str]]]
    ):
        words: dict[str, tuple[list[Entry | _Innocent], list[_Anchored]]] = {}
        for word, meanings in literals.items():
            words.setdefault(word, ([], []))[0].extend(meanings)
        for anchored, anchors in patterns:
            for anchor in anchors:
                words.setdefault(anchor, ([], []))[1].append(anchored)
        self._automaton = ahocorasick.Automaton()
        for word, (meanings, expressions) in words.items():
            self._automaton.add_word(word, (word, tuple(meanings), tuple(expressions)))
        self._automaton.make_automaton()
        self.size = len(words)

    def find(self, text: str) -> tuple[Hit, ...]:
        """Hits in a normalised text, in order; what an innocent phrase contains or a longer hit covers is no hit."""
        return self.search(text)[0]

    def search(self, text: str) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """What `find` gives, and the hits that innocent phrases cancelled."""
        if not text:
            return (), ()
        hits, cancelled = self._search(text)
        if _DECORATION.search(text):
            hits += self._search_bare(text)
        return tuple(_without_covered(hits)), tuple(cancelled)

    def _search(self, text: str) -> tuple[list[Hit], list[Hit]]:
        hits: list[Hit] = []
        innocents: list[tuple[_Innocent, int, int]] = []
        expressions: dict[_Anchored, None] = {}
        for last, (word, meanings, anchored) in self._automaton.iter(text):
            expressions.update(dict.fromkeys(anchored))
            start, end = last + 1 - len(word), last + 1
            if meanings and _has_borders(text, start, end):
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
        return kept, cancelled

    def _search_bare(self, text: str) -> list[Hit]:
        """Words whose characters are split by decoration (傻*逼, 垃.圾)."""
        kept = [index for index, character in enumerate(text) if not _DECORATION.match(character)]
        bare = "".join(text[index] for index in kept)
        found = []
        for hit in self._search(bare)[0]:
            start, end = kept[hit.start], kept[hit.end - 1] + 1
            gaps = [text[kept[i] + 1 : kept[i + 1]] for i in range(hit.start, hit.end - 1) if kept[i + 1] - kept[i] > 1]
            hard = all(len(gap) <= 2 and set(gap) <= _HARD_DECORATION for gap in gaps)
            if gaps and (hit.entry.bare or hard):
                found.append(Hit(hit.entry, start, end))
        return found


def _collect(
    meaning: Entry | _Innocent, start: int, end: int, hits: list[Hit], innocents: list[tuple[_Innocent, int, int]]
) -> None:
    if isinstance(meaning, Entry):
        hits.append(Hit(meaning, start, end))
    else:
        innocents.append((meaning, start, end))


def _cancels(innocent: tuple[_Innocent, int, int], hit: Hit) -> bool:
    meaning, start, end = innocent
    return start <= hit.start and hit.end <= end and (not meaning.cancels or hit.entry.kind in meaning.cancels)


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _has_borders(text: str, start: int, end: int) -> bool:
    """Latin words and numbers must stand alone: "sb" is not found in "usb", nor "315" in a phone number."""
    if _is_ascii_word(text[start]) and start and _is_ascii_word(text[start - 1]):
        return False
    return not (_is_ascii_word(text[end - 1]) and end < len(text) and _is_ascii_word(text[end]))


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


# --- reading the files --------------------------------------------------------------------------------------


def load_lexicons(directory: Path) -> Lexicons:
    """Read the word list of every kind and `innocents.yml`. Raises LexiconError naming file, entry and fix."""
    files = [directory / f"{kind}.yml" for kind in (*KINDS, "innocents")]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise LexiconError(f"{directory}: {', '.join(missing)} missing; every kind needs its list")
    literals: dict[str, list[Entry | _Innocent]] = {}
    patterns: list[tuple[_Anchored, list[str]]] = []
    for path in files:
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as wrong:
            raise LexiconError(f"{path.name}: not readable as YAML ({wrong}); fix the line it names") from wrong
        if not isinstance(data, dict):
            raise LexiconError(
                f"{path.name}: the file must be a mapping with `kind` and `entries`, or with `innocents`"
            )
        if "innocents" in data:
            _read_innocents(path.name, data, literals, patterns)
        else:
            _read_entries(path, data, literals, patterns)
    return Lexicons(literals, patterns)


@lru_cache(maxsize=1)
def default_lexicons() -> Lexicons:
    """The project's own word lists, rules/lexicons/, read once."""
    return load_lexicons(Path(__file__).resolve().parents[2] / "rules" / "lexicons")


_Literals = dict[str, list[Entry | _Innocent]]
_Patterns = list[tuple[_Anchored, list[str]]]


def _read_entries(path: Path, data: dict[str, Any], literals: _Literals, patterns: _Patterns) -> None:
    _closed(path.name, "top level", data, frozenset({"kind", "note", "spellings", "entries"}))
    kind = data.get("kind")
    if kind != path.stem:
        raise LexiconError(f"{path.name}: kind is {kind!r}; it must be {path.stem!r}, the file's own name")
    spellings = data.get("spellings") or {}
    for where, item in _items(path.name, "entries", data.get("entries")):
        _closed(path.name, where, item, _ENTRY_KEYS)
        target = item.get("target")
        if target is not None and target not in TARGETS:
            raise LexiconError(f"{path.name}: {where}: target is {target!r}; use one of {', '.join(sorted(TARGETS))}")
        entry = Entry(
            kind,
            _says(path.name, where, item),
            target,
            bool(item.get("negatable", True)),
            bool(item.get("bare", False)),
        )
        if "pattern" in item:
            patterns.append(_anchored(path.name, where, item, entry))
            continue
        for term in _words(path.name, where, item, "terms"):
            variants = _variants(path.name, where, term, spellings) if item.get("vary") else (term,)
            for variant in variants:
                literals.setdefault(variant, []).append(entry)


def _read_innocents(name: str, data: dict[str, Any], literals: _Literals, patterns: _Patterns) -> None:
    _closed(name, "top level", data, frozenset({"innocents", "note"}))
    for where, item in _items(name, "innocents", data["innocents"]):
        _closed(name, where, item, _INNOCENT_KEYS)
        cancels = item.get("cancels", [])
        if not isinstance(cancels, list) or not set(cancels) <= set(KINDS):
            raise LexiconError(f"{name}: {where}: cancels must be a list of kinds out of {', '.join(KINDS)}")
        innocent = _Innocent(frozenset(cancels))
        if "pattern" in item:
            patterns.append(_anchored(name, where, item, innocent))
        else:
            for phrase in _words(name, where, item, "phrases"):
                literals.setdefault(phrase, []).append(innocent)


def _closed(name: str, where: str, item: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(set(item) - allowed)
    if unknown:
        raise LexiconError(
            f"{name}: {where}: unknown field {', '.join(unknown)}; allowed are {', '.join(sorted(allowed))}"
        )


def _items(name: str, field: str, value: Any) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(value, list) or not value:
        raise LexiconError(f"{name}: {field} must be a list that is not empty")
    result = []
    for number, item in enumerate(value, 1):
        where = f"{field}[{number}]"
        if not isinstance(item, dict):
            raise LexiconError(f"{name}: {where} must be a mapping with `terms`, `phrases` or `pattern`")
        result.append((where, item))
    return result


def _words(name: str, where: str, item: Mapping[str, Any], field: str) -> list[str]:
    words = item.get(field)
    if not isinstance(words, list) or not words:
        raise LexiconError(f"{name}: {where}: {field} must be a list of words, or give a `pattern` with `anchors`")
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise LexiconError(f"{name}: {where}: {word!r} in {field} is not a word; put quotes around numbers")
        folded = normalise(word).text
        if folded != word:
            raise LexiconError(f"{name}: {where}: {word!r} can never be found; write it as {folded!r}")
    return list(words)


def _says(name: str, where: str, item: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    says = item.get("says")
    if not isinstance(says, dict) or not says:
        raise LexiconError(f"{name}: {where}: says must map labels to strengths, such as {{angry: 0.8}}")
    for label, strength in says.items():
        if label not in SPEAKS_FOR:
            raise LexiconError(
                f"{name}: {where}: says speaks for {label!r}; use one of {', '.join(sorted(SPEAKS_FOR))}"
            )
        if isinstance(strength, bool) or not isinstance(strength, (int, float)) or not 0 < strength <= 1:
            raise LexiconError(
                f"{name}: {where}: strength of {label} is {strength!r}; give a number above 0 and up to 1"
            )
    return tuple((label, float(strength)) for label, strength in says.items())


def _anchored(
    name: str, where: str, item: Mapping[str, Any], meaning: Entry | _Innocent
) -> tuple[_Anchored, list[str]]:
    if "terms" in item or "phrases" in item:
        raise LexiconError(f"{name}: {where}: give either a pattern or words, not both")
    try:
        expression = re.compile(str(item["pattern"]))
    except re.error as wrong:
        raise LexiconError(f"{name}: {where}: pattern {item['pattern']!r} is not an expression ({wrong})") from wrong
    return _Anchored(expression, meaning), _words(name, where, item, "anchors")


def _variants(name: str, where: str, term: str, spellings: Mapping[str, list[str]]) -> tuple[str, ...]:
    choices = [[character, *spellings.get(character, [])] for character in term]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > _MAX_SPELLINGS:
        raise LexiconError(
            f"{name}: {where}: {term} has {count} spellings; keep it under {_MAX_SPELLINGS} or drop `vary`"
        )
    return tuple("".join(parts) for parts in itertools.product(*choices))
