"""``python -m aftersales.door.evaluation [FILE …]``: the door measured on labelled replies it was not made from.

Prints how often it stops what must be stopped, how often it flags what is wrong at all, how many good replies it flags, the same
by kind, and the hardest errors. Files have the columns of :mod:`aftersales.door.examples`; default: ``tests/door/*.tsv``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aftersales.door.door import Door
from aftersales.door.examples import Example, read_examples
from aftersales.door.load import load_door
from aftersales.door.model import LEVELS, Level, Verdict
from aftersales.errors import AftersalesError
from aftersales.stores import Store, load_stores


@dataclass(frozen=True)
class Judged:
    """A labelled reply, what it deserves, and what the door said. A reply for any store is judged in the first one."""

    example: Example
    wanted: Level
    verdict: Verdict


@dataclass(frozen=True)
class Figures:
    """Counts over a set of replies, and the shares the door is measured by."""

    replies: int
    good: int
    good_flagged: int
    wrong: int
    wrong_flagged: int
    to_stop: int
    stopped: int
    rightly_stopped: int

    @property
    def block_precision(self) -> float:
        """Of what was stopped, the share that had to be."""
        return self.rightly_stopped / max(1, self.stopped)

    @property
    def block_recall(self) -> float:
        """Of what had to be stopped, the share that was."""
        return self.rightly_stopped / max(1, self.to_stop)

    @property
    def flagged_recall(self) -> float:
        """Of all that is wrong, the share that was at least warned of."""
        return self.wrong_flagged / max(1, self.wrong)

    @property
    def good_flagged_share(self) -> float:
        """Of the good replies, the share that was flagged."""
        return self.good_flagged / max(1, self.good)


def judge(door: Door, stores: Mapping[str, Store], examples: Sequence[Example]) -> Iterator[Judged]:
    """Each reply through the door."""
    anywhere = next(iter(stores))
    for one in examples:
        levels = (door.kinds[kind].level(one.speaker) for kind in one.kinds)
        wanted: Level = max(levels, key=LEVELS.index, default="pass")
        store = stores[anywhere if one.store == "*" else one.store]
        yield Judged(one, wanted, door.check(one.text, store, one.speaker))


def figures(judged: Sequence[Judged]) -> Figures:
    """The counts."""
    good = [one for one in judged if one.wanted == "pass"]
    wrong = [one for one in judged if one.wanted != "pass"]
    stopped = [one for one in judged if one.verdict.level == "block"]
    return Figures(
        replies=len(judged),
        good=len(good),
        good_flagged=sum(one.verdict.level != "pass" for one in good),
        wrong=len(wrong),
        wrong_flagged=sum(one.verdict.level != "pass" for one in wrong),
        to_stop=sum(one.wanted == "block" for one in judged),
        stopped=len(stopped),
        rightly_stopped=sum(one.wanted == "block" for one in stopped),
    )


def by_kind(judged: Sequence[Judged]) -> Iterator[tuple[str, int, float, float]]:
    """For each kind: how many replies have it, the share flagged at all, and the share given that very kind."""
    for kind, count in sorted(Counter(kind for one in judged for kind in one.example.kinds).items()):
        having = [one for one in judged if kind in one.example.kinds]
        flagged = sum(one.verdict.level != "pass" for one in having)
        named = sum(kind in {found.kind for found in one.verdict.violations} for one in having)
        yield kind, count, flagged / count, named / count


def errors(judged: Sequence[Judged]) -> list[Judged]:
    """What went wrong, the worst first: stopped though good, missed though it had to be stopped, then the rest."""

    def grade(one: Judged) -> int:
        return -abs(LEVELS.index(one.wanted) - LEVELS.index(one.verdict.level))

    return sorted((one for one in judged if one.wanted != one.verdict.level), key=grade)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="aftersales.door.evaluation", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--errors", type=int, default=10, help="how many errors to show; all are in the JSON")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    parser.add_argument("--without-reader", action="store_true", help="patterns and promises alone")
    options = parser.parse_args(arguments)
    try:
        door = load_door(Path("rules"), None) if options.without_reader else load_door(Path("rules"))
        stores = load_stores(Path("stores"), Path("rules"))
        files = options.files or sorted(Path("tests/door").glob("*.tsv"))
        every: list[Judged] = []
        for path in files:
            judged = list(judge(door, stores, read_examples(path, door.kinds)))
            print(f"{path}: {table(figures(judged))}")
            every += judged
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    print("\nkind                 lines  flagged  named")
    for kind, count, flagged, named in by_kind(every):
        print(f"{kind:20} {count:5}  {flagged:7.2f}  {named:5.2f}")
    wrong = errors(every)
    print(f"\n{len(wrong)} verdicts differ from the label; the hardest:")
    for one in wrong[: options.errors]:
        found = ", ".join(f"{found.kind}/{found.found_by}「{found.span}」" for found in one.verdict.violations)
        labels = ",".join(sorted(one.example.kinds)) or "good"
        print(f"  {one.wanted} → {one.verdict.level}  {one.example.text}  [{labels}]  {found}")
    if options.json:
        rows = [
            {**one.verdict.to_dict(), "text": one.example.text, "wanted": one.wanted, "kinds": sorted(one.example.kinds)}
            for one in every
        ]
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def table(found: Figures) -> str:
    """One line of figures."""
    return (
        f"{found.replies} replies; block precision {found.block_precision:.3f} ({found.rightly_stopped}/{found.stopped}), "
        f"recall {found.block_recall:.3f} ({found.rightly_stopped}/{found.to_stop}); flagged recall "
        f"{found.flagged_recall:.3f} ({found.wrong_flagged}/{found.wrong}); good flagged {found.good_flagged_share:.3f} "
        f"({found.good_flagged}/{found.good})"
    )


if __name__ == "__main__":
    sys.exit(main())
