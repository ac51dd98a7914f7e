"""What to do about abuse: soothe, remind kindly once, and only then prepare a request that a person may file.

The order is the platform's own (ABU-10, BLK-01): first calm and help, then one kind reminder, and only when the abuse goes on
in more messages than the rule says, and has nothing to do with the purchase, may a merchant ask the platform to block a
buyer. Nothing is ever filed here, for that is a person's decision (BLK-06). Swearing that is a habit of speech is no abuse
(ABU-16): the reading tells the two apart, and only messages it calls abusive come into account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aftersales.errors import ConfigurationError
from aftersales.reading.ellipsis import names_matter
from aftersales.reading.normalise import normalise
from aftersales.reading.signals import read_signals
from aftersales.rules import Rule

Step = Literal["nothing", "soothe", "remind", "stay_kind", "prepare_request"]

#: When a block may be asked for, how long it may last, when it must be lifted, who decides.
CONDITION, FILING, PERIOD, LIFTING, DECISION = "BLK-01", "BLK-02", "BLK-03", "BLK-05", "BLK-06"
#: Longest a month can be counted as, in days; the request asks for no longer.
DAYS_A_MONTH = 30
#: Evidence is quoted to this length.
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Said:
    """A message of the buyer, as the transcript has it (secrets already masked). ``at`` is aware."""

    sequence: int
    at: datetime
    text: str
    abusive: bool


@dataclass(frozen=True)
class BlockRequest:
    """Everything a person needs to decide on, and to file, a request to the platform to block a buyer.

    ``evidence``: the messages after the reminder. ``longest_until``: the end of the longest period allowed if filed now.
    ``lift_within_hours``: how soon the block must be lifted when the platform says so.
    """

    reason: str
    reminded_at: datetime
    evidence: tuple[Said, ...]
    longest_months: int
    longest_until: datetime
    lift_within_hours: int
    rules: tuple[str, ...]


@dataclass(frozen=True)
class AbuseDecision:
    """The next step, why (English, for the log), and the request when there is one to prepare."""

    step: Step
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    request: BlockRequest | None = None


def is_abusive(text: str) -> bool:
    """Whether a message abuses the person it is sent to, by its words alone.

    It is for messages that no bot reads, because the conversation waits for a person or is with one. A habitual oath and
    scolding of a thing are not abuse.
    """
    return read_signals(text, intent="other", model_scores=None).emotion == "abusive"


def decide_abuse(
    messages: Sequence[Said],
    reminded_at: datetime | None,
    rules: Mapping[str, Rule],
    platform: str,
    now: datetime,
) -> AbuseDecision:
    """The next step after the last of ``messages`` (the buyer's, the oldest first).

    ``reminded_at``: when the one reminder was given, if it was. On platforms without a rule for blocking (the condition does
    not hold there) nothing is ever prepared. Raises :class:`ConfigurationError` when the catalogue lacks a number.
    """
    if not messages or not messages[-1].abusive:
        return AbuseDecision("nothing", ("the last message is no abuse",), ())
    abusive = [one for one in messages if one.abusive]
    if reminded_at is None:
        if len(abusive) == 1:
            return AbuseDecision("soothe", ("the first abuse is answered with calm and help",), ("ABU-10",))
        return AbuseDecision("remind", ("abuse goes on after it was soothed",), ("ABU-10", "LAN-04"))
    after = tuple(one for one in abusive if one.at > reminded_at and not _is_about_the_purchase(one.text))
    condition = rules.get(CONDITION)
    if condition is None or not condition.holds_on(platform):
        return AbuseDecision("stay_kind", ("reminded once; this platform has no rule for blocking",), ("ABU-10",))
    needed = _number(rules, CONDITION, "min_messages_exclusive")
    if len(after) <= needed:
        reason = f"reminded once; {len(after)} such messages since, more than {needed} are needed"
        return AbuseDecision("stay_kind", (reason,), ("ABU-10", CONDITION))
    months = _number(rules, PERIOD, "max_months")
    request = BlockRequest(
        reason=f"善意提醒后，买家又发来{len(after)}条与购物无关的辱骂消息",
        reminded_at=reminded_at,
        evidence=after,
        longest_months=months,
        longest_until=now + timedelta(days=months * DAYS_A_MONTH),
        lift_within_hours=_number(rules, LIFTING, "unblock_hours"),
        rules=(CONDITION, FILING, PERIOD, LIFTING, DECISION),
    )
    return AbuseDecision("prepare_request", (f"{len(after)} such messages after the reminder",), request.rules, request)


def _is_about_the_purchase(text: str) -> bool:
    """Whether the message, rude as it is, also says what is wrong: then it is a complaint and must be heard."""
    return names_matter(normalise(text).text)


def _number(rules: Mapping[str, Rule], rule: str, name: str) -> int:
    value = rules[rule].params.get(name) if rule in rules else None
    if not isinstance(value, int):
        raise ConfigurationError("rules/catalogue", f"{rule}.params.{name}", "is no number", "Write the rule's number")
    return value
