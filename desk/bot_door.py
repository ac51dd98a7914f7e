"""The bot's answer at the compliance door: what is said as it is, and what a person gets to see instead of the buyer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersales.door import Talk, Verdict
from desk.answer import AnswerMessage, Handoff, TurnRequest
from desk.context import Context
from desk.door import own_words
from desk.findings import review, titles
from desk.handoff import plain_handoff
from desk.marks_mask import mask_for_review
from desk.unit import Held, Unit

#: The reason of a handoff that no reading led to: the bot's words were stopped.
BLOCKED = "blocked_text"


@dataclass(frozen=True)
class Judged:
    """One message of the bot, and what the door says of it."""

    message: AnswerMessage
    verdict: Verdict
    stopped: bool


def judge(context: Context, request: TurnRequest, said: Sequence[AnswerMessage], now: datetime) -> tuple[Judged, ...]:
    """Return the bot's messages with their verdicts. The titles of choices are said to the buyer as well."""
    talk = Talk(now=now, own=own_words(request.buyer_name, request.text))
    judged = []
    for message in said:
        words = "\n".join((message.text, *(title for title, _ in message.choices)))
        verdict = context.door.check(words, request.store, "bot", talk)
        judged.append(Judged(message, verdict, _stops(verdict, context.options.reader_stops_bot)))
    return tuple(judged)


def note(context: Context, unit: Unit, held: Held, turn: str, one: Judged) -> None:
    """Record what the door found in a message of the bot, if anything."""
    found = review(context.door, one.verdict).findings
    if not found:
        return
    detail: dict[str, Any] = {
        "turn": turn,
        "kinds": [finding.kind for finding in found],
        "rules": [finding.rule for finding in found],
        "found_by": [violation.found_by for violation in one.verdict.violations],
        "text": mask_for_review(context.mask(one.message.text).text),
    }
    unit.audit(held.id, "bot", "answer_blocked" if one.stopped else "answer_warned", **detail)


def call_for(context: Context, unit: Unit, held: Held, handoff: Handoff | None, stopped: Sequence[Judged]) -> Handoff:
    """Return the handoff of an answer whose messages were ``stopped``: its own, or one that says why there is one.

    Its card shows the agent what the buyer did not get to read.
    """
    blocked = []
    for one in stopped:
        found = review(context.door, one.verdict).of_level("block")
        text = context.mask(one.message.text).text
        blocked.append({"text": text, "findings": [finding.wire() for finding in found]})
    if handoff is None:
        found = tuple(finding for one in stopped for finding in review(context.door, one.verdict).of_level("block"))
        handoff = plain_handoff(context, unit, held, BLOCKED, context.lines.reason(BLOCKED, what=titles(found)))
    return replace(handoff, card={**handoff.card, "blocked": blocked})


def _stops(verdict: Verdict, reader_stops: bool) -> bool:
    blocks = [one for one in verdict.violations if one.level == "block"]
    return any(reader_stops or one.found_by != "reader" for one in blocks)
