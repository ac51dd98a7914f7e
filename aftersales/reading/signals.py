"""Emotion and risk of one message: lexicon hits, the trained part's probabilities and the intent, weighed in the open.

Each label gets a strength in 0..1 from the word lists; the trained part may add to it, or take a weak word
back when it is sure
that the message is calm. What ends up above a line is reported together with the words that led there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aftersales.reading.lexicon import Hit, Lexicons, default_lexicons
from aftersales.reading.model import EMOTIONS, RISKS, Evidence, Signals
from aftersales.reading.normalise import Normalised, normalise
from aftersales.reading.windows import is_negated, is_reported, target_of

__all__ = ["Signals", "needs_person", "read_signals"]

# Lines above which a label is reported.
ABUSIVE_LINE = 0.6
ANGRY_LINE = 0.55
DISSATISFIED_LINE = 0.5
RISK_LINE = 0.5
# How far the trained part is believed when words point the same way, when it stands alone, and when the words
# speak against it
# (thanks, or the very word was taken back or part of an innocent phrase). From STRONG on a word stands by itself.
TRUST_WITH_WORDS = 0.85
TRUST_ALONE = 0.75
TRUST_AGAINST_WORDS = 0.45
STRONG = 0.85
# Below this probability the trained part speaks against a weak word, which then counts a little less.
VETO_BELOW = 0.03
VETO_FACTOR = 0.85
# Characters that a message without any listed word needs before the trained part is heard at all.
SHORTEST_FOR_MODEL = 6
# An accident or a regulator changes everything that follows, so without a word of it the trained part must be this sure.
SURE_OF_GRAVE = 0.9
_GRAVE = frozenset({"safety", "regulator_media"})

# Insurance, price protection and coupons pay out by rule: asking about that is no claim against the shop.
_PAYOUT_BY_RULE = frozenset(
    {
        "freight_insurance",
        "return_freight",
        "refund_destination",
        "price_protection",
        "price_protection_problem",
        "promotion_rule",
        "presale_product",
        "repair_warranty",
    }
)
# A merchant asking how reviews work speaks of bad reviews without threatening one.
_SPEAKS_OF_REVIEWS = frozenset({"account_issue", "thank", "goodbye", "deny", "refund_cancel"})
# Said with rows of marks or an oath, these are anger and no longer a calm claim.
_THREATS = ("complaint_threat", "regulator_media", "fraud_accusation", "compensation_claim")
# Here 没人接 and 怎么没人回 urge, or speak of a courier or of nobody at home, and do not blame the shop.
_NOBODY_ANSWERS = frozenset(
    {
        "urge_reply",
        "logistics_status",
        "logistics_stuck",
        "not_received",
        "delivery_method",
        "delivery_reschedule",
        "delivery_time",
        "reject_parcel",
    }
)
# 退了两次 is what such a question is about, not a grievance.
_COUNTS_TIMES = frozenset({"freight_insurance", "return_freight", "refund_cancel"})
# An application that a rule or an office turned down is no quarrel between buyer and shop.
_REFUSED_BY_RULE = frozenset(
    {
        "invoice_request",
        "invoice_change",
        "account_issue",
        "price_protection",
        "price_protection_problem",
        "other",
        "refund_cancel",
    }
)
_QUIET = frozenset({"thank", "greet", "goodbye", "affirm"})
_DEFINITION = re.compile(
    r"(?:纠纷单?|平台介入|介入|维权|仲裁|举报|12315).{0,3}(?:是什么|是啥|什么意思|啥意思|指什么|有什么用|有啥用|怎么回事)|(?:什么|啥)(?:是|叫).{0,4}(?:纠纷|介入|维权|仲裁)"
)
_SOLVED = re.compile(
    r"(?:收到|解决|处理好|到账|退了|和解|谈好|没事).{0,8}(?:撤|取消|关闭|关掉)|(?:撤|取消|关闭|关掉).{0,6}(?:解决|处理好|收到|没事)了"
)
_STATUS = re.compile(
    r"(?:已经|之前|刚才|昨天|前天|上次|早就|现在)?.{0,6}(?:申请|提交|提|开|创建|发起|有)(?:了|过|着|一个).{0,6}(?:纠纷|介入|维权|仲裁)|"
    r"(?:纠纷|介入|维权|仲裁).{0,6}(?:结果|进度|多久|几天|单号|程序|流程|撤|取消|关闭|完结)|客人|客户|顾客"
)
_NO_PERSON = re.compile(
    r"(?:不用|不需要|不要|不必|无需|别|不想|先不|取消|不)(?:再|给我|帮我|急着)?(?:转|找|叫|要|接)?(?:到|给|接)?(?:人工|真人)(?!智能)"
)
_ASKS = re.compile(r"[?吗么嘛吧]$")
_REFUSED = re.compile(r"被?拒绝|被拒|驳回|不通过|没通过|(?:给我|被(?:你们|商家|卖家|他们)?)(?:取消|关闭|关)了(?!吧|把)")
_AUTHENTIC_QUESTION = re.compile(
    r"(?<!不)(?<!是不)是(?:不是)?(?:正品|原装|真货|真的|行货|国行|正版)|是不是(?:正品|原装|真货|真的)|保真|真假|"
    r"真(?:的|货|嘞)?(?:还是|或者|和|是)?假|正品(?:吗|么|嘛|不|吧|$|\?|保障|保证|授权)|(?:假一[赔罚])|还是(?:水货|翻新|组装)|"
    r"(?:有|会有|卖)假(?:的|货)?(?:吗|么|不|\?)|(?:水货|贴牌|组装)的?吗|假货(?:包|可以|能|怎么|咋)|"
    r"(?:买到|收到|遇到)(?:的是)?(?:假的|假货|翻新机?)[^,。]{0,3}(?:怎么|可以|能|咋|赔|退)"
)
_FAKE = re.compile(r"假|翻新|二手|别人用过|高仿|山寨|仿(?:的|冒|品)|贴牌|拆过|用过|冒牌|水货|盗版|调包|掉包")
_HYPOTHETICAL = re.compile(
    r"如果|假如|假若|若是|万一|要是|会不会|怎么(?:辨别|鉴别|分辨|区分|验)|怎样(?:辨别|鉴别)|如何(?:辨别|鉴别)|保证|担心|怕|能鉴定"
)


@dataclass
class _Weights:
    """Strengths collected so far and the words behind them."""

    strengths: dict[str, float] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    grumbles: list[float] = field(default_factory=list)
    tics: int = 0
    denied: set[str] = field(default_factory=set)

    def add(self, label: str, strength: float, evidence: Evidence) -> None:
        self.strengths[label] = max(self.strengths.get(label, 0.0), strength)
        self.evidence.append(evidence)


def read_signals(
    text: str, *, intent: str, model_scores: Mapping[str, float] | None, lexicons: Lexicons | None = None
) -> Signals:
    """Read the emotion and the risks of one message.

    intent: the intent the message was read as; it informs risk (a compensation_request is a claim, a calm 是正品吗
    is none).
    model_scores: probabilities by emotion label and by risk label from the trained part; None means words alone decide,
    and a label that is not in the mapping counts as unknown. lexicons: other word lists than the project's own.
    """
    message = normalise(text)
    weights = _Weights()
    hits, cancelled = (lexicons or default_lexicons()).search(message.text)
    for hit in hits:
        _weigh(message, hit, weights)
    weights.denied.update(label for hit in cancelled for label, _ in hit.entry.says)
    _inform(message, intent, weights)
    if len(message.text) < SHORTEST_FOR_MODEL and not weights.strengths:
        # A blank, an emoji or three characters have too few features: what the trained part says of them is a guess.
        model_scores = None
    emotion, score = _emotion(message, intent, weights, model_scores or {})
    risk = _risks(intent, weights, model_scores or {})
    evidence = _kept(weights.evidence, emotion, risk)
    evidence += [
        Evidence("risk", label, "", 0, 0, "model") for label in risk if all(e.label != label for e in evidence)
    ]
    if emotion != "calm" and not any(e.kind == "emotion" for e in evidence):
        evidence.append(Evidence("emotion", emotion, "", 0, 0, "model"))
    return Signals(emotion, round(score, 3), risk, tuple(evidence))


def needs_person(signals: Signals) -> bool:
    """The taxonomy's `needs_human` of one message by itself, history apart."""
    return (
        signals.emotion in ("angry", "abusive")
        or bool(signals.risk)
        or any(evidence.kind in ("privacy", "dispute") for evidence in signals.evidence)
    )


