"""The training data that marks become: what is there already, and how confirmed lines join it.

Nothing here needs Rasa: examples are read line by line, so that a problem can be told with its file and line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.reading.model import RISKS
from aftersales.reading.normalise import features_text
from aftersales.review import ReviewFile, ReviewLine, check_labels, replace_text

#: The intent that the signal reader sets; its examples only make Rasa's validation know it.
NOT_CLASSIFIED = frozenset({"handoff"})
REVIEWED_NLU, REVIEWED_SIGNALS = "reviewed.yml", "reviewed.tsv"
#: Problems shown at once; more are counted.
MOST_SHOWN = 20
_INTENT = re.compile(r"^\s*- intent:\s*(\S+)\s*$")
_MARKS = re.compile(r"[\W_]+")
_EXAMPLE = re.compile(r"^\s+-\s+(.*\S)\s*$")


class Refused(AftersalesError):
    """A review file that cannot be accepted; the message has a line a problem."""


@dataclass(frozen=True)
class Places:
    """Where data and held-out sets are, relative to the project folder."""

    nlu: Path = Path("data/nlu")
    signals: Path = Path("data/signals")
    held_out: Path = Path("tests/reading")
    config: Path = Path("config.yml")
    messages: Path = Path("data/messages")


@dataclass(frozen=True)
class Example:
    """A training line of the intents; ``where`` is its file and line."""

    text: str
    intent: str
    where: str


@dataclass(frozen=True)
class SignalExample:
    """A training line of emotion and risk; ``where`` is its file and line."""

    text: str
    emotion: str
    risk: frozenset[str]
    where: str


def same_line(text: str) -> str:
    """What makes two lines the same: what the classifiers see, marks and spaces apart. A row of marks is itself."""
    seen = features_text(text)
    return _MARKS.sub("", seen) or seen


def read_examples(folder: Path) -> list[Example]:
    """The examples of every ``*.yml`` in ``folder``, in order."""
    examples: list[Example] = []
    for path in sorted(folder.glob("*.yml")):
        intent = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if named := _INTENT.match(line):
                intent = named[1]
            elif intent and (example := _EXAMPLE.match(line)):
                examples.append(Example(example[1], intent, f"{path}:{number}"))
    return examples


def read_signals_data(folder: Path) -> list[SignalExample]:
    """The lines of every ``*.tsv`` in ``folder``, in order."""
    return [
        SignalExample(row["text"], row["emotion"], frozenset(p for p in (row["risk"] or "").split(",") if p), where)
        for where, row in _rows(sorted(folder.glob("*.tsv")))
    ]


def taught_lines(places: Places) -> list[Example]:
    """Every line that teaches an intent: the examples and the labelled messages."""
    messages = [Example(row["text"], row["intent"], where) for where, row in _rows(sorted(places.messages.glob("*.tsv")))]
    return [one for one in read_examples(places.nlu) if one.intent not in NOT_CLASSIFIED] + messages


def felt_lines(places: Places) -> list[SignalExample]:
    """Every line that teaches emotion and risk: the signals and the labelled messages."""
    return read_signals_data(places.signals) + read_signals_data(places.messages)


def held_out(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where a held-out line stands (file and line), and its columns."""
    return _rows(sorted(folder.glob("heldout_*.tsv")))


def _rows(paths: Iterable[Path]) -> Iterator[tuple[str, dict[str, str]]]:
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                yield f"{path}:{number}", row


def confirmed(file: ReviewFile, intents: Iterable[str]) -> list[ReviewLine]:
    """The lines with ``y``, checked. Raises :class:`Refused` with every wrong label of the file."""
    known = set(intents)
    problems: list[str] = []
    for number, line in zip(file.numbers, file.lines):
        try:
            check_labels(f"{file.path}:{number}", line, known)
        except ConfigurationError as error:
            problems.append(str(error))
    refuse(problems)
    return [line for line in file.lines if line.confirm == "y"]


