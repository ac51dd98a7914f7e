"""``python -m bot.marks try FILE`` and ``accept FILE``: what confirmed marks would change, and taking them in.

``try`` trains the reading twice into a scratch folder, without and with the lines confirmed by ``y``, and measures both
on the held-out sets. ``accept`` writes the lines into ``data/``. docs/reading.md, "Marks become training data".
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.review import ReviewFile, ReviewLine, read_review, write_review
from bot.marks_data import NOT_CLASSIFIED, Places, add, confirmed, conflicts, held_out, read_examples, refuse

if TYPE_CHECKING:
    from bot.marks_fit import Cut, Fitted, Read

HOT = ("angry", "abusive")
#: Lines that changed, shown at most; the rest is counted.
MOST_CHANGED = 40
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Case:
    """A held-out line and what it should be read as; ``intent`` is empty where it is not labelled."""

    where: str
    text: str
    intent: str
    alternative: str
    emotion: str
    needs_human: bool


@dataclass(frozen=True)
class Figure:
    """One number before and after. ``fewer``: the smaller, the better."""

    name: str
    before: float
    after: float
    fewer: bool = False

    def line(self) -> str:
        """The row of the table."""
        change = self.after - self.before
        told = "" if abs(change) < 0.0005 else ("worse" if (change > 0) == self.fewer else "better")
        return f"  {self.name:<28}{self.before:>8.3f}{self.after:>9.3f}{change:>+9.3f}  {told}".rstrip()


def try_marks(path: Path, places: Places, cut: Cut, out: TextIO, progress: Callable[[str], None]) -> None:
    """Print what the confirmed lines of ``path`` change. Raises AftersalesError naming file, line, field and fix."""
    file = read_review(path)
    lines = _usable(file, places)
    if not lines:
        raise ConfigurationError(str(path), "confirm", "has no y, so there is nothing to try", "Write y in the lines to learn")
    problems = conflicts(file, places)
    cases = read_cases(places.held_out)
    reads = []
    for name, extra in (("before", []), ("after", lines)):
        begun = time.monotonic()
        fitted = fit(places, cut, extra)
        reads.append(([fitted.read(case.text) for case in cases], [fitted.read(line.text) for line in lines]))
        progress(f"{name}: trained and measured in {time.monotonic() - begun:.0f} s")
    (before, own_before), (after, own_after) = reads
    said = Counter(line.confirm or "open" for line in file.lines)
    print(f"{path}: {said['y']} lines to learn, {said['n']} not to learn, {said['open']} still open", file=out)
    print(f"\n  {'':<28}{'before':>8}{'after':>9}{'change':>9}", file=out)
    _print_figures("the confirmed lines themselves", own_figures(lines, own_before, own_after), out)
    for title, chosen in (
        ("intent sets", [number for number, case in enumerate(cases) if case.intent]),
        ("signal set", [number for number, case in enumerate(cases) if not case.intent]),
    ):
        part = [cases[number] for number in chosen]
        if part:
            told = figures(part, [before[number] for number in chosen], [after[number] for number in chosen])
            _print_figures(f"{title} ({len(part)} held-out lines)", told, out)
    _print_changes(cases, before, after, out)
    if problems:
        print("\nnot yet acceptable:", *problems, sep="\n  ", file=out)


def accept(path: Path, places: Places, today: str, out: TextIO) -> None:
    """Take the confirmed lines of ``path`` into the training data. Raises AftersalesError; then nothing was written."""
    file = read_review(path)
    if file.accepted:
        raise ConfigurationError(str(path), "the file", f"was accepted on {file.accepted}", "Export again for newer marks")
    still = [
        f"{path}:{number}: confirm: is empty. Write y or n"
        for number, line in zip(file.numbers, file.lines)
        if not line.confirm
    ]
    refuse(still)
    if not file.lines:
        raise ConfigurationError(str(path), "the file", "has no lines", "Export marks first: `make marks-export`")
    lines = _usable(file, places)
    refuse(conflicts(file, places))
    intents, signals = add(lines, places)
    write_review(path, file.lines, accepted=today)
    print(f"{path}: accepted, {len(lines)} of {len(file.lines)} lines confirmed", file=out)
    print(f"  {intents} new in {places.nlu}/reviewed.yml, {signals} new in {places.signals}/reviewed.tsv", file=out)
    print("  Now: `make eval` and `make test`, look at both, then commit the data.", file=out)


def fit(places: Places, cut: Cut, extra: Sequence[ReviewLine]) -> Fitted:
    """Train on the data with ``extra`` lines, in a folder that is gone afterwards."""
    from bot.marks_fit import Fitted

    examples = [(one.text, one.intent) for one in read_examples(places.nlu)]
    examples += [(line.text, line.intent) for line in extra if line.intent]
    with tempfile.TemporaryDirectory(prefix="marks-") as folder:
        signals = Path(folder, "lines")
        shutil.copytree(places.signals, signals)
        rows = [("text", "emotion", "risk")]
        rows += [(line.text, line.emotion, ",".join(sorted(line.risks))) for line in extra if line.emotion]
        (signals / "tried.tsv").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        return Fitted(places.config, cut, examples, signals, places.messages, Path(folder, "model"))


def read_cases(folder: Path) -> list[Case]:
    """The held-out lines."""
    return [
        Case(
            where, row["text"], row.get("intent") or "", row.get("alt") or "", row["emotion"], row["needs_human"] == "yes"
        )
        for where, row in held_out(folder)
    ]


def figures(cases: Sequence[Case], before: Sequence[Read], after: Sequence[Read]) -> list[Figure]:
    """The numbers of a set on both sides."""
    one, two = _numbers(cases, before), _numbers(cases, after)
    return [Figure(name, one[name], two[name], fewer=name in ("asked back", "false alarms")) for name in one]


def own_figures(lines: Sequence[ReviewLine], before: Sequence[Read], after: Sequence[Read]) -> list[Figure]:
    """How many of the confirmed lines are read as confirmed, on both sides."""

    def share(reads: Sequence[Read], right: Callable[[ReviewLine, Read], bool], part: Callable[[ReviewLine], str]) -> float:
        pairs = [(line, read) for line, read in zip(lines, reads) if part(line)]
        return sum(right(line, read) for line, read in pairs) / max(1, len(pairs))

    told = []
    if any(line.intent for line in lines):
        parts = [share(reads, lambda line, read: read.intent == line.intent, lambda line: line.intent) for reads in (before, after)]
        told.append(Figure("intent as confirmed", *parts))
    if any(line.emotion for line in lines):
        parts = [
            share(reads, lambda line, read: (read.emotion, read.risk) == (line.emotion, line.risks), lambda line: line.emotion)
            for reads in (before, after)
        ]
        told.append(Figure("emotion and risk", *parts))
    return told


def _numbers(cases: Sequence[Case], reads: Sequence[Read]) -> dict[str, float]:
    pairs = list(zip(cases, reads))
    numbers: dict[str, float] = {}
    if any(case.intent for case in cases):
        numbers["intent, strict"] = _share(read.intent == case.intent for case, read in pairs)
        numbers["intent, lenient"] = _share(read.intent in (case.intent, case.alternative) for case, read in pairs)
        numbers["intent, macro F1"] = macro_f1([case.intent for case in cases], [read.intent for read in reads])
        numbers["asked back"] = _share(read.below_line for read in reads)
    needs = scores([case.needs_human for case in cases], [read.needs_human for read in reads])
    hot = scores([case.emotion in HOT for case in cases], [read.emotion in HOT for read in reads])
    for name, value in zip(("precision", "recall", "F1"), needs):
        numbers[f"needs a person, {name}"] = value
    numbers["false alarms"] = _share(read.needs_human for case, read in pairs if not case.needs_human)
    numbers["angry or abusive, F1"] = hot[2]
    return numbers


def scores(wanted: Sequence[bool], found: Sequence[bool]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hits = sum(a and b for a, b in zip(wanted, found))
    precision, recall = hits / max(1, sum(found)), hits / max(1, sum(wanted))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def macro_f1(wanted: Sequence[str], found: Sequence[str]) -> float:
    """The mean F1 of the labels in ``wanted``."""
    labels, guesses = Counter(wanted), Counter(found)
    hits = Counter(a for a, b in zip(wanted, found) if a == b)
    return sum(2 * hits[name] / (count + guesses[name]) for name, count in labels.items()) / max(1, len(labels))


def _share(values: Iterable[bool]) -> float:
    kept = list(values)
    return sum(kept) / max(1, len(kept))


def _usable(file: ReviewFile, places: Places) -> list[ReviewLine]:
    return confirmed(file, {one.intent for one in read_examples(places.nlu)} - NOT_CLASSIFIED)


def _print_figures(title: str, told: Sequence[Figure], out: TextIO) -> None:
    print(title, *(figure.line() for figure in told), sep="\n", file=out)


def _print_changes(cases: Sequence[Case], before: Sequence[Read], after: Sequence[Read], out: TextIO) -> None:
    changed = []
    for case, old, new in zip(cases, before, after):
        was, now = _right(case, old), _right(case, new)
        if (old.intent, old.emotion, old.needs_human) != (new.intent, new.emotion, new.needs_human):
            told = "better" if now > was else "worse" if now < was else "other"
            changed.append((told, case, _told(old), _told(new)))
    count = Counter(told for told, *_ in changed)
    print(f"held-out lines read in another way: {len(changed)}, of them {count['better']} better, {count['worse']} worse", file=out)
    # What became worse is what the reviewer must see.
    order = {"worse": 0, "better": 1, "other": 2}
    for told, case, old_words, new_words in sorted(changed, key=lambda one: order[one[0]])[:MOST_CHANGED]:
        print(f"  {told:<7}{case.where}  {case.text}\n         {old_words} → {new_words}", file=out)
    if len(changed) > MOST_CHANGED:
        print(f"  … and {len(changed) - MOST_CHANGED} more", file=out)


def _right(case: Case, read: Read) -> tuple[bool, bool, bool]:
    """Right in the order of what it costs to be wrong: a person, the answer, the mood."""
    intent = not case.intent or read.intent in (case.intent, case.alternative)
    return read.needs_human == case.needs_human, intent, read.emotion == case.emotion


def _told(read: Read) -> str:
    return f"{read.intent}, {read.emotion}{', to a person' if read.needs_human else ''}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Answers 1, with the reasons on stderr, when the file cannot be tried or accepted."""
    parser = argparse.ArgumentParser(prog="python -m bot.marks", description=__doc__)
    parser.add_argument("step", choices=("try", "accept"))
    parser.add_argument("file", type=Path, help="a review file, made by `make marks-export`")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.step == "accept":
            accept(chosen.file, Places(), f"{datetime.now(CHINA):%Y-%m-%d}", sys.stdout)
        else:
            # A wrong file is told before the slow imports.
            _usable(read_review(chosen.file), Places())
            try_marks(chosen.file, Places(), _spacy_cut(), sys.stdout, lambda text: print(text, file=sys.stderr, flush=True))
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _spacy_cut() -> Cut:
    """The cut of the pipeline, from the folder that the model's training uses."""
    from bot.loading import quiet

    quiet()
    import spacy

    from bot.language import FOLDER, build
    from bot.marks_fit import Remembered

    build()
    return Remembered(spacy.load(FOLDER))


if __name__ == "__main__":
    raise SystemExit(main())
