"""``python -m aftersales.rules_due [--today YYYY-MM-DD]``: the rules that are to be looked at again, the longest due first.

A rule's review interval follows from how fast it changes (``volatility``) and counts from ``checked``. Exits 0 when
nothing is due, 1 when a rule is past its interval or was never checked, 2 for a bad file or date.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aftersales.coverage import Coverage, read_coverage
from aftersales.errors import AftersalesError
from aftersales.rules import Rule

NO_SOURCE = "(no source on file: find the current text)"


@dataclass(frozen=True)
class Due:
    """A rule past its review interval, and by how many days."""

    rule: Rule
    days_over: int


def overdue(rules: Iterable[Rule], today: datetime.date) -> list[Due]:
    """The rules whose interval has ended before ``today``, the longest due first. The last day itself is still in time."""
    found = [Due(rule, (today - rule.due).days) for rule in rules if rule.due is not None and rule.due < today]
    return sorted(found, key=lambda due: (-due.days_over, due.rule.id))


def never_checked(rules: Iterable[Rule]) -> list[Rule]:
    """The rules without a date on which their text was read, by id."""
    return sorted((rule for rule in rules if rule.checked is None), key=lambda rule: rule.id)


def report(coverage: Coverage, today: datetime.date) -> str:
    """What is due on ``today``, as text for a terminal."""
    rules = coverage.rules.values()
    due, never = overdue(rules, today), never_checked(rules)
    lines = [f"{len(due)} of {len(rules)} rules are past their review interval on {today}; {len(never)} never checked"]
    if due:
        lines += ["", f"{'days over':>9}  {'rule':6}  {'checked':10}  {'changes':7}  {'state':14}  source"]
        lines += [
            f"{entry.days_over:>9}  {entry.rule.id:6}  {entry.rule.checked}  {entry.rule.volatility:7}  "
            f"{coverage.state(entry.rule):14}  {_source(entry.rule)}"
            for entry in due
        ]
    if never:
        lines += ["", f"never checked\n{'rule':6}  {'changes':7}  {'state':14}  source"]
        lines += [f"{rule.id:6}  {rule.volatility:7}  {coverage.state(rule):14}  {_source(rule)}" for rule in never]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="aftersales.rules_due", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    parser.add_argument("--today", type=_day, default=None, help="the day to judge by, as 2026-12-31; default: today")
    options = parser.parse_args(arguments)
    today = options.today or datetime.date.today()
    try:
        coverage = read_coverage(options.root)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    print(report(coverage, today))
    rules = coverage.rules.values()
    return 1 if overdue(rules, today) or never_checked(rules) else 0


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2026-12-31") from error


def _source(rule: Rule) -> str:
    return "；".join(rule.source) or NO_SOURCE


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