# --- words --------------------------------------------------------------------------------------------------


def _weigh(message: Normalised, hit: Hit, weights: _Weights) -> None:
    entry = hit.entry
    if entry.negatable and is_negated(message.text, hit.start):
        weights.denied.update(label for label, _ in entry.says)
        return
    says = dict(entry.says)
    if entry.kind == "abuse" or entry.target == "agent":
        says = _aimed(message.text, hit, says)
    for label, strength in says.items():
        if label == "tic":
            weights.tics += 1
        else:
            if label == "dissatisfied":
                weights.grumbles.append(strength)
            weights.add(label, strength, _quote(message, hit.start, hit.end, label, f"lexicon:{entry.kind}"))


def _aimed(text: str, hit: Hit, says: dict[str, float]) -> dict[str, float]:
    """What is left of hard words once it is known whom they mean."""
    if is_reported(text, hit.start):
        # 客服骂我…: the buyer was insulted and complains about it. 我妈骂我… is family talk.
        return {"angry": 0.6, "service_attitude": 0.8} if target_of(text, hit.start, hit.end) != "own" else {}
    if text.startswith(("机器人", "机器", "智能", "系统"), hit.end):
        # A bot cannot be insulted; the buyer is angry at the thing.
        return {"angry": 0.7}
    target = target_of(text, hit.start, hit.end)
    if target in ("self", "own"):
        return {}
    if target == "third" and hit.entry.target != "third":
        return {"dissatisfied": 0.65} if "abusive" in says else {}
    if hit.entry.target == "agent" and target == "open" and len(text) - (hit.end - hit.start) > 6:
        return {}
    return says


