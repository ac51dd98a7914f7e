"""What the door found in a text, as the person who wrote it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from aftersales.door import Verdict, Violation
from desk.ports import Door


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a text.

    ``kind`` is for programs, ``title``, ``why`` and ``instead`` are Chinese. ``level`` is ``warn`` or ``block``; ``rule``
    an id of the catalogue. ``start`` and ``end`` say where ``span`` stands, half open, in characters.
    """

    kind: str
    title: str
    level: str
    rule: str
    span: str
    start: int
    end: int
    why: str
    instead: str

    def wire(self) -> dict[str, object]:
        """Return it as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Review:
    """``level`` is ``pass``, ``warn`` or ``block``; the gravest findings come first."""

    level: str
    findings: tuple[Finding, ...]

    def of_level(self, level: str) -> tuple[Finding, ...]:
        """Return the findings of one level."""
        return tuple(one for one in self.findings if one.level == level)


def review(door: Door, verdict: Verdict) -> Review:
    """Return ``verdict`` in the words of ``door``."""
    return Review(verdict.level, tuple(_finding(door, one) for one in verdict.violations))


def titles(findings: Sequence[Finding]) -> str:
    """Return what was found in one phrase."""
    return "、".join(dict.fromkeys(one.title for one in findings))


def _finding(door: Door, one: Violation) -> Finding:
    title = door.title(one.kind)
    return Finding(one.kind, title, one.level, one.rule, one.span, one.start, one.end, one.why, one.instead)
