"""A checked file of replies: what the reports in HTML and as a table show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersales.door.door import LONGEST, Door
from aftersales.door.model import LEVELS, Kind, Level, Speaker, Verdict, Violation
from aftersales.door.replies_file import Replies, Row, Sheet
from aftersales.rules import Rule
from aftersales.stores.model import Store

#: What a support lead reads instead of block, warn and pass.
CONCLUSIONS: Mapping[str, str] = {"block": "不能发", "warn": "建议改", "pass": "可以发"}
SPEAKER_NAMES: Mapping[str, str] = {"agent": "人工客服", "bot": "机器人"}
WORST_FIRST: tuple[Level, ...] = tuple(reversed(LEVELS))


@dataclass(frozen=True)
class Checked:
    """One reply with what the door says of it."""

    sheet: Sheet
    row: Row
    verdict: Verdict

    @property
    def cut(self) -> bool:
        """Whether only the beginning was read."""
        return len(self.row.reply) > LONGEST


@dataclass(frozen=True)
class Piece:
    """A part of a reply: the worst level on it (``pass``: nothing is wrong) and the violations (from 1) that end with it."""

    text: str
    level: Level
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole file, checked for one store and one speaker at a moment."""

    name: str
    store: Store
    speaker: Speaker
    at: datetime
    kinds: Mapping[str, Kind]
    rules: Mapping[str, Rule]
    sheets: tuple[Sheet, ...]
    checked: tuple[Checked, ...]

    def count(self, level: Level) -> int:
        """How many replies got this verdict."""
        return sum(1 for one in self.checked if one.verdict.level == level)

    def of(self, level: Level) -> tuple[Checked, ...]:
        """The replies with this verdict, in the file's order."""
        return tuple(one for one in self.checked if one.verdict.level == level)

    def by_kind(self) -> list[tuple[Kind, Level, int]]:
        """Each kind that was found, how grave it is for this speaker, and in how many replies; the gravest and most frequent first."""
        counts = Counter(violation.kind for one in self.checked for violation in one.verdict.violations)
        found = [(self.kinds[kind], self.kinds[kind].level(self.speaker), count) for kind, count in counts.items()]
        return sorted(found, key=lambda one: (-LEVELS.index(one[1]), -one[2], one[0].name))


def check_replies(
    replies: Replies,
    door: Door,
    rules: Mapping[str, Rule],
    store: Store,
    speaker: Speaker,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check each reply of ``replies``; ``progress`` is told how many of how many are done, after each."""
    total = len(replies)
    # The same greeting stands in many groups; it is judged once.
    known: dict[str, Verdict] = {}
    checked = []
    for sheet in replies.sheets:
        for row in sheet.rows:
            if not row.reply:
                continue
            if row.reply not in known:
                known[row.reply] = door.check(row.reply, store, speaker)
            checked.append(Checked(sheet, row, known[row.reply]))
            progress(len(checked), total)
    return Report(replies.name, store, speaker, at, door.kinds, rules, replies.sheets, tuple(checked))


def pieces(text: str, violations: Sequence[Violation]) -> Iterator[Piece]:
    """``text`` cut where a violation begins or ends; joined, the pieces are the text."""
    spans = [_trimmed(text, violation.start, violation.end) for violation in violations]
    borders = sorted({0, len(text)}.union(*spans))
    for start, end in zip(borders, borders[1:]):
        over = [violation.level for violation, span in zip(violations, spans) if span[0] <= start and end <= span[1]]
        level: Level = max(over, key=LEVELS.index, default="pass")
        yield Piece(text[start:end], level, tuple(number for number, span in enumerate(spans, 1) if span[1] == end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends, inside of the text."""
    start, end = max(0, start), min(len(text), end)
    marked = text[start:end]
    if not marked.strip():
        return start, max(start, end)
    return start + len(marked) - len(marked.lstrip()), end - len(marked) + len(marked.rstrip())