def _quote(message: Normalised, start: int, end: int, label: str, source: str) -> Evidence:
    first, last = message.original_span(start, end)
    kind = "emotion" if label in EMOTIONS else "risk" if label in RISKS else label
    return Evidence(kind, label, message.original[first:last], first, last, source)


# --- intent -------------------------------------------------------------------------------------------------


def _inform(message: Normalised, intent: str, weights: _Weights) -> None:
    """Let the intent add and take away risk."""
    text = message.text
    if not text:
        return
    whole = (message.starts[0], message.ends[-1])

    def add(label: str, strength: float) -> None:
        kind = "risk" if label in RISKS else label
        quote = message.original[whole[0] : whole[1]]
        weights.add(label, strength, Evidence(kind, label, quote, whole[0], whole[1], "intent"))

    def drop(label: str) -> None:
        # What the intent explains away, the trained part may not bring back on the strength of the same word.
        weights.strengths.pop(label, None)
        weights.denied.add(label)

    strengths = weights.strengths
    if intent == "human_request" and not _NO_PERSON.search(text):
        add("human_request", 0.9)
    elif intent == "bot_challenge":
        # 你是人工吗 asks who is speaking; only a plain demand makes it a request.
        if strengths.get("human_request", 0.0) < 0.8 or _ASKS.search(text):
            drop("human_request")
        drop("service_attitude")
    elif intent in _NOBODY_ANSWERS and strengths.get("service_attitude", 0.0) < 0.7:
        drop("service_attitude")
    elif intent == "spam_ad":
        for label in ("regulator_media", "fraud_accusation", "complaint_threat"):
            drop(label)
    elif intent == "compensation_request" and "compensation_claim" not in weights.denied:
        add("compensation_claim", 0.9)
    elif intent == "dispute_escalation":
        if _DEFINITION.search(text) or _SOLVED.search(text):
            drop("complaint_threat")
            drop("regulator_media")
        elif _STATUS.search(text):
            add("dispute", 0.8)
        elif not strengths.get("regulator_media"):
            add("complaint_threat", 0.8)
    elif intent == "fake_suspect":
        # 是正品吗 and 如果是假的怎么办 ask; 感觉是假的 and 是不是用过的 accuse.
        if _AUTHENTIC_QUESTION.search(text) or _HYPOTHETICAL.search(text):
            if strengths.get("angry", 0.0) < ANGRY_LINE:
                drop("fraud_accusation")
                drop("compensation_claim")
        elif _FAKE.search(text):
            add("fraud_accusation", 0.8)
    elif intent == "refund_problem" and _REFUSED.search(text):
        add("dispute", 0.7)
    if intent in _PAYOUT_BY_RULE and strengths.get("compensation_claim", 0.0) < STRONG:
        drop("compensation_claim")
    if intent in _COUNTS_TIMES:
        drop("repeated_failure")
    if intent in _REFUSED_BY_RULE:
        weights.evidence = [item for item in weights.evidence if item.kind != "dispute"]
    if intent in _SPEAKS_OF_REVIEWS and strengths.get("complaint_threat", 0.0) < 0.9:
        drop("complaint_threat")


