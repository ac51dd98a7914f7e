"""``python -m bot.door_training``: trains the reader of the compliance door into ``build/door/reader.npz``.

It lives here because scikit-learn does; the door itself needs only the arrays.
"""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, SGDClassifier

from aftersales.answers import load_responses
from aftersales.answers.check import samples
from aftersales.door.examples import Example, read_examples
from aftersales.door.load import CONCEPTS, READER, load_kinds
from aftersales.door.model import Kind
from aftersales.door.reader import ANYTHING, STOPPED, Reader, features, sentences
from aftersales.door.text import read_reply
from aftersales.errors import AftersalesError
from aftersales.reading.concepts import Concepts, load_concepts
from aftersales.rules import load_catalogue
from aftersales.stores import load_stores

#: Weight decay and passes over the lines; chosen on lines left out, see docs/door.md.
DECAY, EPOCHS = 6e-5, 24
#: A feature must occur in this many sentences: what only one has teaches nothing about others.
LEAST_OCCURRENCES = 2
#: Parts of the lines that are left out by turns to fit the judges on; a block of lines stays together with its twins.
FOLDS, BLOCK = 3, 24
#: A kind needs so many lines to be learnt; rarer ones are left to patterns.
FEWEST = 20


def main() -> int:
    """Run the command; returns the exit code."""
    try:
        kinds = load_kinds(Path("rules/door/kinds.yml"), load_catalogue(Path("rules/catalogue")))
        lines = [one for path in sorted(Path("rules/door/replies").glob("*.tsv")) for one in read_examples(path, kinds)]
        lines += own_answers(Path("data/responses"), Path("stores"), Path("rules"))
        reader = train(lines, kinds, load_concepts(CONCEPTS))
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 1
    reader.save(READER)
    return 0


def train(lines: Sequence[Example], kinds: Mapping[str, Kind], concepts: Concepts) -> Reader:
    """A reader from labelled replies."""
    lines = usable(lines)
    stopping = [name for name, kind in kinds.items() if kind.agent == "block"]
    counted = Counter(kind for line in lines for kind in line.kinds)
    questions = [*sorted(kind for kind, count in counted.items() if count >= FEWEST), ANYTHING, STOPPED]
    texts = _Texts([line.text for line in lines], concepts)
    labels = np.array([[_holds(line, question, stopping) for question in questions] for line in lines])
    best = np.zeros((len(lines), len(questions)), np.float32)
    fold = np.arange(len(lines)) // BLOCK % FOLDS
    for turn in range(FOLDS):
        weights, bias = _fit(texts, labels, fold != turn)
        best[fold == turn] = texts.best(weights, bias)[fold == turn]
    weights, bias = _fit(texts, labels, np.ones(len(lines), bool))
    reader = Reader(
        questions, [one for one in stopping if one in questions], texts.vocabulary, texts.rarity, weights, bias,
        np.zeros((2, 3), np.float32), concepts,
    )  # fmt: skip
    seen = reader.seen(best)
    judges = np.zeros((2, 3), np.float32)
    for place, question in enumerate((ANYTHING, STOPPED)):
        fitted = LogisticRegression(C=1.0).fit(seen[:, place], labels[:, questions.index(question)])
        judges[place] = [*fitted.coef_[0], fitted.intercept_[0]]
    return Reader(
        questions, reader.stopping, texts.vocabulary, texts.rarity, weights, bias, judges, concepts
    )


def own_answers(responses: Path, stores: Path, rules: Path) -> list[Example]:
    """What our bot says, as a buyer of each store reads it: good replies all, for the linter has checked them."""
    answers = load_responses(responses)
    said = (one.sample for store in load_stores(stores, rules).values() for one in samples(answers, store))
    return [Example(text, "bot", "*", frozenset()) for text in dict.fromkeys(said)]


def usable(lines: Sequence[Example]) -> list[Example]:
    """The lines whose label does not hang on the store's terms: the reader knows no terms."""
    seen: dict[str, set[bool]] = {}
    for line in lines:
        seen.setdefault(line.text, set()).add("promise_beyond" in line.kinds)
    return [
        line
        for line in lines
        if len(seen[line.text]) == 1 and (line.store == "*" or "promise_beyond" not in line.kinds)
    ]


