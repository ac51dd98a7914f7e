"""``python -m aftersales.rules_page [--check]``: writes ``docs/rules.md``, each rule with what enforces it, or why nothing.

Exits 0; with ``--check`` 1 when the page is stale; 1 when a rule is neither enforced nor explained; 2 for a bad file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from aftersales.coverage import Citation, Coverage, State, problems, read_coverage
from aftersales.errors import AftersalesError
from aftersales.rules import REVIEW_DAYS, Rule

PAGE = Path("docs/rules.md")
MOST_PLACES = 3

_STATES: tuple[State, ...] = ("enforced", "knowledge only", "rejected")
_STATUSES = ("verified", "reported", "weak-source", "seed-only", "derived", "general-knowledge-unverified")
_TITLES: Mapping[str, str] = {
    "abuse": "Abuse, harassment, blocking",
    "complaint_kinds": "Kinds of complaints",
    "complaint_steps": "Handling a complaint, step by step",
    "disclosure": "Saying that a machine speaks",
    "freight": "Freight, freight insurance, gifts",
    "handoff": "Handing over to a person",
    "intervention": "The platform steps in",
    "metrics": "How platforms measure service",
    "offsite": "Contact and payment outside the platform",
    "penalties": "Penalties of the platforms",
    "prices": "Price protection",
    "promotions": "Promotions, price tags, before the sale",
    "quality": "Quality and the three guarantees",
    "refunds": "Refunds and compensation",
    "regulators": "Authorities",
    "returns": "Returns without a reason",
    "routing": "Groups, shifts, the service desk",
    "wording": "Wording",
}
_INTRO = """# The rules, and what enforces each

Written by `make rules-page`; do not edit. The rules stand in `rules/catalogue/`, the rejected advice in
`rules/rejected.yml`. What enforces a rule is found in the places that cite its id (`aftersales/coverage.py`):

| state | meaning |
|---|---|
| enforced | a decision, a check of the store file, a template, a forbidden phrase, a routing rule, a platform pack, a kind of text that the door refuses, refused advice, or other code names the rule |
| knowledge only | nothing names it; the reason is given |
| rejected | it describes what must not be done; with the piece of advice that refuses it |

Only `verified` rules, whose own text was read, may be told to a buyer as rules. *Checked* is the date of the text that was
read (the first day, where only month or year are known). `make rules-due` lists what is to be looked at again: {intervals}.
"""


def page(coverage: Coverage) -> str:
    """The whole page, the same for the same files."""
    rules = list(coverage.rules.values())
    topics = sorted({rule.topic for rule in rules})
    intervals = ", ".join(f"{name} {days} days" for name, days in REVIEW_DAYS.items())
    parts = [
        _INTRO.format(intervals=intervals),
        "## Summary\n",
        _counts(coverage, "topic", [(_title(topic), _where(rules, "topic", topic)) for topic in topics]),
        _counts(coverage, "status", [(status, _where(rules, "status", status)) for status in _STATUSES]),
    ]
    for topic in topics:
        parts.append(f"## {_title(topic)}\n")
        parts.append(_table(("id", "platform", "statement", "status", "checked", "state", "enforced where, or why"), (
            _row(coverage, rule) for rule in sorted(_where(rules, "topic", topic), key=lambda rule: rule.id)
        )))  # fmt: skip
    parts.append("## Rejected advice\n")
    parts.append("Each piece is refused by the kinds of check named last (`rules/door/kinds.yml`).\n")
    parts.append(_table(("id", "advice", "why not", "instead", "breaks", "refused as"), (
        (entry.id, entry.advice, entry.why, entry.instead, ", ".join(entry.rules), ", ".join(entry.kinds))
        for entry in coverage.advice.values()
    )))  # fmt: skip
    return "\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="aftersales.rules_page", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the page is current")
    options = parser.parse_args(arguments)
    try:
        coverage = read_coverage(options.root)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    found = list(problems(coverage))
    for problem in found:
        print(problem, file=sys.stderr)
    path, text = options.root / PAGE, page(coverage)
    if options.check:
        current = path.exists() and path.read_text(encoding="utf-8") == text
        if not current:
            print(f"{PAGE.as_posix()}: (file): is stale. Run `make rules-page`", file=sys.stderr)
        return 0 if current and not found else 1
    path.write_text(text, encoding="utf-8")
    return 1 if found else 0


# --- details ---------------------------------------------------------------------------------------------------------


def _where(rules: Iterable[Rule], field: str, value: str) -> list[Rule]:
    return [rule for rule in rules if getattr(rule, field) == value]


def _title(topic: str) -> str:
    return _TITLES.get(topic, topic.replace("_", " ").capitalize())


def _counts(coverage: Coverage, what: str, groups: list[tuple[str, list[Rule]]]) -> str:
    everything = [rule for _, members in groups for rule in members]
    rows = [(name, *_numbers(coverage, members)) for name, members in groups if members]
    return _table((what, "rules", *_STATES), [*rows, ("**all**", *_numbers(coverage, everything))])


def _numbers(coverage: Coverage, rules: list[Rule]) -> tuple[str, ...]:
    states = [coverage.state(rule) for rule in rules]
    return (str(len(rules)), *(str(states.count(state)) for state in _STATES))


def _row(coverage: Coverage, rule: Rule) -> tuple[str, ...]:
    checked = rule.checked.isoformat() if rule.checked else "never"
    state = coverage.state(rule)
    return (rule.id, rule.platform, rule.statement, rule.status, checked, state, _why(coverage, rule))


def _why(coverage: Coverage, rule: Rule) -> str:
    """Where the rule is enforced; for one that is not, why; for what is rejected, what to do instead as well."""
    said = coverage.advice[rule.rejected].instead if rule.rejected in coverage.advice else rule.knowledge
    return "; ".join(part for part in (*_short(coverage.of(rule.id)), said) if part)


def _short(citations: Iterable[Citation]) -> list[str]:
    by_means: dict[str, list[str]] = {}
    for citation in citations:
        by_means.setdefault(citation.means, []).append(citation.place)
    return [f"{means}: {_first(places)}" for means, places in by_means.items()]


def _first(places: list[str]) -> str:
    more = len(places) - MOST_PLACES
    return ", ".join(places[:MOST_PLACES]) + (f" +{more}" if more > 0 else "")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
