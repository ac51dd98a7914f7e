"""Patterns of what must not be said: ``rules/door/patterns/*.yml``, one file a family of kinds.

    patterns:
      - id: review-for-benefit
        kind: review_bribe
        says: ['{review}.{0,10}{benefit}']    # any of these, within one sentence
        unless: ['不参加']                     # … and none of these in the same sentence

Optional: ``scope`` (``clause``, ``sentence``, ``reply``), ``speaker``, ``platforms``, ``quoted`` and ``warned`` (true: it counts
also in the buyer's words quoted back, or behind a warning), ``rule`` and ``instead`` in place of the kind's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aftersales.door.cues import Index, branches
from aftersales.door.model import Kind, Speaker
from aftersales.door.slots import Slots
from aftersales.door.text import Reply, Span
from aftersales.errors import ConfigurationError
from aftersales.stores import strict
from aftersales.stores.model import PlatformId

#: Kinds of which the shop may say that it does not do them: 好评不返现, 不需要给我账号.
DENIABLE = frozenset(
    "offsite_contact offsite_payment review_bribe review_pressure personal_data steer_receipt surcharge superlative".split()
)
_DENIAL = re.compile(r"(?:不用|不需要|不要|不必|无需|不会|没有|不涉及|不参与|不存在|并非|不是|从不|绝不|别|勿|不)[^,。!?;\n]{0,3}$")
_DENIED_INSIDE = re.compile(r"好评不(?:返|送)|不(?:返现|返利|送礼|送券|涉及|参与返|要求|强求|需要您)")


@dataclass(frozen=True)
class _Entry:
    """A pattern as it stands in the file."""

    id: str
    kind: str
    says: tuple[str, ...]
    unless: tuple[str, ...] = ()
    scope: Literal["clause", "sentence", "reply"] = "sentence"
    speaker: Literal["", "bot", "agent"] = ""
    platforms: tuple[PlatformId, ...] = ()
    quoted: bool = False
    warned: bool = False
    rule: str = ""
    instead: str = ""


@dataclass(frozen=True, eq=False)
class Pattern:
    """A pattern ready to be tried. ``says``: its expressions, cut into their alternatives."""

    entry: _Entry
    says: tuple[str, ...]
    unless: tuple[re.Pattern[str], ...]

    @property
    def kind(self) -> str:
        """The kind of violation it finds."""
        return self.entry.kind


@dataclass(frozen=True)
class Found:
    """A pattern at ``start:end`` of the normalised text."""

    pattern: Pattern
    start: int
    end: int


class Patterns:
    """All patterns, with an index of what each must see; safe to share.

    There are thousands of alternatives and few are ever tried, so each is compiled when it is first wanted; the tests
    compile them all by :meth:`check`.
    """

    def __init__(self, patterns: Sequence[Pattern], ordinary: Sequence[str] = ()):
        self.all = tuple(patterns)
        self.alternatives = [(pattern, source) for pattern in self.all for source in pattern.says]
        self._index = Index(((place, source) for place, (_, source) in enumerate(self.alternatives)), ordinary)
        self._compiled: dict[int, re.Pattern[str]] = {}

    def check(self) -> None:
        """Compile everything. Raises :class:`ConfigurationError` naming the pattern for one that is no expression."""
        for pattern, source in self.alternatives:
            _compiled(source, "rules/door/patterns", f"{pattern.entry.id}.says")

    @property
    def always_tried(self) -> tuple[str, ...]:
        """The ids of patterns with an alternative that has no cue, and so costs time on every text."""
        return tuple(dict.fromkeys(self.alternatives[place][0].entry.id for place in sorted(self._index.always)))

    def candidates(self, text: str) -> list[int]:
        """The places in :attr:`alternatives` that are worth trying on a normalised text."""
        return self._index.candidates(text)

    def find(self, reply: Reply, speaker: Speaker, platform: PlatformId) -> Iterator[Found]:
        """Each pattern that holds, at its first place that is said in earnest."""
        done: set[Pattern] = set()
        for place in sorted(self._index.candidates(reply.text)):
            pattern, source = self.alternatives[place]
            entry = pattern.entry
            if pattern in done or entry.speaker and entry.speaker != speaker:
                continue
            if entry.platforms and platform not in entry.platforms:
                continue
            expression = self._compiled.get(place)
            if expression is None:
                expression = self._compiled[place] = re.compile(source)
            found = _first(pattern, expression, reply)
            if found is not None:
                done.add(pattern)
                yield Found(pattern, found.start, found.end)


def load_patterns(
    directory: Path, slots: Slots, kinds: Mapping[str, Kind], ordinary: Sequence[str] = ()
) -> Patterns:
    """All patterns of a folder; ``ordinary``: good replies in normalised spelling, for the index.

    Raises :class:`ConfigurationError` naming file, pattern and fix.
    """
    patterns: dict[str, Pattern] = {}
    for path in sorted(directory.glob("*.yml")):
        where = strict.shown(path)
        for index, raw in enumerate(strict.read_list(path, where, "patterns")):
            entry = strict.build(_Entry, raw, where, f"patterns[{index}]")
            if entry.kind not in kinds:
                raise ConfigurationError(where, f"{entry.id}.kind", f"{entry.kind!r} is no kind", "See kinds.yml")
            if entry.id in patterns:
                raise ConfigurationError(where, entry.id, "stands twice", "Give each pattern its own id")
            says = tuple(
                part for one in entry.says for part in branches(slots.filled(one, where, f"{entry.id}.says"))
            )
            field = f"{entry.id}.unless"
            unless = tuple(_compiled(slots.filled(one, where, field), where, field) for one in entry.unless)
            patterns[entry.id] = Pattern(entry, says, unless)
    return Patterns(tuple(patterns.values()), ordinary)


def _compiled(source: str, where: str, field: str) -> re.Pattern[str]:
    try:
        return re.compile(source)
    except re.error as error:
        raise ConfigurationError(where, field, f"is no expression: {error}", "Mend the brackets") from error


def _first(pattern: Pattern, expression: re.Pattern[str], reply: Reply) -> Span | None:
    whole = (Span(0, len(reply.text)),)
    scopes = whole if pattern.entry.scope == "reply" else reply.sentences
    if len(scopes) > 1 and "$" not in expression.pattern and not expression.search(reply.text):
        # One look at the whole text spares one at each sentence, unless the end of a sentence is asked for.
        return None
    for scope in scopes:
        for match in expression.finditer(reply.text, scope.start, scope.end):
            if _in_earnest(pattern, reply, scope, Span(*match.span())):
                return Span(*match.span())
    return None


def _is_denied(reply: Reply, place: Span) -> bool:
    """Whether the words right before the place, or within it, say that it is not so."""
    clause = reply.clause_at(place.start)
    before = reply.text[clause.start : place.start]
    return bool(_DENIAL.search(before) or _DENIED_INSIDE.search(reply.text, place.start, place.end))


def _in_earnest(pattern: Pattern, reply: Reply, scope: Span, place: Span) -> bool:
    entry = pattern.entry
    if place.start == place.end:
        return False
    if entry.scope == "clause":
        clause = reply.clause_at(place.start)
        if place.end > clause.end:
            return False
        scope = clause
    if not entry.quoted and reply.is_quoted(place.start, place.end):
        return False
    if not entry.warned and reply.is_warned_of(place.start, place.end):
        return False
    if entry.kind in DENIABLE and _is_denied(reply, place):
        return False
    return not any(one.search(reply.text, scope.start, scope.end) for one in pattern.unless)
