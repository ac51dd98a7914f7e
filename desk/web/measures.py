"""Counts and times since the start, as Prometheus text. No label ever names a person or a conversation."""

from __future__ import annotations

from collections import Counter
from typing import Final

#: Upper bounds of the histograms, in seconds.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Histogram:
    """How long something took."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count one that took ``seconds``."""
        self.total += seconds
        for index, bound in enumerate(BUCKETS):
            if seconds <= bound:
                self.counts[index] += 1
                return
        self.counts[-1] += 1


class Measures:
    """What this process has done."""

    def __init__(self) -> None:
        self.turns: Counter[str] = Counter()
        self.turn_seconds = Histogram()
        self.store_seconds = Histogram()
        self.refused: Counter[str] = Counter()

    def turn(self, outcome: str, seconds: float) -> None:
        """Count one answer of the bot; ``outcome`` as the bot names it, or ``error``."""
        self.turns[outcome] += 1
        self.turn_seconds.add(seconds)

    def text(self, gauges: dict[str, float]) -> str:
        """Everything, with ``gauges`` of the moment by name (labels included)."""
        lines: list[str] = []
        lines += _family("aftersales_turns_total", "counter", "Answers of the bot, by outcome.")
        lines += [f'aftersales_turns_total{{outcome="{name}"}} {count}' for name, count in sorted(self.turns.items())]
        lines += _histogram("aftersales_turn_seconds", "How long the bot took.", self.turn_seconds)
        lines += _histogram("aftersales_store_seconds", "From a buyer's frame to its commit.", self.store_seconds)
        lines += _family("aftersales_refused_total", "counter", "Calls and frames refused, by code.")
        lines += [f'aftersales_refused_total{{code="{name}"}} {count}' for name, count in sorted(self.refused.items())]
        family = ""
        for name, value in sorted(gauges.items()):
            if name.partition("{")[0] != family:
                family = name.partition("{")[0]
                lines += _family(family, "gauge", "As of now.")
            lines.append(f"{name} {value:g}")
        return "\n".join(lines) + "\n"


def _family(name: str, kind: str, what: str) -> list[str]:
    return [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]


def _histogram(name: str, what: str, histogram: Histogram) -> list[str]:
    lines = _family(name, "histogram", what)
    below = 0
    for bound, count in zip((*BUCKETS, float("inf")), histogram.counts, strict=True):
        below += count
        lines.append(f'{name}_bucket{{le="{"+Inf" if bound == float("inf") else f"{bound:g}"}"}} {below}')
    return [*lines, f"{name}_sum {histogram.total:.6f}", f"{name}_count {below}"]
