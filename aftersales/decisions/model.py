"""The answer of a decision: what applies, why, and what to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Decision:
    """One question about one order, decided.

    ``values`` are flat texts for the placeholders of ``template``; a value is never a template itself.
    """

    #: A word for programs and tests: ``eligible``, ``over``, ``late`` …
    outcome: str
    #: The response to utter.
    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    #: Why, in English, for the log and for tests.
    reasons: tuple[str, ...] = ()
    #: Rules the decision rests on.
    rules: tuple[str, ...] = ()
    #: What to ask the buyer next, if anything.
    ask: str | None = None
    #: The kind of case a person has to finish; see :mod:`aftersales.decisions.cases`.
    human: str | None = None
