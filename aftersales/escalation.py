"""When a conversation needs a person, why, how urgently and which group: one pure function over reading,
history and store.

A calm case that needs a person only at the end (a broken item, a parcel that is stuck) does not escalate here:
the bot collects what
the person will need first and then calls `case_escalation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftersales.reading.model import Evidence, Reading

DEFAULT_GROUPS: dict[str, str] = {
    "presale": "售前",
    "standard": "售后标准",
    "hard_case": "疑难件",
    "logistics_trace": "查件",
    "back_office": "后台退款",
    "complaint": "投诉",
}
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
# The second reading below the line in a row, and the third time the same question is asked.
MISSES_TO_HAND_OFF = 2
REPEATS_TO_HAND_OFF = 3
# Nothing is asked here that could be missed or repeated.
SMALL_TALK: frozenset[str] = frozenset(
    [
        "greet",
        "goodbye",
        "thank",
        "affirm",
        "deny",
        "bot_challenge",
        "chitchat",
        "spam_ad",
        "provide_info",
        "urge_reply",
    ]
)

_INTENT_GROUPS: dict[str, str] = {
    **dict.fromkeys(("presale_product", "promotion_rule"), "presale"),
    **dict.fromkeys(
        ("logistics_status", "logistics_stuck", "not_received", "delivery_time", "delivery_reschedule"),
        "logistics_trace",
    ),
    **dict.fromkeys(
        ("refund_how", "refund_status", "refund_destination", "refund_problem", "refund_cancel", "return_status"),
        "back_office",
    ),
    **dict.fromkeys(
        (
            "quality_problem",
            "damaged_parcel",
            "wrong_item",
            "missing_item",
            "not_as_described",
            "repair_warranty",
            "gift_missing",
        ),
        "hard_case",
    ),
    "dispute_escalation": "hard_case",
    **dict.fromkeys(("complaint", "compensation_request"), "complaint"),
}


@dataclass(frozen=True)
class PastTurn:
    """One earlier turn of the buyer. `answered`: the bot gave an answer the buyer could use."""

    intent: str
    emotion: str
    risk: tuple[str, ...]
    answered: bool


@dataclass(frozen=True)
class History:
    """What the conversation looked like. Both counters INCLUDE the turn that is being decided.

    recent: earlier turns, oldest first. misses_in_a_row: readings below the confidence line in a row.
    same_intent_in_a_row: times the
    same question was asked in a row. handoff_declined_recently: the buyer was offered a person and chose to go
    on with the bot.
    """

    recent: tuple[PastTurn, ...] = ()
    misses_in_a_row: int = 0
    same_intent_in_a_row: int = 1
    handoff_declined_recently: bool = False


@dataclass(frozen=True)
class StoreRouting:
    """The groups a store has, as group key → display name. A group the store does not have is served by `standard`.

    An empty mapping means all groups under their usual names. Raises ValueError for an unknown key or a
    missing `standard`.
    """

    groups: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.groups) - set(DEFAULT_GROUPS))
        if unknown:
            raise ValueError(f"store routing: unknown group {', '.join(unknown)}; use {', '.join(DEFAULT_GROUPS)}")
        if self.groups and "standard" not in self.groups:
            raise ValueError("store routing: group 'standard' is missing; it serves whatever no other group does")

    def group(self, key: str) -> str:
        """The key of the group that serves `key` in this store."""
        return key if not self.groups or key in self.groups else "standard"

    def name(self, key: str) -> str:
        """The name agents know the group by."""
        return self.groups.get(self.group(key), DEFAULT_GROUPS[self.group(key)])


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
    causes = [cause for cause in _CAUSES if _applies(cause.reason, reading, history)]
    if history.handoff_declined_recently:
        causes = [cause for cause in causes if not cause.waivable]
    if not causes:
        return None
    first = causes[0]
    labels = {label for cause in causes for label in cause.labels}
    group = first.group or _group_of(reading.intent)
    priority = max((_priority(cause, reading) for cause in causes), key=_PRIORITIES.index)
    if first.reason == "misses" and group == "presale":
        priority = "low"
    return Escalation(
        reason=first.reason,
        reason_text=_reason_text(causes, history),
        group=store.group(group),
        priority=priority,
        evidence=tuple(item for item in reading.evidence if item.label in labels),
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
        group=store.group(_group_of(intent)),
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


def _applies(reason: str, reading: Reading, history: History) -> bool:
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
        return "repeated_failure" in reading.risk or _repeats(reading, history)
    return any(label in reading.risk for label in cause.labels)


def _is_threat(item: Evidence) -> bool:
    return any(word in item.text for word in ("投诉", "差评", "举报"))


def _repeats(reading: Reading, history: History) -> bool:
    """The third time of the same question, or the third displeased turn in a row after answers that did not help."""
    if reading.intent in SMALL_TALK and reading.emotion == "calm":
        return False
    if history.same_intent_in_a_row >= REPEATS_TO_HAND_OFF and reading.intent not in SMALL_TALK:
        return True
    last = history.recent[-2:]
    return (
        reading.emotion != "calm"
        and len(last) == 2
        and all(turn.emotion != "calm" and not turn.answered for turn in last)
    )


def _priority(cause: _Cause, reading: Reading) -> str:
    if cause.priority == "normal" and cause.reason != "misses" and reading.emotion != "calm":
        return "high"
    return cause.priority


def _group_of(intent: str) -> str:
    return _INTENT_GROUPS.get(intent, "standard")


def _reason_text(causes: list[_Cause], history: History) -> str:
    texts = [cause.text for cause in causes]
    if (
        any(cause.reason == "repeated_failure" for cause in causes)
        and history.same_intent_in_a_row >= REPEATS_TO_HAND_OFF
    ):
        texts.append(f"同一问题已问 {history.same_intent_in_a_row} 次")
    return "；".join(texts)
