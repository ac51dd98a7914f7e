"""What is counted: pure functions over what was wanted and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations


@dataclass(frozen=True)
class Score:
    """Of ``wanted`` true and ``found`` reported ones, ``hits`` are both."""

    wanted: int
    found: int
    hits: int

    @property
    def precision(self) -> float | None:
        """Share of the reported ones that are true; None where nothing was reported."""
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the true ones that were reported; None where there are none."""
        return self.hits / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there is nothing to find and nothing was found."""
        return 2 * self.hits / (self.wanted + self.found) if self.wanted + self.found else None


@dataclass(frozen=True)
class Bin:
    """Readings of like confidence: their mean confidence, the share that is right, and how many they are."""

    confidence: float
    right: float
    count: int


@dataclass(frozen=True)
class Point:
    """Where a threshold leads: everything with a grade of at least ``line`` is reported."""

    line: float
    precision: float
    recall: float


def share(values: Iterable[bool]) -> float | None:
    """The share of true ones; None of nothing."""
    kept = list(values)
    return sum(kept) / len(kept) if kept else None


def score(wanted: Sequence[bool], found: Sequence[bool]) -> Score:
    """Count two answers to the same yes-or-no question about the same things."""
    return Score(sum(wanted), sum(found), sum(a and b for a, b in zip(wanted, found, strict=True)))


def by_label(wanted: Sequence[str], found: Sequence[str]) -> dict[str, Score]:
    """The score of each label in ``wanted``."""
    labels, guesses = Counter(wanted), Counter(found)
    hits = Counter(a for a, b in zip(wanted, found, strict=True) if a == b)
    return {label: Score(count, guesses[label], hits[label]) for label, count in labels.items()}


def macro_f1(scores: Mapping[str, Score]) -> float | None:
    """The mean F1, each label weighing the same."""
    return sum(one.f1 or 0.0 for one in scores.values()) / len(scores) if scores else None


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Readings by confidence (0..1) in ``bins`` equal steps; an empty step is left out."""
    steps: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, was_right in zip(confidences, right, strict=True):
        steps[min(bins - 1, max(0, int(confidence * bins)))].append((confidence, was_right))
    return [
        Bin(sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part), len(part)) for part in steps if part
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: how far confidence is from the share right, weighed by readings."""
    count = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / count if count else None


def matrix(wanted: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> list[list[int]]:
    """Rows: labelled; columns: read as. A reading that is not among ``labels`` is left out."""
    counts = Counter(zip(wanted, found, strict=True))
    return [[counts[row, column] for column in labels] for row in labels]


def curve(grades: Sequence[float], wanted: Sequence[bool]) -> list[Point]:
    """Precision and recall at each grade as the line, from the strictest on; none where nothing is wanted."""
    total, points = sum(wanted), []
    hits = found = 0
    ordered = sorted(zip(grades, wanted, strict=True), key=lambda one: -one[0])
    for place, (grade, is_wanted) in enumerate(ordered):
        found, hits = found + 1, hits + is_wanted
        # Equal grades are reported together: a line cannot part them.
        if total and (place + 1 == len(ordered) or ordered[place + 1][0] != grade):
            points.append(Point(grade, hits / found, hits / total))
    return points


def average_precision(points: Sequence[Point]) -> float:
    """The area under a precision-recall curve, by steps."""
    area, before = 0.0, 0.0
    for point in points:
        area += (point.recall - before) * point.precision
        before = point.recall
    return area


def both_right(sides: Iterable[tuple[str, bool]]) -> tuple[int, int]:
    """(pairs, pairs of which every side is right), from (pair, whether this side is right)."""
    pairs: dict[str, bool] = {}
    for pair, right in sides:
        pairs[pair] = pairs.get(pair, True) and right
    return len(pairs), sum(pairs.values())


def in_order(wanted: Sequence[Collection[str]], found: Sequence[str]) -> bool:
    """Whether ``found`` has one of each of ``wanted`` in this order; there may be others between."""
    rest = iter(found)
    return all(any(one in accepted for one in rest) for accepted in wanted)


def exactly(wanted: Sequence[Collection[str]], found: Sequence[str]) -> bool:
    """Whether ``found`` is one of each of ``wanted``, in this order and with nothing else."""
    return len(wanted) == len(found) and in_order(wanted, found)


def in_any_order(wanted: Sequence[Collection[str]], found: Sequence[str]) -> bool:
    """Whether each of ``wanted`` has one of its own in ``found``."""
    return any(in_order(wanted, order) for order in permutations(found, len(wanted)))