def refuse(problems: Sequence[str]) -> None:
    """Raise :class:`Refused` with ``problems``, if there are any."""
    if problems:
        more = [f"… and {len(problems) - MOST_SHOWN} more"] if len(problems) > MOST_SHOWN else []
        raise Refused("\n".join([*problems[:MOST_SHOWN], *more]))


def conflicts(file: ReviewFile, places: Places) -> list[str]:
    """Why lines with ``y`` may not become training data, one sentence a problem, with file, line, field and fix.

    A number, a mark or a spelling that is folded away makes no other line (:func:`same_line`).
    """
    measured = {same_line(row["text"]): where for where, row in held_out(places.held_out)}
    taught = {same_line(one.text): one for one in taught_lines(places)}
    felt = {same_line(one.text): one for one in felt_lines(places)}
    within: dict[str, tuple[int, ReviewLine]] = {}
    problems: list[str] = []
    for number, line in zip(file.numbers, file.lines):
        if line.confirm != "y":
            continue
        key, where = same_line(line.text), f"{file.path}:{number}"
        drop = "Write n in confirm, or put one of the two right"
        if key in measured:
            problems.append(f"{where}: text: equals the held-out line {measured[key]}, which is for measuring only. Write n in confirm")
        if not key:
            problems.append(f"{where}: text: has nothing that can be learnt. Write n in confirm")
        known, mood = taught.get(key), felt.get(key)
        if known is not None and line.intent and line.intent != known.intent:
            problems.append(f"{where}: intent: {line.intent} contradicts {known.where}, which says {known.intent}. {drop}")
        if mood is not None and line.emotion and (line.emotion, line.risks) != (mood.emotion, mood.risk):
            said = f"{mood.emotion} {_joined(mood.risk)}".strip()
            problems.append(f"{where}: emotion, risk: contradict {mood.where}, which says {said}. {drop}")
        other = within.setdefault(key, (number, line))
        if (line.intent, line.emotion, line.risks) != (other[1].intent, other[1].emotion, other[1].risks):
            problems.append(f"{where}: intent, emotion, risk: contradict line {other[0]}, which has the same text. {drop}")
    return problems


def add(lines: Sequence[ReviewLine], places: Places) -> tuple[int, int]:
    """Append what is new in ``lines`` to the reviewed data. Return how many lines joined the intents and the signals.

    A line that stands there already is passed over, so an acceptance that was cut short can be repeated.
    """
    taught = {same_line(one.text) for one in taught_lines(places)}
    felt = {same_line(one.text) for one in felt_lines(places)}
    examples: dict[str, tuple[str, str]] = {}
    signals: dict[str, tuple[str, str, str]] = {}
    for line in lines:
        key, text = same_line(line.text), line.text.replace("[", "【").replace("]", "】")
        if line.intent and key not in taught:
            examples.setdefault(key, (line.intent, text))
        if line.emotion and key not in felt:
            signals.setdefault(key, (text, line.emotion, _joined(line.risks)))
    if examples:
        _append_examples(places.nlu / REVIEWED_NLU, list(examples.values()))
    if signals:
        path = places.signals / REVIEWED_SIGNALS
        head = path.read_text(encoding="utf-8") if path.exists() else "text\temotion\trisk\n"
        replace_text(path, head + "".join("\t".join(row) + "\n" for row in signals.values()))
    return len(examples), len(signals)


def _append_examples(path: Path, fresh: Sequence[tuple[str, str]]) -> None:
    by_intent: dict[str, list[str]] = {}
    if path.exists():
        for one in read_examples(path.parent):
            if one.where.startswith(f"{path}:"):
                by_intent.setdefault(one.intent, []).append(one.text)
    for intent, text in fresh:
        by_intent.setdefault(intent, []).append(text)
    parts = ['version: "3.1"\n', "# Written by `make marks-accept`: lines that agents marked and a person confirmed.\nnlu:"]
    for intent in sorted(by_intent):
        parts += [f"- intent: {intent}\n  examples: |", *(f"    - {text}" for text in by_intent[intent])]
    replace_text(path, "\n".join(parts) + "\n")


def _joined(labels: frozenset[str]) -> str:
    return ",".join(label for label in RISKS if label in labels)
