"""A linear reader of short Chinese texts: words and character n-grams, weighted, summed per class.

Character n-grams run over the whole message, across word borders, so a different cut by the segmenter or a typo changes
only a few features; word features add what the cut knows. Training is scikit-learn's; what is kept is plain arrays, and a
prediction touches only the rows of the features that occur, so it costs well under a millisecond and loads no pickle.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

Words = Sequence[str]

#: Longest character n-gram and word n-gram.
CHARACTERS = 3
WORDS = 2
#: A feature must occur in this many training texts to be kept: what only one text has teaches nothing about others.
LEAST_OCCURRENCES = 2
#: The training lines seek out the borders between intents, so a fifth of them held out is harder than what others write:
#: on the held-out sets of other writers the probabilities were right with a temperature this many times as high.
OTHER_WRITERS = 0.8


def features(text: str, words: Words) -> Iterator[str]:
    """The features of one message; ``text`` is the normalised text, ``words`` its segmentation."""
    framed = f"^{text}$"
    for size in range(1, CHARACTERS + 1):
        for start in range(len(framed) - size + 1):
            yield framed[start : start + size]
    for size in range(1, WORDS + 1):
        for start in range(len(words) - size + 1):
            yield "w:" + " ".join(words[start : start + size])


@dataclass
class LinearReader:
    """Scores for each class of a text.

    ``weights`` has one row a feature and one column a class; ``bias`` one value a class; ``rarity`` (idf) one a feature.
    ``temperature`` turns the scores into calibrated probabilities.
    """

    classes: list[str]
    vocabulary: dict[str, int]
    rarity: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    temperature: float = 1.0

    def scores(self, text: str, words: Words) -> np.ndarray:
        """One raw score a class."""
        rows, values = self._vector(text, words)
        if not rows:
            return self.bias.copy()
        return np.asarray(values, dtype=np.float32) @ self.weights[rows] + self.bias

    def probabilities(self, text: str, words: Words) -> np.ndarray:
        """One probability a class; they add up to one."""
        return softmax(self.scores(text, words) / self.temperature)

    def independent(self, text: str, words: Words) -> np.ndarray:
        """One probability a class, each for itself (for labels of which several may hold)."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.scores(text, words) / self.temperature)))

    def _vector(self, text: str, words: Words) -> tuple[list[int], list[float]]:
        counts = Counter(features(text, words))
        rows: list[int] = []
        values: list[float] = []
        for feature, count in counts.items():
            row = self.vocabulary.get(feature)
            if row is not None:
                rows.append(row)
                values.append((1.0 + math.log(count)) * float(self.rarity[row]))
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return rows, [value / length for value in values]

    def save(self, folder: Path) -> None:
        """Write the reader into ``folder`` (arrays and JSON, nothing executable)."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "arrays.npz", rarity=self.rarity, weights=self.weights.astype(np.float16), bias=self.bias)
        names = {"classes": self.classes, "features": list(self.vocabulary), "temperature": self.temperature}
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearReader:
        """Read what :meth:`save` wrote."""
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            return cls(
                classes=names["classes"],
                vocabulary={feature: row for row, feature in enumerate(names["features"])},
                rarity=arrays["rarity"],
                weights=arrays["weights"].astype(np.float32),
                bias=arrays["bias"],
                temperature=names["temperature"],
            )


def softmax(scores: np.ndarray) -> np.ndarray:
    """Row-wise softmax of a vector or matrix."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


@dataclass
class Vectors:
    """Training texts as a sparse matrix, with the vocabulary that made it."""

    matrix: csr_matrix
    vocabulary: dict[str, int]
    rarity: np.ndarray


