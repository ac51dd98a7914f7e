"""What the listed words of a message speak for, once it is known whom they mean and whether they are meant at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from aftersales.reading.lexicon import Hit
from aftersales.reading.model import EMOTIONS, RISKS, Evidence
from aftersales.reading.normalise import Normalised
from aftersales.reading.windows import is_named, is_negated, is_reported, target_of

# From STRONG on a word stands by itself, whatever the trained part says of the message.
STRONG = 0.85
# The line above which a message is angry.
ANGRY_LINE = 0.55


@dataclass
class Weights:
    """Strengths collected so far and the words behind them."""

    strengths: dict[str, float] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    grumbles: list[float] = field(default_factory=list)
    tics: int = 0
    denied: set[str] = field(default_factory=set)

    def add(self, label: str, strength: float, evidence: Evidence) -> None:
        self.strengths[label] = max(self.strengths.get(label, 0.0), strength)
        self.evidence.append(evidence)


def weigh(message: Normalised, hit: Hit, weights: Weights) -> None:
    entry = hit.entry
    if (entry.negatable and is_negated(message.text, hit.start)) or is_named(message.text, hit.start, hit.end):
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
