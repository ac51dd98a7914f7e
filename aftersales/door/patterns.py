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
        # Looked for sentence by sentence, the words of an expression cannot come from two; few are about a whole reply.
        self._of_replies, self._of_sentences = (
            Index(
                (
                    (place, source)
                    for place, (pattern, source) in enumerate(self.alternatives)
                    if (pattern.entry.scope == "reply") == whole
                ),
                ordinary,
            )
            for whole in (True, False)
        )
        self._compiled: dict[int, re.Pattern[str]] = {}

    def check(self) -> None:
        """Compile everything. Raises :class:`ConfigurationError` naming the pattern for one that is no expression."""
        for pattern, source in self.alternatives:
            _compiled(source, "rules/door/patterns", f"{pattern.entry.id}.says")

    @property
    def always_tried(self) -> tuple[str, ...]:
        """The ids of patterns with an alternative that has no cue, and so costs time on every text."""
        always = sorted({*self._of_replies.always, *self._of_sentences.always})
        return tuple(dict.fromkeys(self.alternatives[place][0].entry.id for place in always))

    def candidates(self, text: str) -> list[int]:
        """The places in :attr:`alternatives` that are worth trying on a normalised text of one sentence."""
        return sorted([*self._of_replies.candidates(text), *self._of_sentences.candidates(text)])

    def find(self, reply: Reply, speaker: Speaker, platform: PlatformId) -> Iterator[Found]:
        """Each pattern that holds, by its first alternative that does, at the first place that is said in earnest."""
        first: dict[Pattern, tuple[int, Span]] = {}
        whole = Span(0, len(reply.text))
        for index, scopes in ((self._of_replies, (whole,)), (self._of_sentences, reply.sentences)):
            for scope in scopes:
                for place in index.candidates(reply.text[scope.start : scope.end]):
                    pattern = self.alternatives[place][0]
                    entry = pattern.entry
                    if entry.speaker and entry.speaker != speaker or entry.platforms and platform not in entry.platforms:
                        continue
                    known = first.get(pattern)
                    if known is not None and known[0] <= place:
                        continue
                    found = _first(pattern, self._expression(place), reply, scope)
                    if found is not None:
                        first[pattern] = place, found
        for pattern, (_, span) in sorted(first.items(), key=lambda one: one[1][0]):
            yield Found(pattern, span.start, span.end)

    def _expression(self, place: int) -> re.Pattern[str]:
        expression = self._compiled.get(place)
        if expression is None:
            expression = self._compiled[place] = re.compile(self.alternatives[place][1])
        return expression


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


def _first(pattern: Pattern, expression: re.Pattern[str], reply: Reply, scope: Span) -> Span | None:
    for match in expression.finditer(reply.text, scope.start, scope.end):
        place = Span(*match.span())
        if _in_earnest(pattern, reply, scope, place):
            return place
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
