"""What enforces a rule: found in the places that cite its id, never written down by hand.

A rule is enforced where a decision, a check, a template, a routing rule or a refused piece of advice names it. A rule
that nothing names says in the catalogue (``knowledge:``) why it is there all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from aftersales.answers.responses import Responses, load_responses
from aftersales.errors import ConfigurationError
from aftersales.rejected import Advice, load_rejected
from aftersales.rules import RULE_ID, Rule, load_catalogue
from aftersales.stores import PlatformPack, load_packs, strict

Means = Literal[
    "decision", "store check", "template", "phrase", "routing", "platform pack", "door", "refused advice", "code"
]
State = Literal["enforced", "knowledge only", "rejected"]

#: Where Python code lies → what a rule cited there is for; the first beginning that fits counts.
_CODE: tuple[tuple[str, Means], ...] = (
    ("aftersales/decisions/", "decision"),
    ("aftersales/stores/", "store check"),
    ("aftersales/escalation.py", "routing"),
    ("aftersales/routing.py", "routing"),
    ("aftersales/history_score.py", "routing"),
    ("bot/handoff.py", "routing"),
    ("aftersales/door/", "door"),
    ("aftersales/", "code"),
    ("actions/", "code"),
    ("bot/", "code"),
    ("desk/", "code"),
)
#: These speak of rule ids as such.
_TOOLS = frozenset(f"aftersales/{name}.py" for name in ("rules", "coverage", "rejected", "rules_page", "rules_due"))
_WORD = re.compile(rf"(?<![A-Za-z0-9-]){RULE_ID.pattern}(?![A-Za-z0-9-])")


@dataclass(frozen=True)
class Citation:
    """One place that names a rule. ``means``: what it does with the rule; ``place``: where, as a person finds it."""

    rule: str
    means: Means
    place: str


@dataclass(frozen=True)
class Coverage:
    """The catalogue, the rejected advice, and who cites what."""

    rules: Mapping[str, Rule]
    advice: Mapping[str, Advice]
    citations: Mapping[str, tuple[Citation, ...]]

    def of(self, rule: str) -> tuple[Citation, ...]:
        """What enforces the rule with this id, without repeats."""
        return self.citations.get(rule, ())

    def state(self, rule: Rule) -> State:
        """Whether the rule is enforced, knowledge only, or describes what is rejected."""
        if rule.automation == "rejected":
            return "rejected"
        return "enforced" if self.of(rule.id) else "knowledge only"


def read_coverage(root: Path) -> Coverage:
    """The coverage of the project in the folder ``root``. Raises :class:`ConfigurationError` for a bad file."""
    rules = load_catalogue(root / "rules" / "catalogue")
    kinds = door_kinds(root / "rules" / "door" / "kinds.yml")
    advice = load_rejected(root / "rules" / "rejected.yml", kinds)
    found = [
        *_in_folder(root, rules),
        *in_templates(load_responses(root / "data" / "responses")),
        *in_lexicons({path.name: path for path in sorted((root / "rules" / "lexicons").glob("*.yml"))}),
        *in_packs(load_packs(root / "rules").values()),
        *(Citation(rule, "door", name) for name, cited in kinds.items() for rule in cited),
        *in_advice(advice.values(), rules.values()),
    ]
    return Coverage(rules, advice, by_rule(found))


def by_rule(citations: Iterable[Citation]) -> Mapping[str, tuple[Citation, ...]]:
    """``citations`` by rule id, each once, in the order given."""
    found: dict[str, dict[Citation, None]] = {}
    for citation in citations:
        found.setdefault(citation.rule, {})[citation] = None
    return MappingProxyType({rule: tuple(entries) for rule, entries in found.items()})


def problems(coverage: Coverage) -> Iterator[ConfigurationError]:
    """Everything that does not fit together, as errors that name the file, the field and the fix."""
    for rule_id, citations in coverage.citations.items():
        if rule_id not in coverage.rules:
            first = citations[0]
            where, fix = f"{first.means} {first.place}", "Add it to rules/catalogue, or mend the id"
            yield ConfigurationError(where, rule_id, "is cited, but no rule of the catalogue", fix)
    for rule in coverage.rules.values():
        where, citations = f"catalogue/{rule.topic}.yml", coverage.of(rule.id)
        if citations and rule.knowledge:
            named = f"is there, but the rule is enforced by {citations[0].means} {citations[0].place}"
            yield ConfigurationError(where, f"{rule.id}.knowledge", named, "Remove the line")
        if not citations and not rule.knowledge:
            fix = "Write why (Chinese), or cite the rule where it is enforced"
            yield ConfigurationError(where, f"{rule.id}.knowledge", "is missing, and nothing enforces the rule", fix)
        if rule.rejected and rule.rejected not in coverage.advice:
            fix = "Add it there, or mend the id"
            yield ConfigurationError(where, f"{rule.id}.rejected", f"{rule.rejected} is not in rules/rejected.yml", fix)


# --- the places ------------------------------------------------------------------------------------------------------


def in_code(text: str, path: str, prefixes: frozenset[str]) -> Iterator[Citation]:
    """The rules that the Python source ``text`` of the file ``path`` names, in code, docstrings or comments.

    ``prefixes``: the first letters of known ids (``RET``); other words of that shape, such as UTF-16, are no rules.
    """
    means = next((means for beginning, means in _CODE if path.startswith(beginning)), None)
    if means is None or path in _TOOLS:
        return
    for found in _WORD.findall(text):
        if found[:3] in prefixes:
            yield Citation(found, means, path.removeprefix("aftersales/"))


def in_templates(responses: Responses) -> Iterator[Citation]:
    """The rules that the responses name in their metadata."""
    for name, variations in responses.items():
        for variation in variations:
            for rule in variation.rules:
                yield Citation(rule, "template", name)


def in_lexicons(files: Mapping[str, Path]) -> Iterator[Citation]:
    """The rules behind the entries of the word lists: every ``rule:`` beside a phrase."""
    for name, path in files.items():
        # A word list holds tens of thousands of characters of expressions; most name no rule at all.
        if "rule:" not in path.read_text(encoding="utf-8"):
            continue
        for rule, phrase in _rules_within(strict.read_yaml(path, strict.shown(path))):
            yield Citation(rule, "phrase", phrase or name)


def in_packs(packs: Iterable[PlatformPack]) -> Iterator[Citation]:
    """The rules behind the numbers in the platform packs."""
    for pack in packs:
        for channel in pack.channels:
            for rule in channel.rules:
                yield Citation(rule, "platform pack", f"{pack.id}: {channel.name}")


def in_advice(advice: Iterable[Advice], rules: Iterable[Rule]) -> Iterator[Citation]:
    """The rules that refusing the bad advice enforces: those it breaks, and those that describe it."""
    for entry in advice:
        for rule in entry.rules:
            yield Citation(rule, "refused advice", entry.id)
    for described in rules:
        if described.rejected:
            yield Citation(described.id, "refused advice", described.rejected)


def door_kinds(path: Path) -> Mapping[str, Sequence[str]]:
    """The kinds of text that are refused, each with its rules, out of ``rules/door/kinds.yml``; empty without the file.

    Raises :class:`ConfigurationError`.
    """
    if not path.exists():
        return MappingProxyType({})
    where = strict.shown(path)
    kinds = strict.as_mapping(strict.read_yaml(path, where).get("kinds"), where, "kinds")
    found: dict[str, Sequence[str]] = {}
    for name, raw in kinds.items():
        cited = strict.as_mapping(raw, where, f"kinds.{name}").get("rules")
        if not isinstance(cited, list) or not all(isinstance(rule, str) for rule in cited):
            raise ConfigurationError(where, f"kinds.{name}.rules", "is no list of rule ids", "Write [LAN-01, WAI-01]")
        found[name] = tuple(cited)
    return MappingProxyType(found)


def _in_folder(root: Path, rules: Mapping[str, Rule]) -> Iterator[Citation]:
    prefixes = frozenset(rule[:3] for rule in rules)
    for folder in ("actions", "aftersales", "bot", "desk"):
        for path in sorted((root / folder).rglob("*.py")):
            yield from in_code(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix(), prefixes)


def _rules_within(data: object) -> Iterator[tuple[str, str]]:
    """Each ``rule:`` at any depth, with the ``phrase:`` beside it."""
    if isinstance(data, Mapping):
        rule = data.get("rule")
        if isinstance(rule, str):
            yield rule, str(data.get("phrase", ""))
        for value in data.values():
            yield from _rules_within(value)
    elif isinstance(data, list):
        for item in data:
            yield from _rules_within(item)
