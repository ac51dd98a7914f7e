"""What a change of a store's terms does: to the file, to the answers, and to what buyers were told before."""

from __future__ import annotations

from aftersales.policy.changes import AnswerChange, FieldChange, Weight, answer_changes, field_changes
from aftersales.policy.past import PastAnswer, PastReport, Wronged, judge_past

__all__ = [
    "AnswerChange",
    "FieldChange",
    "PastAnswer",
    "PastReport",
    "Weight",
    "Wronged",
    "answer_changes",
    "field_changes",
    "judge_past",
]
