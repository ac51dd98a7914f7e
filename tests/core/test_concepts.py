"""Concepts: different words for one thing read alike, and a broken list is refused with file, entry and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftersales.reading.concepts import (
    TOKENS,
    ConceptError,
    concept_features,
    concepts_of,
    default_concepts,
    load_concepts,
)
from aftersales.reading.normalise import features_text, normalise


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("怎么退款", ["HOW", "REFUND"]),
        ("咋退钱", ["HOW", "REFUND"]),
        ("榴莲发霉了", ["PRODUCT", "SPOILED"]),
        ("车厘子臭了", ["PRODUCT", "SPOILED"]),
        ("耐克羽绒服掉毛", ["BRAND", "PRODUCT", "FAULT"]),
        ("顺丰啥时候派送", ["COURIER_COMPANY", "WHEN", "DELIVER"]),
        ("韵达什么时候送货上门", ["COURIER_COMPANY", "WHEN", "DELIVER"]),
        ("运费险赔付", ["INSURANCE_FREIGHT", "COMPENSATE"]),
        ("帐号登陆", ["LOGIN"]),
        ("专票税号", ["INVOICE_KIND", "INVOICE_TITLE"]),
        ("黑龙江乡镇", ["PLACE", "REGION"]),
        ("丰巢取件码", ["SELF_PICKUP"]),
        ("拒签", ["REJECT"]),
        ("掰扯", []),
        ("", []),
    ],
)
def test_a_sentence_becomes_its_concepts(text: str, concepts: list[str]) -> None:
    assert concepts_of(features_text(text)) == concepts


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("运费险", ["INSURANCE_FREIGHT"]),
        ("运费", ["FREIGHT"]),
        ("牛肉干", ["PRODUCT"]),
        ("取消退款", ["UNDO"]),
        ("苹果手机壳", ["BRAND", "PRODUCT"]),
    ],
)
def test_the_longest_word_wins(text: str, concepts: list[str]) -> None:
    assert concepts_of(text) == concepts


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("macbook", ["PRODUCT"]),
        ("macxyz", []),
        ("iphone15", ["PRODUCT", "NUM"]),
        ("EMS", ["COURIER_COMPANY"]),
        ("items", []),
    ],
)
def test_latin_words_stand_alone_but_numbers_may_follow(text: str, concepts: list[str]) -> None:
    assert concepts_of(features_text(text)) == concepts


def test_number_classes_are_concepts_of_their_own() -> None:
    assert concepts_of(features_text("订单号20261122334455，13800138000，99元")) == [
        "ORDER_WORD",
        "ORDER",
        "PHONE",
        "AMOUNT",
        "PRICE_UNIT",
    ]


def test_a_concept_that_follows_itself_is_named_once() -> None:
    assert concepts_of("冰箱洗衣机电视") == ["PRODUCT"]
    assert [concept for _, _, concept in default_concepts().spans("冰箱洗衣机电视")] == ["PRODUCT"] * 3


def test_spans_say_where_the_words_stand() -> None:
    assert default_concepts().spans("我家冰箱漏水") == [
        (0, 1, "ME"),
        (1, 2, "HOME"),
        (2, 4, "PRODUCT"),
        (4, 6, "FAULT"),
    ]


def test_features_are_concepts_neighbours_and_pairs() -> None:
    assert list(concept_features("你冰箱漏水")) == [
        "k:YOU",
        "k:PRODUCT",
        "k:FAULT",
        "kk:^ PRODUCT",
        "kk:PRODUCT FAULT",
        "kk:FAULT $",
        "kp:FAULT PRODUCT",
    ]


def test_what_a_minor_concept_parts_are_neighbours() -> None:
    assert [f for f in concept_features("冰箱你洗衣机") if f.startswith("kk:")] == ["kk:^ PRODUCT", "kk:PRODUCT $"]


def test_other_goods_and_other_words_for_it_read_alike() -> None:
    assert list(concept_features("洗衣机漏水")) == list(concept_features("榨汁机异响"))


def test_every_word_is_in_normalised_spelling() -> None:
    words = default_concepts().words
    assert [word for word in words if normalise(word).text != word or features_text(word) != word] == []


def test_the_list_is_as_broad_as_it_says() -> None:
    sizes: dict[str, int] = {}
    for concept in default_concepts().words.values():
        sizes[concept] = sizes.get(concept, 0) + 1
    assert len(sizes) >= 90
    assert sizes["PRODUCT"] >= 1500
    assert sizes["BRAND"] >= 300
    assert sizes["PLACE"] >= 330
    assert sizes["COURIER_COMPANY"] >= 40


# --- broken lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("concepts: {A: [退款], B: [退款]}", "B: '退款' is already in A"),
        ("concepts: {A: [退款, 退款]}", "A: '退款' is already in A"),
        ("concepts: {A: [退款], A: [退货]}", "A is given twice"),
        ("concepts: {A: [退貨]}", "write it as '退货'"),
        ("concepts: {A: [VIP]}", "write it as 'vip'"),
        ("concepts: {A: [双11]}", "can never be found"),
        ("concepts: {A: [618]}", "put quotes around numbers"),
        ("concepts: {A: ['']}", "'' is not a word"),
        ("concepts: {YES: [好]}", "True is not a concept name"),
        ("concepts: {refund: [退款]}", "write it in capitals"),
        ("concepts: {ORDER: [订单]}", "ORDER stands for a number or mask already"),
        ("concepts: {A: 退款}", "A: give a list of words"),
        ("concepts: {A: []}", "A: give a list of words"),
        ("concepts: {}", "must be a mapping with `concepts`"),
        ("- 退款", "must be a mapping with `concepts`"),
        ("concepts: {A: [退款]}\nwords: {}", "unknown field words"),
        ("concepts: {A: [退款]}\nminor: [B]", "minor: 'B' is no concept of this file"),
        ("concepts: {A: [退款]}\nminor: A", "minor: 'A' is no concept of this file"),
        ("concepts: {A: [退款", "not readable as YAML"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "concepts.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConceptError) as refusal:
        load_concepts(path)
    assert said in str(refusal.value)
    assert "concepts.yml" in str(refusal.value)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConceptError, match=r"concepts\.yml: missing"):
        load_concepts(tmp_path / "concepts.yml")


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_need_no_list(tmp_path: Path, token: str) -> None:
    path = tmp_path / "concepts.yml"
    path.write_text("concepts: {REFUND: [退款]}", encoding="utf-8")
    assert load_concepts(path).of(f"{token}退款") == [token, "REFUND"]
