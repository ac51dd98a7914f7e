"""When a conversation needs a person, why, how urgently and which group: one pure function over reading,
history and store.

A calm case that needs a person only at the end (a broken item, a parcel that is stuck) does not escalate here:
the bot collects what the person will need first and then calls `case_escalation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aftersales.history import SMALL_TALK, History, PastTurn
from aftersales.history_score import LINE, Score, score
from aftersales.reading.ellipsis import FAMILIES
from aftersales.reading.model import Evidence, Reading
from aftersales.routing import DEFAULT_GROUPS, INTENT_GROUPS, StoreRouting, group_of

__all__ = [
    "DEFAULT_GROUPS", "LINE", "LINES", "MISSES_TO_HAND_OFF", "SMALL_TALK", "Escalation", "History", "PastTurn",
    "StoreRouting", "case_escalation", "decide", "explain",
]  # fmt: skip

LINES: frozenset[str] = frozenset(
    [
        "human_request",
        "angry",
        "abusive",
        "complaint",
        "regulator_media",
        "compensation",
        "fraud",
        "safety",
        "privacy",
        "dispute",
        "repeated_failure",
        "misses",
        "case",
    ]
)
# The second reading below the line in a row.
MISSES_TO_HAND_OFF = 2


@dataclass(frozen=True)
class Escalation:
    """Why and where a conversation goes to a person. `group` is a group key; `line` names the soothing line to say."""

    reason: str
    reason_text: str
    group: str
    priority: str
    evidence: tuple[Evidence, ...]
    rules: tuple[str, ...]
    line: str


@dataclass(frozen=True)
class _Cause:
    """One row of the table below: what it is called, where it goes and which rules ask for it."""

    reason: str
    text: str
    group: str | None  # None: by intent
    priority: str
    rules: tuple[str, ...]
    line: str
    # Evidence labels that belong to the cause.
    labels: tuple[str, ...]
    # Causes that the buyer waived when they chose to go on with the bot.
    waivable: bool = False


# From the most to the least serious: the first that applies gives reason, group and line.
_CAUSES: tuple[_Cause, ...] = (
    _Cause(
        "safety", "买家反映人身或用电用火等安全事件", "complaint", "urgent", ("HUM-03", "HUM-04"), "safety", ("safety",)
    ),
    _Cause(
        "privacy",
        "买家反映信息泄露、账号被盗或遇到冒充客服",
        "standard",
        "high",
        ("HUM-03", "PII-06"),
        "privacy",
        ("privacy",),
    ),
    _Cause(
        "regulator_media",
        "买家提到监管、法律途径或媒体曝光",
        "complaint",
        "high",
        ("HUM-12", "REG-03", "REG-04"),
        "regulator_media",
        ("regulator_media",),
    ),
    _Cause(
        "fraud",
        "买家指责假货、欺骗或虚假宣传",
        "complaint",
        "high",
        ("HUM-12", "CPS-04"),
        "fraud",
        ("fraud_accusation",),
    ),
    _Cause(
        "compensation",
        "买家提出赔偿或补偿要求，需人工确认",
        "complaint",
        "normal",
        ("HUM-08", "CMP-03"),
        "compensation",
        ("compensation_claim",),
    ),
    _Cause(
        "dispute",
        "买家申请纠纷或平台介入，或双方说法不一",
        "hard_case",
        "normal",
        ("INT-18", "HUM-12"),
        "dispute",
        ("dispute",),
    ),
    _Cause(
        "complaint",
        "买家明说要投诉或给差评",
        "complaint",
        "high",
        ("HUM-05", "HUM-12"),
        "complaint",
        ("complaint_threat",),
    ),
    _Cause(
        "abusive",
        "买家情绪激烈并有辱骂",
        None,
        "high",
        ("HUM-04", "ABU-10", "BLK-06"),
        "abusive",
        ("abusive",),
        waivable=True,
    ),
    _Cause(
        "service_attitude",
        "买家不满服务态度或无人回应",
        "complaint",
        "high",
        ("HUM-05", "HUM-12"),
        "complaint",
        ("service_attitude",),
        waivable=True,
    ),
    _Cause("angry", "买家明显生气", None, "high", ("HUM-04", "HUM-05", "DEE-02"), "angry", ("angry",), waivable=True),
    _Cause(
        "repeated_failure",
        "同一问题多次反映仍未解决",
        None,
        "high",
        ("HUM-04",),
        "repeated_failure",
        ("repeated_failure",),
        waivable=True,
    ),
    _Cause(
        "human_request", "买家要求人工客服", None, "normal", ("HUM-01", "HUM-11"), "human_request", ("human_request",)
    ),
    _Cause("misses", "连续两次没有听懂买家的意思", None, "normal", ("HUM-03",), "misses", (), waivable=True),
)
_BY_REASON = {cause.reason: cause for cause in _CAUSES}
_PRIORITIES = ("low", "normal", "high", "urgent")


def decide(reading: Reading, history: History, store: StoreRouting) -> Escalation | None:
    """Whether this turn goes to a person. None: the bot goes on.

    The most serious cause gives reason, group and line; every cause that applies adds its evidence and rules,
    and the highest priority
    wins. A buyer who has just chosen the bot over a person is not sent away again for mood alone, only for
    what they say anew.
    """
    sum_of = score(reading, history)
    causes = [cause for cause in _CAUSES if _applies(cause.reason, reading, history, sum_of)]
    if history.handoff_declined_recently:
        causes = [cause for cause in causes if not cause.waivable]
    if not causes:
        return None
    first = causes[0]
    labels = {label for cause in causes for label in cause.labels}
    group = first.group or group_of(_matter_of(reading, history))
    priority = max((_priority(cause, reading) for cause in causes), key=_PRIORITIES.index)
    if first.reason == "misses" and group == "presale":
        priority = "low"
    return Escalation(
        reason=first.reason,
        reason_text=_reason_text(causes, sum_of),
        group=store.group(group),
        priority=priority,
        evidence=(
            *(item for item in reading.evidence if item.label in labels),
            *(sum_of.evidence() if sum_of.over_the_line and "repeated_failure" in labels else ()),
        ),
        rules=tuple(dict.fromkeys(rule for cause in causes for rule in cause.rules)),
        line=first.line,
    )


def case_escalation(intent: str, store: StoreRouting, collected: Mapping[str, str]) -> Escalation:
    """The handoff of a calm case once everything is collected.

    collected: field name (Chinese, shown to the agent) → value.
    """
    facts = "；".join(f"{name}：{value}" for name, value in collected.items() if value)
    return Escalation(
        reason="case",
        reason_text=f"资料已收集，等人工处理（{facts}）" if facts else "资料未收集全，等人工处理",
        group=store.group(group_of(intent)),
        priority="normal",
        evidence=(),
        rules=("HUM-06", "HUM-08"),
        line="case",
    )


def explain(escalation: Escalation) -> str:
    """One line of Chinese for the agent's card: reason, the buyer's own words, group and priority."""
    quotes = dict.fromkeys(item.text for item in escalation.evidence if item.text)
    words = "".join(f"“{quote}”" for quote in list(quotes)[:4])
    priority = {"urgent": "紧急", "high": "优先", "normal": "普通", "low": "不急"}[escalation.priority]
    said = f"；原话：{words}" if words else ""
    group, rules = DEFAULT_GROUPS[escalation.group], "、".join(escalation.rules)
    return f"{escalation.reason_text}{said}；转{group}组，{priority}；依据 {rules}"


# --- details ------------------------------------------------------------------------------------------------


def _applies(reason: str, reading: Reading, history: History, sum_of: Score) -> bool:
    cause = _BY_REASON[reason]
    if reason in ("privacy", "dispute"):
        if any(item.kind == reason for item in reading.evidence):
            return True
        return reason == "dispute" and reading.intent == "dispute_escalation" and "complaint_threat" in reading.risk
    if reason == "complaint" and reading.intent == "dispute_escalation":
        # 我要申请纠纷 is the dispute itself; a threat to complain on top shows in its own words.
        return any(item.label == "complaint_threat" and _is_threat(item) for item in reading.evidence)
    if reason in ("angry", "abusive"):
        return reading.emotion == reason
    if reason == "misses":
        return history.misses_in_a_row >= MISSES_TO_HAND_OFF and reading.intent not in SMALL_TALK
    if reason == "repeated_failure":
        return "repeated_failure" in reading.risk or sum_of.over_the_line
    return any(label in reading.risk for label in cause.labels)


def _is_threat(item: Evidence) -> bool:
    return any(word in item.text for word in ("投诉", "差评", "举报"))


def _priority(cause: _Cause, reading: Reading) -> str:
    if cause.priority == "normal" and cause.reason != "misses" and reading.emotion != "calm":
        return "high"
    return cause.priority


def _matter_of(reading: Reading, history: History) -> str:
    """The intent that says whose matter this is: 急死了 belongs to the question before it."""
    if reading.intent in FAMILIES:
        return reading.intent
    asked = (turn.intent for turn in reversed(history.recent) if turn.intent in FAMILIES)
    return reading.intent if reading.intent in INTENT_GROUPS else next(asked, reading.intent)


def _reason_text(causes: list[_Cause], sum_of: Score) -> str:
    texts = [cause.text for cause in causes]
    if sum_of.over_the_line and any(cause.reason == "repeated_failure" for cause in causes):
        texts.append(sum_of.text())
    return "；".join(texts)
