"""A linear reader of short Chinese texts: features (:mod:`bot.nlu.features`), weighted, summed per class.

Training is scikit-learn's; what is kept is plain arrays, and a prediction touches only the rows of the features that
occur, so it costs well under a millisecond and loads no pickle.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from bot.nlu.features import Words, features

#: A feature must occur in this many training texts to be kept: what only one text has teaches nothing about others.
LEAST_OCCURRENCES = 2
#: Passes over the training lines.
EPOCHS = 10
#: Inverse of the regularisation of :func:`fit_independent`, and its score for a label that no line has.
STRENGTH = 4.0
NEVER = -6.0


class Vector(NamedTuple):
    """A text as tf-idf of unit length: the rows of its known features, and their values."""

    rows: list[int]
    values: list[float]


@dataclass(frozen=True)
class Vocabulary:
    """The features that count, with the row of each, and how rare each is (idf). Readers of one subject share it."""

    rows: dict[str, int]
    rarity: np.ndarray

    def vector(self, text: str, words: Words) -> Vector:
        """A text after ``features_text``, and its words, as every reader of this vocabulary takes it."""
        rows: list[int] = []
        values: list[float] = []
        for feature, count in Counter(features(text, words)).items():
            row = self.rows.get(feature)
            if row is not None:
                rows.append(row)
                values.append((1.0 + math.log(count)) * float(self.rarity[row]))
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return Vector(rows, [value / length for value in values])

    def save(self, folder: Path) -> None:
        """Write the vocabulary into ``folder`` (an array and JSON, nothing executable)."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "rarity.npy", self.rarity)
        (folder / "features.json").write_text(json.dumps(list(self.rows), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read what :meth:`save` wrote."""
        names = json.loads((folder / "features.json").read_text(encoding="utf-8"))
        # The vocabularies share most features; each text of one is kept once a process.
        rows = {sys.intern(feature): row for row, feature in enumerate(names)}
        return cls(rows, np.load(folder / "rarity.npy", allow_pickle=False))


@dataclass
class LinearReader:
    """Scores for each class of a text's :class:`Vector`.

    ``weights`` has one row a feature and one column a class; ``bias`` one value a class.
    A loaded reader's weights stay in half precision, as they were saved: the rows in use are few and widened for the sum.
    ``temperature`` turns the scores into calibrated probabilities.
    """

    classes: list[str]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float = 1.0

    def scores(self, vector: Vector) -> np.ndarray:
        """One raw score a class."""
        if not vector.rows:
            return self.bias.copy()
        weights = self.weights[vector.rows].astype(np.float32, copy=False)
        return np.asarray(vector.values, dtype=np.float32) @ weights + self.bias

    def probabilities(self, vector: Vector) -> np.ndarray:
        """One probability a class; they add up to one."""
        return softmax(self.scores(vector) / self.temperature)

    def independent(self, vector: Vector) -> np.ndarray:
        """One probability a class, each for itself (for labels of which several may hold)."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.scores(vector) / self.temperature)))

    def save(self, folder: Path) -> None:
        """Write the reader into ``folder`` (arrays and JSON, nothing executable)."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "arrays.npz", weights=self.weights.astype(np.float16), bias=self.bias)
        names = {"classes": self.classes, "temperature": self.temperature}
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearReader:
        """Read what :meth:`save` wrote."""
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            return cls(names["classes"], arrays["weights"], arrays["bias"], names["temperature"])


def softmax(scores: np.ndarray) -> np.ndarray:
    """Row-wise softmax of a vector or matrix."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


@dataclass
class Vectors:
    """Training texts as a sparse matrix, with the vocabulary that made it."""

    matrix: csr_matrix
    vocabulary: Vocabulary


class _Counted:
    """How often each feature occurs in a text, as numbers: (features, counts), in the order of their first occurrence.

    Each text is looked at once a process, as two readers learn from most of them.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._known: dict[tuple[str, tuple[str, ...]], tuple[np.ndarray, np.ndarray]] = {}

    def __call__(self, text: str, words: Words) -> tuple[np.ndarray, np.ndarray]:
        key = text, tuple(words)
        known = self._known.get(key)
        if known is None:
            counts = Counter(features(text, words))
            numbers = [self.numbers.setdefault(feature, len(self.numbers)) for feature in counts]
            known = self._known[key] = (
                np.array(numbers, dtype=np.int32),
                np.array(list(counts.values()), dtype=np.int32),
            )
        return known


_counted = _Counted()


def vectorise(texts: Sequence[str], words: Sequence[Words]) -> Vectors:
    """Tf-idf with logarithmic counts and unit length, over :func:`features`."""
    counted = [_counted(text, cut) for text, cut in zip(texts, words)]
    lengths = [len(numbers) for numbers, _ in counted]
    numbers = np.concatenate([numbers for numbers, _ in counted])
    counts = np.concatenate([counts for _, counts in counted])
    rows = np.repeat(np.arange(len(counted)), lengths)
    documents = np.bincount(numbers, minlength=len(_counted.numbers))
    kept = sorted(feature for feature, number in _counted.numbers.items() if documents[number] >= LEAST_OCCURRENCES)
    vocabulary = {feature: row for row, feature in enumerate(kept)}
    order = [_counted.numbers[feature] for feature in kept]
    rarity = np.array(
        [math.log((1 + len(texts)) / (1 + number)) + 1.0 for number in documents[order].tolist()], dtype=np.float32
    )
    columns = np.full(len(documents), -1, dtype=np.int32)
    columns[order] = np.arange(len(order), dtype=np.int32)
    known = columns[numbers] >= 0
    rows, columns, counts = rows[known], columns[numbers[known]], counts[known]
    logarithms = np.array([0.0, *(1.0 + math.log(count) for count in range(1, int(counts.max(initial=1)) + 1))])
    values = logarithms[counts] * rarity.astype(np.float64)[columns]
    squares = np.sqrt(np.bincount(rows, weights=values * values, minlength=len(texts)))
    values /= np.where(squares == 0.0, 1.0, squares)[rows]
    pointers = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(texts)))])
    matrix = csr_matrix((values.astype(np.float32), columns, pointers), shape=(len(texts), len(vocabulary)))
    return Vectors(matrix, Vocabulary(vocabulary, rarity))


def fit_single(
    vectors: Vectors,
    labels: Sequence[str],
    *,
    decay: float = 4e-5,
    handicap: Mapping[str, float] | None = None,
) -> LinearReader:
    """Train for one label a text of :func:`vectorise`.

    The temperature is chosen on a held-out fifth, so the confidence means what it says.

    ``decay`` is the weight decay (scikit-learn's ``alpha``). ``handicap`` is taken off the scores of some classes, which lie
    around -1 for what a text is not and around 1 for what it is.
    """
    from sklearn.model_selection import train_test_split

    wanted = np.array(labels)
    everything = np.arange(len(labels))
    kept, held = train_test_split(everything, test_size=0.2, random_state=0, stratify=wanted)
    rehearsal = _descend(vectors.matrix[kept], wanted[kept], decay)
    position = {name: index for index, name in enumerate(rehearsal.classes_)}
    right = np.array([position[label] for label in wanted[held]])
    temperature = best_temperature(rehearsal.decision_function(vectors.matrix[held]), right)
    model = _descend(vectors.matrix, wanted, decay)
    classes = [str(name) for name in model.classes_]
    taken_off = np.array([(handicap or {}).get(name, 0.0) for name in classes])
    return LinearReader(
        classes,
        np.ascontiguousarray(model.coef_.T, dtype=np.float32),
        (model.intercept_ - taken_off).astype(np.float32),
        temperature,
    )


def _descend(matrix: csr_matrix, labels: np.ndarray, decay: float) -> Any:
    """Fit one against the rest by stochastic gradient descent, on all cores; the same result every time."""
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(
        # Squared hinge near the border, linear far off: a mislabelled line cannot pull for ever.
        loss="modified_huber",
        alpha=decay,
        max_iter=EPOCHS,
        tol=None,
        n_jobs=-1,
        random_state=0,
    ).fit(matrix, labels)


def best_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least negative log likelihood on held-out scores (Guo et al. 2017, temperature scaling)."""

    def loss(temperature: float) -> float:
        likelihood = softmax(scores / temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.clip(likelihood, 1e-12, None)).mean())

    return min((0.02 * 1.08**step for step in range(60)), key=loss)


def fit_independent(vectors: Vectors, labels: Sequence[frozenset[str]], classes: Sequence[str]) -> LinearReader:
    """Train one yes-or-no question a class, for labels of which several may hold at once; most texts have none."""
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((vectors.matrix.shape[1], len(classes)), dtype=np.float32)
    bias = np.full(len(classes), NEVER, dtype=np.float32)
    for column, name in enumerate(classes):
        wanted = np.array([name in marks for marks in labels])
        if not wanted.any() or wanted.all():
            continue
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", max_iter=1000)
        model.fit(vectors.matrix, wanted)
        weights[:, column] = model.coef_[0]
        bias[column] = model.intercept_[0]
    return LinearReader(list(classes), weights, bias)
