"""Emotion and risk of one message: lexicon hits, the trained part's probabilities and the intent, weighed in the open.

Each label gets a strength in 0..1 from the word lists; the trained part may add to it, or take a weak word
back when it is sure
that the message is calm. What ends up above a line is reported together with the words that led there.
"""

from __future__ import annotations

from collections.abc import Mapping

from aftersales.reading.lexicon import Lexicons, default_lexicons
from aftersales.reading.model import Evidence, Signals
from aftersales.reading.normalise import normalise
from aftersales.reading.signal_decision import SHORTEST_FOR_MODEL, emotion_of, kept, risks_of
from aftersales.reading.signal_intent import SURE_INTENT, inform
from aftersales.reading.signal_words import Weights, weigh

__all__ = ["Signals", "needs_person", "read_signals"]


def read_signals(
    text: str,
    *,
    intent: str,
    model_scores: Mapping[str, float] | None,
    confidence: float = 1.0,
    lexicons: Lexicons | None = None,
    lines: float = 1.0,
) -> Signals:
    """Read the emotion and the risks of one message.

    intent: the intent the message was read as; it informs risk (a compensation_request is a claim, a calm 是正品吗
    is none). confidence: how sure the intent is, 0..1; an unsure one speaks for no risk.
    model_scores: probabilities by emotion label and by risk label from the trained part; None means words alone decide,
    and a label that is not in the mapping counts as unknown. lexicons: other word lists than the project's own.
    lines: what every decision line is multiplied by; only the evaluation, which draws what other lines would do, moves them.
    """
    message = normalise(text)
    weights = Weights()
    hits, cancelled = (lexicons or default_lexicons()).search(message.text)
    for hit in hits:
        weigh(message, hit, weights)
    weights.denied.update(label for hit in cancelled for label, _ in hit.entry.says)
    inform(message, intent, weights, model_scores or {}, sure=confidence >= SURE_INTENT)
    if len(message.text) < SHORTEST_FOR_MODEL and not weights.strengths:
        # A blank, an emoji or three characters have too few features: what the trained part says of them is a guess.
        model_scores = None
    emotion, score = emotion_of(message, intent, weights, model_scores or {}, lines)
    risk = risks_of(intent, weights, model_scores or {}, lines, emotion)
    evidence = kept(weights.evidence, emotion, risk)
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
