"""Which answers that buyers were given before does a change of terms make wrong?

The transcript keeps what was said, not from which response it came. So a text is read back: it is held against the answers
as the old terms word them, with gaps for what the order filled in. What it would have to say under the new terms is worded
with the same order, and with the terms by which that order is judged then: an order placed before the change keeps its
promises, and its answers stay right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aftersales.answers.render import PLACEHOLDER, Values, Variation
from aftersales.answers.responses import Responses
from aftersales.decisions.order_terms import merged
from aftersales.policy.changes import Weight, answer_changes, field_changes, touched, weigh
from aftersales.policy.wordings import Situation, Wording, counted_from, gap, wordings
from aftersales.stores.fields import field_value
from aftersales.stores.model import Store
from aftersales.stores.versions import StoreVersions, begins

#: ``order``: about an order whose day is known. ``general``: about the terms as such; wrong for orders from the change on.
Standing = Literal["order", "general"]
#: A text without this many characters of its own could be anything.
_TELLING = 8


@dataclass(frozen=True)
class PastAnswer:
    """One message of the bot. ``placed_at``: when the order it speaks of was placed, if that is known; aware times."""

    conversation: str
    seq: int
    at: datetime
    text: str
    placed_at: datetime | None = None
    #: The response it came from, where that is known.
    response: str = ""


@dataclass(frozen=True)
class Wronged:
    """An answer that does not hold any more: what it would say now, and whether that is kinder or stricter."""

    answer: PastAnswer
    response: str
    after: str
    weight: Weight
    standing: Standing


@dataclass(frozen=True)
class PastReport:
    """How many answers were read, how many of them state terms that change, and of those: wrong, and still right."""

    read: int
    about_changes: int
    wronged: tuple[Wronged, ...]

    @property
    def still_right(self) -> int:
        """Answers that state what changes, and hold all the same."""
        return self.about_changes - len(self.wronged)


def judge_past(
    answers: Iterable[PastAnswer], old: Store, new: Store, responses: Responses, earlier: Sequence[Store] = ()
) -> PastReport:
    """Hold every answer that was worded with ``old`` against the terms that hold once ``new`` is in force.

    ``earlier``: versions before ``old``, by which older orders were judged even then. A ``new`` that does not begin later
    than ``old`` takes its place from the beginning. Raises :class:`ValueError` for a naive time.
    """
    before = StoreVersions((*(one for one in earlier if begins(one) < begins(old)), old))
    kept = (one for one in before.all if begins(one) < begins(new))
    after = StoreVersions((*kept, new))
    general = _Change(old, new, responses)
    changes: dict[tuple[str, ...], _Change] = {}
    read = about = 0
    wronged: list[Wronged] = []
    for answer in answers:
        read += 1
        change = general
        if answer.placed_at is not None:
            moments = (answer.placed_at, answer.at)
            then, now = ([world.at(moment) for moment in moments] for world in (before, after))
            pair = tuple(one.policy_version for one in (*then, *now))
            if pair not in changes:
                stores = (merged(then[0], then[1], old).store, merged(now[0], now[1], new).store)
                changes[pair] = _Change(*stores, responses, general.affected)
            change = changes[pair]
        found = change.now_of(answer)
        if found is None:
            continue
        about += 1
        situation, said, now_said, weight = found
        if now_said != said:
            standing: Standing = "general" if answer.placed_at is None else "order"
            wronged.append(Wronged(answer, situation.response, now_said, weight, standing))
    return PastReport(read, about, tuple(wronged))


class _Change:
    """What one kind of order was told, and would be told; ``also`` are further situations to know answers from."""

    def __init__(
        self, old: Store, new: Store, responses: Responses, also: frozenset[Situation] = frozenset()
    ) -> None:
        self.affected = frozenset(change.situation for change in answer_changes(responses, old, new)) | also
        self._old, self._new = old, new
        self._values = (old.values(), new.values())
        self._fields = field_changes(old, new)
        self._after = wordings(responses, new)
        known = {one: said for one, said in wordings(responses, old).items() if one in self.affected}
        self._recall = _Recall(known, old)

    def now_of(self, answer: PastAnswer) -> tuple[Situation, str, str, Weight] | None:
        """Situation, words then, words now and how they weigh; nothing for an answer that no change touches."""
        known = self._recall.of(answer)
        if known is None:
            return None
        situation, said, filled = known
        after = self._after.get(situation)
        then = _filled(said.variation, self._values[0], filled, self._old, self._old)
        now = "" if after is None else _filled(after.variation, self._values[1], filled, self._old, self._new)
        weight = weigh(touched(self._fields, [one for one in (said, after) if one is not None]))
        return situation, then, now, weight


class _Recall:
    """Tells from which of the wordings a text came, and what an order had filled in."""

    def __init__(self, known: Mapping[Situation, Wording], store: Store) -> None:
        values = store.values()
        self._patterns = [
            (situation, wording, *pattern)
            for situation, wording in known.items()
            if (pattern := _pattern(wording.variation, values)) is not None
        ]
        self._found: dict[tuple[str, str], tuple[Situation, Wording, Mapping[str, str]] | None] = {}

    def of(self, answer: PastAnswer) -> tuple[Situation, Wording, Mapping[str, str]] | None:
        """The situation, its wording and the filled gaps; nothing when no wording fits the text."""
        key = (answer.response, answer.text)
        if key not in self._found:
            self._found[key] = self._look(answer)
        return self._found[key]

    def _look(self, answer: PastAnswer) -> tuple[Situation, Wording, Mapping[str, str]] | None:
        for situation, wording, pattern, keys in self._patterns:
            if answer.response and answer.response != situation.response:
                continue
            match = pattern.fullmatch(answer.text.strip())
            if match:
                return situation, wording, {key: match[f"g{number}"] for number, key in enumerate(keys)}
        return None


def _pattern(variation: Variation, values: Values) -> tuple[re.Pattern[str], Sequence[str]] | None:
    """An expression for what the variation says with ``values``, and the keys of its groups ``g0``, ``g1``…"""
    parts: list[str] = []
    keys: list[str] = []
    own = 0
    end = 0
    for match in PLACEHOLDER.finditer(variation.text):
        literal = variation.text[end : match.start()]
        end = match.end()
        parts.append(re.escape(literal))
        own += len(literal.strip())
        key, value = match[1], values.get(match[1])
        if isinstance(value, str):
            parts.append(re.escape(value))
            own += len(value)
        elif key in keys:
            parts.append(f"(?P=g{keys.index(key)})")
        else:
            parts.append(f"(?P<g{len(keys)}>[^\\n]+?)")
            keys.append(key)
    parts.append(re.escape(variation.text[end:]))
    own += len(variation.text[end:].strip())
    # A line of comfort may stand before an answer (``utter_soothe``).
    return (re.compile(r"(?:[^\n]+\n)?" + "".join(parts)), keys) if own >= _TELLING else None


def _filled(variation: Variation, values: Values, filled: Mapping[str, str], old: Store, judged: Store) -> str:
    """The words for the same order. A date counted from a term that differs now is not guessed, but named."""

    def insert(match: re.Match[str]) -> str:
        key = match[1]
        if key in values:
            return str(values[key])
        field = counted_from(key, variation.name)
        if field is not None and field_value(old, field) != field_value(judged, field):
            return gap(key, variation.name, judged)
        return filled.get(key, gap(key, variation.name, judged))

    return PLACEHOLDER.sub(insert, variation.text)
