"""What differs between two versions of a store's terms, field by field and answer by answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aftersales.answers.render import placeholders
from aftersales.answers.responses import Responses
from aftersales.policy.wordings import Situation, Wording, counted_from, wordings
from aftersales.stores.fields import FIELDS, Judged, Verdict, field_value, verdict, with_fields
from aftersales.stores.model import Store

#: ``mixed``: kinder in one term, stricter in another.
Weight = Literal["kinder", "stricter", "neutral", "mixed"]
#: These name a version and are no terms.
_NAMES = ("policy_version", "effective_from")


@dataclass(frozen=True)
class FieldChange:
    """One field that differs, what it was and is, and how an order placed before the change is judged by it."""

    field: str
    before: Any
    after: Any
    verdict: Verdict
    judged: Judged
    #: The template keys that read differently for it.
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AnswerChange:
    """One answer that reads differently. ``None``: it is not worded in this situation."""

    situation: Situation
    before: str | None
    after: str | None
    weight: Weight
    fields: tuple[str, ...]


def field_changes(old: Store, new: Store) -> tuple[FieldChange, ...]:
    """Every field in which ``new`` differs from ``old``, in the order of the file; names of versions left out."""
    before = old.values()
    changes: list[FieldChange] = []
    for field, terms in FIELDS.items():
        was, is_ = field_value(old, field), field_value(new, field)
        if was == is_ or field in _NAMES:
            continue
        alone = with_fields(old, {field: is_}).values()
        keys = frozenset(key for key, value in alone.items() if value != before[key])
        changes.append(FieldChange(field, was, is_, verdict(field, was, is_), terms.judged, keys))
    return tuple(changes)


def answer_changes(responses: Responses, old: Store, new: Store) -> tuple[AnswerChange, ...]:
    """Every answer whose words differ between the two, by response."""
    changes = field_changes(old, new)
    before, after = wordings(responses, old), wordings(responses, new)
    found: list[AnswerChange] = []
    for situation in sorted({*before, *after}):
        was, is_ = before.get(situation), after.get(situation)
        said = was.text if was is not None else None
        says = is_.text if is_ is not None else None
        if said == says:
            continue
        touching = touched(changes, (one for one in (was, is_) if one is not None))
        fields = tuple(change.field for change in touching)
        found.append(AnswerChange(situation, said, says, weigh(touching), fields))
    return tuple(found)


def touched(changes: Sequence[FieldChange], worded: Iterable[Wording]) -> tuple[FieldChange, ...]:
    """Those of ``changes`` that one of the wordings depends on, itself or by a date counted from it."""
    keys: set[str] = set()
    counted: set[str | None] = set()
    for wording in worded:
        keys |= wording.keys
        counted |= {counted_from(key, wording.variation.name) for key in placeholders(wording.variation.text)}
    return tuple(change for change in changes if change.keys & keys or change.field in counted)


def weigh(changes: Iterable[FieldChange]) -> Weight:
    """All of them together."""
    told = {change.verdict for change in changes} - {"neutral"}
    if len(told) == 2:
        return "mixed"
    return next(iter(told), "neutral")
