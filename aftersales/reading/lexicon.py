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
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from aftersales.reading.disguise_file import load_disguises
from aftersales.reading.lexicon_search import Anchored, Entry, Hit, Innocent, LexiconError, Lexicons
from aftersales.reading.normalise import normalise

__all__ = ["KINDS", "SPEAKS_FOR", "Entry", "Hit", "LexiconError", "Lexicons", "default_lexicons", "load_lexicons"]

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


def load_lexicons(directory: Path, *, disguised: bool = True) -> Lexicons:
    """Read the word list of every kind, `innocents.yml` and, where there is one, `disguises.yml`.

    disguised: False leaves the disguises out, so that only what is written plainly is found. Raises LexiconError
    naming file, entry and fix.
    """
    files = [directory / f"{kind}.yml" for kind in (*KINDS, "innocents")]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise LexiconError(f"{directory}: {', '.join(missing)} missing; every kind needs its list")
    literals: dict[str, list[Entry | Innocent]] = {}
    patterns: list[tuple[Anchored, list[str]]] = []
    splittable: dict[str, bool] = {}
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
            _read_entries(path, data, literals, patterns, splittable)
    return Lexicons(literals, patterns, load_disguises(directory, splittable) if disguised else None)


@lru_cache(maxsize=1)
def default_lexicons() -> Lexicons:
    """The project's own word lists, rules/lexicons/, read once."""
    return load_lexicons(Path(__file__).resolve().parents[2] / "rules" / "lexicons")


_Literals = dict[str, list[Entry | Innocent]]
_Patterns = list[tuple[Anchored, list[str]]]


def _read_entries(
    path: Path, data: dict[str, Any], literals: _Literals, patterns: _Patterns, splittable: dict[str, bool]
) -> None:
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
        )
        if "pattern" in item:
            patterns.append(_anchored(path.name, where, item, entry))
            continue
        for term in _words(path.name, where, item, "terms"):
            variants = _variants(path.name, where, term, spellings) if item.get("vary") else (term,)
            for variant in variants:
                literals.setdefault(variant, []).append(entry)
                splittable[variant] = splittable.get(variant, False) or bool(item.get("bare", False))


def _read_innocents(name: str, data: dict[str, Any], literals: _Literals, patterns: _Patterns) -> None:
    _closed(name, "top level", data, frozenset({"innocents", "note"}))
    for where, item in _items(name, "innocents", data["innocents"]):
        _closed(name, where, item, _INNOCENT_KEYS)
        cancels = item.get("cancels", [])
        if not isinstance(cancels, list) or not set(cancels) <= set(KINDS):
            raise LexiconError(f"{name}: {where}: cancels must be a list of kinds out of {', '.join(KINDS)}")
        innocent = Innocent(frozenset(cancels))
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


def _anchored(name: str, where: str, item: Mapping[str, Any], meaning: Entry | Innocent) -> tuple[Anchored, list[str]]:
    if "terms" in item or "phrases" in item:
        raise LexiconError(f"{name}: {where}: give either a pattern or words, not both")
    try:
        expression = re.compile(str(item["pattern"]))
    except re.error as wrong:
        raise LexiconError(f"{name}: {where}: pattern {item['pattern']!r} is not an expression ({wrong})") from wrong
    return Anchored(expression, meaning), _words(name, where, item, "anchors")


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
