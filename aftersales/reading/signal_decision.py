"""What is reported of a message: words, the trained part's probabilities and the intent against the lines."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from aftersales.reading.model import EMOTIONS, RISKS, Evidence
from aftersales.reading.normalise import Normalised
from aftersales.reading.signal_words import ANGRY_LINE, STRONG, Weights

# Lines above which a label is reported.
ABUSIVE_LINE = 0.6
DISSATISFIED_LINE = 0.5
RISK_LINE = 0.5
# How far the trained part is believed when words point the same way, when it stands alone, and when the words speak
# against it (thanks, or the very word was taken back or part of an innocent phrase). From STRONG on a word stands by
# itself.
TRUST_WITH_WORDS = 0.85
TRUST_ALONE = 0.75
TRUST_AGAINST_WORDS = 0.45
# Below this probability the trained part speaks against a weak word, which then counts a little less.
VETO_BELOW = 0.03
VETO_FACTOR = 0.85
# Characters that a message without any listed word needs before the trained part is heard at all.
SHORTEST_FOR_MODEL = 6
# Without a word of it and without an intent that speaks for it, how sure the trained part must be of a risk. An accident
# or a regulator changes everything that follows; 联系, 电话 and 补 are in many requests that are none for a person or money.
SURE_ALONE = {
    "safety": 0.9,
    "regulator_media": 0.9,
    "fraud_accusation": 0.85,
    "compensation_claim": 0.98,
    "complaint_threat": 0.9,
    "service_attitude": 0.85,
    "repeated_failure": 0.85,
    "human_request": 0.98,
}

# The three questions that the trained part is asked beside the labels: is the message heated at all, is somebody upset,
# does it need a person. Their answers and the words are added up as odds; the weights were fitted on training lines
# that the trained part had not seen. Below DOUBT the need takes the strength of words back, as far as DOUBT_TO; words
# as strong as SURE_WORD are never doubted. From SURE_OF_NEED on the likeliest label is reported even below its line.
HEATED, UPSET, NEEDS = "heated", "upset", "needs_person"
HEATED_LINE = 0.3
HEATED_ALONE = 0.65
UPSET_LINE = 0.33
DOUBT = 0.18
DOUBT_TO = 0.45
SURE_WORD = 0.95
SURE_OF_NEED = 0.8
LEAST_LIKELY = 0.35

# Said with rows of marks or an oath, these are anger and no longer a calm claim.
_THREATS = ("complaint_threat", "regulator_media", "fraud_accusation", "compensation_claim")
# 联系, 电话 and 补 are in many requests that are none for a person or money.
_NEEDS_A_WORD = frozenset({"human_request", "compensation_claim"})
QUIET = frozenset({"thank", "greet", "goodbye", "affirm"})


def _with_model(lexical: float, probability: float | None, against: bool = False) -> float:
    if probability is None:
        return lexical
    if probability < VETO_BELOW and lexical < STRONG:
        lexical *= VETO_FACTOR
    trust = TRUST_WITH_WORDS if lexical > 0 else TRUST_AGAINST_WORDS if against else TRUST_ALONE
    return 1 - (1 - lexical) * (1 - trust * min(1.0, max(0.0, probability)))


def emotion_of(
    message: Normalised, intent: str, weights: Weights, scores: Mapping[str, float], lines: float
) -> tuple[str, float]:
    """The emotion and how sure it is, 0..1."""
    strengths = weights.strengths
    need = scores.get(NEEDS)
    abusive = _doubted(strengths.get("abusive", 0.0), need)
    angry = _doubted(max(strengths.get("angry", 0.0), _heat(message.text, weights)), need)
    grumble = max(weights.grumbles, default=0.0)
    if intent in QUIET or strengths.get("polite"):
        grumble -= 0.15
    known = {label: scores[label] for label in EMOTIONS if label in scores}
    p_abusive = known.get("abusive")
    p_angry = min(1.0, known.get("angry", 0.0) + known.get("abusive", 0.0)) if known else None
    p_upset = min(1.0, (p_angry or 0.0) + known.get("dissatisfied", 0.0)) if known else None
    against = intent in QUIET or (not strengths and bool(weights.denied))
    insult = _with_model(abusive, p_abusive, against)
    heated = max(insult, _with_model(max(angry, 0.0), p_angry, against or "polite" in strengths))
    upset = max(heated, _with_model(max(grumble, 0.0), p_upset, against))
    if HEATED in scores and p_angry is not None and p_upset is not None:
        # With all three answers the odds decide; the sums above stay for a trained part that lacks them, and for words
        # alone.
        words = _Words(angry, abusive, max(grumble, 0.0), against, intent in QUIET)
        hot, low = _by_odds(message, weights, scores, words, p_angry, p_upset)
        # Brought to the lines of the words, so that one line serves both.
        heated = max(_onto(hot, HEATED_LINE, ANGRY_LINE), abusive if abusive >= SURE_WORD else 0.0)
        upset = max(heated, _onto(low, UPSET_LINE, DISSATISFIED_LINE))
    if heated >= ANGRY_LINE * lines and insult >= ABUSIVE_LINE * lines:
        return "abusive", max(insult, heated)
    if heated >= ANGRY_LINE * lines:
        return "angry", heated
    if upset >= DISSATISFIED_LINE * lines:
        return "dissatisfied", upset
    return "calm", 1 - max(0.0, upset)


class _Words(NamedTuple):
    """How strongly the words speak, and whether something speaks against them."""

    angry: float
    abusive: float
    grumble: float
    against: bool
    quiet: bool


def _by_odds(
    message: Normalised, weights: Weights, scores: Mapping[str, float], words: _Words, p_angry: float, p_upset: float
) -> tuple[float, float]:
    """How sure it is, 0..1, that the message is heated, and that somebody is upset."""
    marks = min(2, message.text.count("!")) / 2
    risk = max((weights.strengths.get(label, 0.0) for label in RISKS), default=0.0)
    hot = 0.86 * _odds(scores[HEATED]) + 1.7 * p_angry + 3.1 * words.angry + 1.8 * words.abusive
    hot += 1.1 * marks - 0.5 * risk - 2.1 + (2.2 if words.abusive else 0.0) - (0.25 if words.against else 0.0)
    low = _odds(scores[UPSET]) + 0.6 * p_upset + 2.4 * words.angry + 3.5 * words.abusive + 1.9 * words.grumble
    low += 0.5 * risk - 1.3 + 0.5 * marks
    low -= (0.5 if words.quiet else 0.0) + (0.3 if "polite" in weights.strengths else 0.0)
    heated = _chance(hot)
    if not weights.strengths:
        # Heat that not one listed word shows must be plain.
        heated *= HEATED_LINE / HEATED_ALONE
    return heated, _chance(low)


def _odds(chance: float) -> float:
    """The logarithm of the odds; what is nearly certain counts no more than six to the power of e."""
    chance = min(0.998, max(0.002, chance))
    return math.log(chance / (1 - chance))


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _onto(value: float, line: float, other: float) -> float:
    """`value` of a scale with one line, on a scale with another, both from 0 to 1."""
    return value * other / line if value < line else other + (value - line) * (1 - other) / (1 - line)


def _doubted(lexical: float, need: float | None) -> float:
    """What is left of the strength of words when the trained part sees nobody who needs a person."""
    if need is None or lexical >= SURE_WORD or need >= DOUBT:
        return lexical
    return lexical * (DOUBT_TO + (1 - DOUBT_TO) * need / DOUBT)


def _heat(text: str, weights: Weights) -> float:
    """Anger that no single word shows: grumbling upon grumbling, swearing, rows of marks."""
    grumbles = weights.grumbles
    if not grumbles or max(grumbles) < DISSATISFIED_LINE:
        return 0.0
    marks = min(1.0, (text.count("!") + 0.5 * text.count("?")) / 2)
    more = sum(grumbles) - max(grumbles)
    threat = any(weights.strengths.get(label, 0.0) >= RISK_LINE for label in _THREATS)
    return 0.15 * min(more, 1.5) + 0.3 * marks + (0.35 if weights.tics else 0.0) + (0.25 if threat else 0.0)


def risks_of(intent: str, weights: Weights, scores: Mapping[str, float], lines: float, emotion: str) -> tuple[str, ...]:
    """The risks of a message, in the order of RISKS."""
    need = scores.get(NEEDS)
    risks = []
    for label in RISKS:
        # Where the words were taken back or innocent, the trained part saw only the word.
        against = label in weights.denied or intent in QUIET or (intent == "bot_challenge" and label == "human_request")
        lexical = _doubted(weights.strengths.get(label, 0.0), need)
        if not lexical and scores.get(label, 0.0) < SURE_ALONE[label] * lines:
            continue
        if _with_model(lexical, scores.get(label), against) >= RISK_LINE * lines:
            risks.append(label)
    if not risks and emotion not in ("angry", "abusive") and (need or 0.0) >= SURE_OF_NEED * lines:
        likeliest = max(
            (label for label in RISKS if label not in _NEEDS_A_WORD), key=lambda label: scores.get(label, 0.0)
        )
        if scores.get(likeliest, 0.0) >= LEAST_LIKELY * lines and likeliest not in weights.denied:
            risks.append(likeliest)
    return tuple(risks)


def kept(evidence: list[Evidence], emotion: str, risk: tuple[str, ...]) -> list[Evidence]:
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
