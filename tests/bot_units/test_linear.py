"""The linear reader: what is saved is what is loaded, and its confidence means what it says."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from aftersales.reading.concepts import concepts_of, default_concepts
from bot.nlu.features import PAIRED_WORDS, features
from bot.nlu.linear import (
    LinearReader,
    Vector,
    Vocabulary,
    best_temperature,
    fit_independent,
    fit_single,
    softmax,
    vectorise,
)

EXAMPLES = {
    "refund": ["我要退款", "怎么退款", "退款在哪", "帮我退钱", "申请退款", "想退款了", "退款怎么弄", "给我退款"],
    "invoice": ["开个发票", "能开发票吗", "发票在哪", "要电子发票", "补开发票", "发票怎么开", "专票能开吗", "给我发票"],
    "parcel": ["快递到哪了", "查物流", "包裹在哪", "物流到哪了", "快递单号", "什么时候到", "快递走到哪", "查快递"],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [label for label, texts in EXAMPLES.items() for _ in texts]
WORDS = [list(text) for text in TEXTS]
UNSEEN = ["退款到哪一步了", "发票抬头", "快递呢", "天气不错", "", "abc", "退款和发票"]


@dataclass(frozen=True)
class Trained:
    """A vocabulary and a reader of it, as they are kept together."""

    vocabulary: Vocabulary
    reader: LinearReader

    def vector(self, text: str) -> Vector:
        return self.vocabulary.vector(text, list(text))

    def probabilities(self, text: str) -> np.ndarray:
        return self.reader.probabilities(self.vector(text))

    def kept_in(self, folder: Path) -> Trained:
        self.vocabulary.save(folder)
        self.reader.save(folder)
        return Trained(Vocabulary.load(folder), LinearReader.load(folder))


@pytest.fixture(scope="module")
def trained() -> Trained:
    vectors = vectorise(TEXTS, WORDS)
    return Trained(vectors.vocabulary, fit_single(vectors, LABELS))


@pytest.fixture(scope="module")
def loaded(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return trained.kept_in(tmp_path_factory.mktemp("reader"))


@pytest.mark.parametrize("text", [*TEXTS[::5], *UNSEEN])
def test_a_loaded_reader_reads_as_the_trained_one(trained: Trained, loaded: Trained, text: str) -> None:
    """Weights are kept in half precision, so nearly is as good as it gets, and the winner must be the same."""
    before, after = (one.probabilities(text) for one in (trained, loaded))
    assert after == pytest.approx(before, abs=0.01)
    assert before.argmax() == after.argmax()


def test_saving_a_loaded_reader_loses_nothing_more(loaded: Trained, tmp_path: Path) -> None:
    again = loaded.kept_in(tmp_path)
    for text in (*TEXTS, *UNSEEN):
        assert np.array_equal(again.probabilities(text), loaded.probabilities(text))


def test_nothing_executable_is_saved(trained: Trained, tmp_path: Path) -> None:
    trained.kept_in(tmp_path)
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == ["arrays.npz", "features.json", "names.json", "rarity.npy"]
    assert np.load(tmp_path / "rarity.npy", allow_pickle=False).dtype.kind == "f"
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} == {"f"}


@pytest.mark.parametrize(("text", "label"), list(zip(TEXTS, LABELS)))
def test_it_has_learned_its_examples(loaded: Trained, text: str, label: str) -> None:
    assert loaded.reader.classes[int(loaded.probabilities(text).argmax())] == label


@pytest.mark.parametrize("text", UNSEEN)
def test_probabilities_are_probabilities(loaded: Trained, text: str) -> None:
    probabilities = loaded.probabilities(text)
    assert probabilities.min() >= 0
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_loaded_readers_weights_stay_small_and_give_the_sums_of_wide_ones(loaded: Trained) -> None:
    reader = loaded.reader
    assert reader.weights.dtype == np.float16
    wide = replace(reader, weights=reader.weights.astype(np.float32))
    for text in (*TEXTS, *UNSEEN):
        assert np.array_equal(reader.scores(loaded.vector(text)), wide.scores(loaded.vector(text)))


def plainly(texts: list[str], words: list[list[str]]) -> tuple[list[str], list[float], list[list[tuple[int, float]]]]:
    """What `vectorise` computes, one feature after the other: vocabulary, rarity, and (column, value) of each text."""
    counted = [Counter(features(text, cut)) for text, cut in zip(texts, words)]
    documents = Counter(feature for counts in counted for feature in counts)
    vocabulary = sorted(feature for feature, number in documents.items() if number >= 2)
    rarity = [float(np.float32(math.log((1 + len(texts)) / (1 + documents[f])) + 1.0)) for f in vocabulary]
    rows = []
    for counts in counted:
        known = [(vocabulary.index(f), number) for f, number in counts.items() if f in vocabulary]
        row = [(column, (1.0 + math.log(number)) * rarity[column]) for column, number in known]
        length = math.sqrt(sum(value * value for _, value in row)) or 1.0
        rows.append([(column, float(np.float32(value / length))) for column, value in row])
    return vocabulary, rarity, rows


@pytest.mark.parametrize(
    "texts", [TEXTS, TEXTS[:8], ["退款退款退款", "退款", "", "xyz"], ["好"], ["退款 退款"] * 3], ids=lambda texts: texts[0]
)
def test_vectors_are_what_counting_by_hand_gives_to_the_last_bit(texts: list[str]) -> None:
    words = [list(text) for text in texts]
    vocabulary, rarity, wanted = plainly(texts, words)
    found = vectorise(texts, words)
    rows = found.vocabulary.rows
    assert list(rows) == vocabulary and list(rows.values()) == list(range(len(vocabulary)))
    assert found.vocabulary.rarity.tolist() == rarity
    assert found.matrix.shape == (len(texts), len(vocabulary)) and found.matrix.dtype == np.float32
    for number, row in enumerate(wanted):
        start, end = found.matrix.indptr[number : number + 2]
        assert list(zip(found.matrix.indices[start:end], found.matrix.data[start:end].tolist())) == row


def test_the_same_text_cut_otherwise_is_another_text() -> None:
    together, apart = (vectorise(["退款"] * 2, [words] * 2).vocabulary.rows for words in (["退款"], ["退", "款"]))
    assert "w:退款" in together and "w:退款" not in apart and "w:退 款" in apart


def test_a_text_without_a_known_feature_scores_the_bias() -> None:
    reader = LinearReader(["a", "b"], np.array([[5.0, -5.0]]), np.array([0.5, 0.25]))
    assert list(reader.scores(Vocabulary({"退": 0}, np.ones(1)).vector("xyz", []))) == [0.5, 0.25]


@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
def test_a_higher_temperature_is_less_sure_of_the_same_winner(temperature: float) -> None:
    def top(of: float) -> tuple[int, float]:
        reader = LinearReader(["a", "b"], np.array([[1.0, 0.2]]), np.zeros(2), of)
        probabilities = reader.probabilities(Vocabulary({"退": 0}, np.ones(1)).vector("退", []))
        return int(probabilities.argmax()), float(probabilities.max())

    assert top(temperature)[0] == top(temperature * 2)[0] == 0
    assert top(temperature)[1] > top(temperature * 2)[1]


@pytest.mark.parametrize(("scale", "right"), [(1.5, 0.75), (0.5, 0.75), (3.0, 0.9), (0.2, 0.6)])
def test_the_temperature_makes_confidence_the_share_of_right_answers(scale: float, right: float) -> None:
    """Scores that are always equally sure, and right so often: the calibrated confidence is that share."""
    number = 400
    scores = np.tile([scale, 0.0], (number, 1))
    labels = np.array([0] * round(number * right) + [1] * round(number * (1 - right)))
    confidence = softmax(scores[0] / best_temperature(scores, labels)).max()
    assert confidence == pytest.approx(right, abs=0.03)


def test_independent_labels_may_hold_together_or_not_at_all() -> None:
    texts = [
        "我要投诉",
        "必须投诉",
        "要投诉你们",
        "找人工",
        "转人工",
        "给我人工",
        "投诉加人工",
        "人工来接投诉",
        "好的",
        "谢谢",
        "嗯嗯",
        "收到",
    ]
    labels = [
        frozenset(label for label, word in (("complaint", "投诉"), ("person", "人工")) if word in text)
        for text in texts
    ]
    vectors = vectorise(texts, [list(text) for text in texts])
    reader = fit_independent(vectors, labels, ("complaint", "person", "never"))

    def holds(text: str) -> set[str]:
        scores = reader.independent(vectors.vocabulary.vector(text, list(text)))
        return {name for name, score in zip(reader.classes, scores) if score > 0.5}

    assert holds("投诉，转人工") == {"complaint", "person"}
    assert holds("投诉你们") == {"complaint"}
    assert holds("谢谢") == set()


def test_features_see_the_frame_across_words() -> None:
    found = set(features("退款", ["退", "款"]))
    assert {"^", "退", "款", "$", "^退", "退款", "款$", "^退款", "w:退", "w:退 款"} <= found


@pytest.mark.parametrize(
    "text", ["退款什么时候到账", "你们客服电话NUM", "空调漏水了要退货退款", "", "在吗", "ORDER到哪了 ORDER", "发票发票发票"]
)
def test_each_concept_that_is_not_minor_is_paired_with_the_words(text: str) -> None:
    words = [*text, "，"]
    major = {concept for concept in concepts_of(text) if concept not in default_concepts().minor}
    content = sorted({word for word in words if word.isalnum()})[:PAIRED_WORDS]
    wanted = [f"x:{concept} {word}" for concept in sorted(major) for word in content]
    assert [feature for feature in features(text, words) if feature.startswith("x:")] == wanted


def test_a_handicap_takes_a_class_back_where_it_leads_by_little() -> None:
    vectors = vectorise(TEXTS, WORDS)
    free, held_back = fit_single(vectors, LABELS), fit_single(vectors, LABELS, handicap={"parcel": 5.0})
    for text in UNSEEN:
        vector = vectors.vocabulary.vector(text, list(text))
        difference = free.scores(vector) - held_back.scores(vector)
        assert dict(zip(free.classes, difference)) == pytest.approx({"invoice": 0, "parcel": 5, "refund": 0}, abs=1e-5)