def vectorise(texts: Sequence[str], words: Sequence[Words]) -> Vectors:
    """Tf-idf with logarithmic counts and unit length, over :func:`features`."""
    counted = [Counter(features(text, cut)) for text, cut in zip(texts, words)]
    documents: Counter[str] = Counter()
    for counts in counted:
        documents.update(counts.keys())
    kept = sorted(feature for feature, number in documents.items() if number >= LEAST_OCCURRENCES)
    vocabulary = {feature: row for row, feature in enumerate(kept)}
    rarity = np.array([math.log((1 + len(texts)) / (1 + documents[f])) + 1.0 for f in kept], dtype=np.float32)
    return Vectors(_matrix(counted, vocabulary, rarity), vocabulary, rarity)


def _matrix(counted: Iterable[Counter[str]], vocabulary: dict[str, int], rarity: np.ndarray) -> csr_matrix:
    pointers, columns, values = [0], [], []
    for counts in counted:
        known = ((vocabulary[feature], count) for feature, count in counts.items() if feature in vocabulary)
        row = [(column, (1.0 + math.log(count)) * float(rarity[column])) for column, count in known]
        length = math.sqrt(sum(value * value for _, value in row)) or 1.0
        columns.extend(column for column, _ in row)
        values.extend(value / length for _, value in row)
        pointers.append(len(columns))
    return csr_matrix((values, columns, pointers), shape=(len(pointers) - 1, len(vocabulary)), dtype=np.float32)


def fit_single(texts: Sequence[str], words: Sequence[Words], labels: Sequence[str], *, strength: float = 1.0) -> LinearReader:
    """Train for one label a text. The temperature is chosen on a held-out fifth, so the confidence means what it says.

    ``strength`` is the inverse of the regularisation (scikit-learn's ``C``).
    """
    from sklearn.model_selection import train_test_split
    from sklearn.svm import LinearSVC

    vectors = vectorise(texts, words)
    wanted = np.array(labels)

    def train(rows: np.ndarray) -> LinearSVC:
        return LinearSVC(C=strength, dual=True, tol=1e-3, max_iter=2000, random_state=0).fit(
            vectors.matrix[rows], wanted[rows]
        )

    everything = np.arange(len(labels))
    kept, held = train_test_split(everything, test_size=0.2, random_state=0, stratify=wanted)
    rehearsal = train(kept)
    position = {name: index for index, name in enumerate(rehearsal.classes_)}
    right = np.array([position[label] for label in wanted[held]])
    temperature = best_temperature(rehearsal.decision_function(vectors.matrix[held]), right) * OTHER_WRITERS
    model = train(everything)
    classes = [str(name) for name in model.classes_]
    return LinearReader(
        classes,
        vectors.vocabulary,
        vectors.rarity,
        np.ascontiguousarray(model.coef_.T, dtype=np.float32),
        model.intercept_.astype(np.float32),
        temperature,
    )


def best_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least negative log likelihood on held-out scores (Guo et al. 2017, temperature scaling)."""

    def loss(temperature: float) -> float:
        likelihood = softmax(scores / temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.clip(likelihood, 1e-12, None)).mean())

    return min((0.02 * 1.08**step for step in range(60)), key=loss)


def fit_independent(
    texts: Sequence[str],
    words: Sequence[Words],
    labels: Sequence[frozenset[str]],
    classes: Sequence[str],
    *,
    strength: float = 4.0,
    progress: Callable[[str], None] = lambda name: None,
) -> LinearReader:
    """Train one yes-or-no question a class, for labels of which several may hold at once."""
    from sklearn.linear_model import LogisticRegression

    vectors = vectorise(texts, words)
    weights = np.zeros((len(vectors.vocabulary), len(classes)), dtype=np.float32)
    bias = np.full(len(classes), -6.0, dtype=np.float32)
    for column, name in enumerate(classes):
        wanted = np.array([name in marks for marks in labels])
        if not wanted.any() or wanted.all():
            continue
        model = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", max_iter=1000)
        model.fit(vectors.matrix, wanted)
        weights[:, column] = model.coef_[0]
        bias[column] = model.intercept_[0]
        progress(name)
    return LinearReader(list(classes), vectors.vocabulary, vectors.rarity, weights, bias)
