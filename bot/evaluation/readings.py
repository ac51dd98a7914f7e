"""Each held-out line as the loaded model reads it, and how near it came to calling a person."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

from aftersales.reading.model import Signals
from aftersales.reading.signals import needs_person, read_signals
from bot.evaluation.sets import EVERYDAY, HARD, Item
from bot.graph_runner import OrderedGraphRunner
from bot.loading import Reader
from bot.nlu import signals as component
from bot.parse import reading_of

#: Seconds between two progress lines.
EVERY = 5.0
#: The lines are tried up to this multiple of where they are; from about 1.8 on nothing reaches them.
FARTHEST = 2.0
#: Halvings of the search for a grade: it is exact to ``FARTHEST`` / 2 ** STEPS.
STEPS = 8
HOT = ("angry", "abusive")


@dataclass(frozen=True)
class Line:
    """A held-out line and what it was read as.

    grade: the strictest multiple of the decision lines at which the line still calls a person, 0 to ``FARTHEST``; 1 is
    where the bot has them. None where it was not asked for.
    """

    item: Item
    intent: str
    confidence: float
    below_line: bool
    emotion: str
    risk: frozenset[str]
    needs_human: bool
    grade: float | None

    @property
    def strict(self) -> bool:
        """Whether the intent is the labelled one."""
        return self.intent == self.item.intent

    @property
    def lenient(self) -> bool:
        """Whether the intent is the labelled or the accepted second one."""
        return self.intent in (self.item.intent, self.item.alternative)


class QuickReader(Reader):
    """Reads as the running bot does, which plans the graph's order once."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = OrderedGraphRunner.taking_over(self._runner)


@dataclass(frozen=True)
class _Heard:
    """What the model handed to the weighing of mood and risk."""

    given: Mapping[str, Any]


def read_all(reader: Reader, sets: Mapping[str, Sequence[Item]], progress: TextIO = sys.stderr) -> dict[str, list[Line]]:
    """Read every line of every set, telling how far it is."""
    total, done, began = sum(map(len, sets.values())), 0, time.monotonic()
    last, found = began, {}
    for name, items in sets.items():
        lines = found[name] = []
        for line in read_items(reader, items, graded=name in (*EVERYDAY, *HARD)):
            lines.append(line)
            done += 1
            now = time.monotonic()
            if now - last >= EVERY:
                last = now
                print(f"  {done} of {total} lines, {done / (now - began):.0f} a second", file=progress, flush=True)
    print(f"  {done} lines in {time.monotonic() - began:.0f} s", file=progress, flush=True)
    return found


def read_items(reader: Reader, items: Iterable[Item], *, graded: bool) -> Iterator[Line]:
    """Read some lines; ``graded``: also how near they came, which takes longer."""
    for item in items:
        with listening() as heard:
            reading = reading_of(reader, item.text)
        grade = grade_of(reading, heard[-1]) if graded else None
        yield Line(
            item, reading["intent"], reading["confidence"], reading["below_line"], reading["emotion"],
            frozenset(reading["risk"]), reading["needs_human"], grade,
        )  # fmt: skip


@contextmanager
def listening() -> Iterator[list[_Heard]]:
    """Notes what the loaded model hands to ``read_signals``: its probabilities are not in the reading."""
    heard: list[_Heard] = []

    def noted(text: str, **given: Any) -> Signals:
        heard.append(_Heard(given))
        return read_signals(text, **given)

    component.read_signals = noted
    try:
        yield heard
    finally:
        component.read_signals = read_signals


def grade_of(reading: Mapping[str, Any], heard: _Heard) -> float:
    """The strictest multiple of the decision lines at which the message still calls a person."""
    low, high = 0.0, FARTHEST
    for _ in range(STEPS):
        middle = (low + high) / 2
        if needs_person(read_signals(reading["text"], **heard.given, lines=middle)):
            low = middle
        else:
            high = middle
    if high == FARTHEST or (low < 1 and reading["needs_human"]):
        # Words of a dispute or of privacy, and what the conversation's score decides, know no line.
        return FARTHEST
    return low