def _holds(line: Example, question: str, stopping: Sequence[str]) -> bool:
    if question == ANYTHING:
        return bool(line.kinds)
    if question == STOPPED:
        return not line.kinds.isdisjoint(stopping)
    return question in line.kinds


class _Texts:
    """All sentences of all replies as one sparse matrix; ``owner`` says whose, ``whole`` which are whole replies."""

    def __init__(self, texts: Sequence[str], concepts: Concepts):
        cut = [[features(text, concepts) for _, text in sentences(read_reply(text))] for text in texts]
        # The whole reply first, as all its sentences together, then each sentence where there are several.
        bags = [bag for one in cut for bag in _bags(one)]
        self.owner = np.repeat(np.arange(len(cut)), [1 if len(one) == 1 else 1 + len(one) for one in cut])
        self.whole = np.concatenate([[True], self.owner[1:] != self.owner[:-1]])
        counts = Counter(feature for bag in bags for feature in bag)
        kept = sorted(feature for feature, count in counts.items() if count >= LEAST_OCCURRENCES)
        self.vocabulary = {feature: row for row, feature in enumerate(kept)}
        self.rarity = np.array(
            [math.log((1 + len(bags)) / (1 + counts[feature])) + 1.0 for feature in kept], dtype=np.float32
        )
        columns, values, ends = [], [], [0]
        for bag in bags:
            known = [(self.vocabulary[feature], times) for feature, times in bag.items() if feature in self.vocabulary]
            rows = np.array([row for row, _ in known], dtype=np.int32)
            # A feature of several sentences counts once each.
            weights = self.rarity[rows]
            times = np.array([times for _, times in known], dtype=np.float32)
            columns.append(rows)
            values.append(weights * times / (math.sqrt(float(np.sum(times * weights * weights))) or 1.0))
            ends.append(ends[-1] + len(rows))
        self.matrix = csr_matrix(
            (np.concatenate(values), np.concatenate(columns), ends), shape=(len(bags), len(kept)), dtype=np.float32
        )
        self.matrix.sort_indices()

    def best(self, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """For each reply and question the best score of its sentences."""
        scores = self.matrix @ weights + bias
        best = np.full((int(self.owner[-1]) + 1, scores.shape[1]), -np.inf, np.float32)
        np.maximum.at(best, self.owner, scores)
        return best


def _bags(cut: list[set[str]]) -> list[Counter[str]]:
    each = [Counter(one) for one in cut]
    return each if len(each) == 1 else [sum(each, Counter()), *each]


def _fit(texts: _Texts, labels: np.ndarray, part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One question after the other: first on whole replies, then also on the sentence that speaks most for a yes.

    A label is of a whole reply; which sentence earned it is not known (multiple-instance learning, by one round of
    choosing the likeliest). Every sentence of a reply without the label is an example of a no.
    """
    mine = part[texts.owner]
    # Descent lets go of the interpreter, so threads are enough, and the texts are held once.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        fitted = list(pool.map(lambda wanted: _answer(texts, wanted[texts.owner], mine), labels.T))
    weights = np.stack([weights for weights, _ in fitted], axis=1).astype(np.float32)
    return weights, np.array([bias for _, bias in fitted], np.float32)


def _answer(texts: _Texts, wanted: np.ndarray, mine: np.ndarray) -> tuple[np.ndarray, float]:
    """One question's weights and bias; ``wanted`` and ``mine`` are of the rows of ``texts``."""
    used = mine & (texts.whole | ~wanted)
    first = _classifier().fit(texts.matrix[used], wanted[used])
    scores = first.decision_function(texts.matrix)
    chosen: dict[int, int] = {}
    for row in np.flatnonzero(mine & wanted & ~texts.whole):
        owner = int(texts.owner[row])
        if owner not in chosen or scores[row] > scores[chosen[owner]]:
            chosen[owner] = int(row)
    used[list(chosen.values())] = True
    model = _classifier().fit(texts.matrix[used], wanted[used])
    return model.coef_[0], float(model.intercept_[0])


def _classifier() -> SGDClassifier:
    """Squared hinge near the border, linear far off, by stochastic descent: as good here as an exact fit, and far faster."""
    return SGDClassifier(
        loss="modified_huber", alpha=DECAY, class_weight="balanced", max_iter=EPOCHS, tol=None, random_state=0
    )


if __name__ == "__main__":
    sys.exit(main())