# --- the decision -------------------------------------------------------------------------------------------


def _with_model(lexical: float, probability: float | None, against: bool = False) -> float:
    if probability is None:
        return lexical
    if probability < VETO_BELOW and lexical < STRONG:
        lexical *= VETO_FACTOR
    trust = TRUST_WITH_WORDS if lexical > 0 else TRUST_AGAINST_WORDS if against else TRUST_ALONE
    return 1 - (1 - lexical) * (1 - trust * min(1.0, max(0.0, probability)))


def _emotion(message: Normalised, intent: str, weights: _Weights, scores: Mapping[str, float]) -> tuple[str, float]:
    strengths = weights.strengths
    abusive = strengths.get("abusive", 0.0)
    angry = max(strengths.get("angry", 0.0), _heat(message.text, weights))
    grumble = max(weights.grumbles, default=0.0)
    if intent in _QUIET or strengths.get("polite"):
        grumble -= 0.15
    known = {label: scores[label] for label in EMOTIONS if label in scores}
    p_abusive = known.get("abusive")
    p_angry = min(1.0, known.get("angry", 0.0) + known.get("abusive", 0.0)) if known else None
    p_upset = min(1.0, (p_angry or 0.0) + known.get("dissatisfied", 0.0)) if known else None
    against = intent in _QUIET or (not strengths and bool(weights.denied))
    abusive = _with_model(abusive, p_abusive, against)
    angry = max(abusive, _with_model(max(angry, 0.0), p_angry, against or "polite" in strengths))
    upset = max(angry, _with_model(max(grumble, 0.0), p_upset, against))
    if abusive >= ABUSIVE_LINE:
        return "abusive", abusive
    if angry >= ANGRY_LINE:
        return "angry", angry
    if upset >= DISSATISFIED_LINE:
        return "dissatisfied", upset
    return "calm", 1 - max(0.0, upset)


def _heat(text: str, weights: _Weights) -> float:
    """Anger that no single word shows: grumbling upon grumbling, swearing, rows of marks."""
    grumbles = weights.grumbles
    if not grumbles or max(grumbles) < DISSATISFIED_LINE:
        return 0.0
    marks = min(1.0, (text.count("!") + 0.5 * text.count("?")) / 2)
    more = sum(grumbles) - max(grumbles)
    threat = any(weights.strengths.get(label, 0.0) >= RISK_LINE for label in _THREATS)
    return 0.15 * min(more, 1.5) + 0.3 * marks + (0.35 if weights.tics else 0.0) + (0.25 if threat else 0.0)


def _risks(intent: str, weights: _Weights, scores: Mapping[str, float]) -> tuple[str, ...]:
    risks = []
    for label in RISKS:
        # Where the words were taken back or innocent, the trained part saw only the word.
        against = (
            label in weights.denied or intent in _QUIET or (intent == "bot_challenge" and label == "human_request")
        )
        if label in _GRAVE and not weights.strengths.get(label) and scores.get(label, 0.0) < SURE_OF_GRAVE:
            continue
        if _with_model(weights.strengths.get(label, 0.0), scores.get(label), against) >= RISK_LINE:
            risks.append(label)
    return tuple(risks)


def _kept(evidence: list[Evidence], emotion: str, risk: tuple[str, ...]) -> list[Evidence]:
    """Evidence for what was reported, without repeats; milder feelings stay out of the way of the reported one."""
    result: dict[tuple[str, int, int], Evidence] = {}
    for item in evidence:
        if item.kind == "risk" and item.label not in risk:
            continue
        if item.kind == "emotion":
            if EMOTIONS.index(item.label) > EMOTIONS.index(emotion) or emotion == "calm":
                continue
            if item.label != emotion and any(e.label == emotion for e in evidence):
                continue
        if item.kind == "polite":
            continue
        if item.source == "intent" and any(e.label == item.label and e.source != "intent" for e in evidence):
            continue
        result.setdefault((item.label, item.start, item.end), item)
    return sorted(result.values(), key=lambda e: (e.start, e.end, e.label))
