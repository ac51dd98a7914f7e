"""One spelling for matching, and the way back to the buyer's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import aftersales.reading.normalise as normalisation
from aftersales.reading.normalise import features_text, normalise

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＮＭＳＬ", "nmsl"),
        ("我要投訴，這個東西壞了", "我要投诉,这个东西坏了"),
        ("人\u200b工‍客服", "人工客服"),
        ("太！！！！！！差了", "太!!!差了"),
        ("哈哈哈哈哈", "哈哈"),
        ("★★退★款★", "退款"),
        ("😡怎么回事", "[怒]怎么回事"),
        ("你🐴", "你马"),
        ("订单100000000001", "订单100000000001"),
        ("第①次", "第1次"),
        ("傻̶子̶", "傻子"),
        ("👍🏻好", "好"),
        ("", ""),
        ("❤️✨", ""),
        ("ⓢⓑ", "sb"),
        ("𝓈𝒷", "sb"),
        ("shǎ bī", "sha bi"),
        ("🅂🅱", "sb"),
        ("氵昆蛋，亻尔", "滚蛋,你"),
        ("扌殳讠斥", "投诉"),
        ("给👴买的", "给[爷]买的"),
    ],
)
def test_normalise_folds_spellings_into_one(typed: str, folded: str) -> None:
    assert normalise(typed).text == folded


@pytest.mark.parametrize(
    ("typed", "word", "quoted"),
    [
        ("快點！！我要投訴你們", "投诉", "投訴"),
        ("Ｓ Ｂ客服", "s b", "Ｓ Ｂ"),
        ("你们是骗\u200b子吗", "骗子", "骗\u200b子"),
        ("真的😡了", "[怒]", "😡"),
        ("我要扌殳讠斥你们", "投诉", "扌殳讠斥"),
    ],
)
def test_normalise_quotes_the_words_as_typed(typed: str, word: str, quoted: str) -> None:
    message = normalise(typed)
    start = message.text.index(word)
    assert message.quote(start, start + len(word)) == quoted


def test_normalise_quotation_covers_a_squeezed_run() -> None:
    message = normalise("气死啦啦啦啦啦")
    assert message.quote(0, len(message.text)) == "气死啦啦啦啦啦"


def test_normalise_refuses_a_span_outside_the_text() -> None:
    with pytest.raises(ValueError, match="outside the text"):
        normalise("你好").original_span(0, 9)


@pytest.mark.parametrize(
    ("typed", "features"),
    [
        ("订单号202611220012345查一下", "订单号ORDER查一下"),
        ("打我电话13800138000", "打我电话PHONE"),
        ("退了59.9元", "退了AMOUNT元"),
        ("[数字x]天还没到", "NUM天还没到"),
        ("寄到[地址]，联系【姓名】", "寄到PLACE,联系NAME"),
        ("[订单号]和[电话x]", "ORDER和PHONE"),
        ("等了7天", "等了NUM天"),
        ("给👴买的🍺", "给买的"),
        ("我打12315", "我打12315"),
        ("链接https://item.example/1.html看看", "链接LINK看看"),
    ],
)
def test_features_text_hides_numbers_behind_class_tokens(typed: str, features: str) -> None:
    assert features_text(typed) == features


def test_features_text_reads_masked_and_unmasked_messages_alike() -> None:
    assert features_text("买了[数字x]件，订单[订单号]") == features_text("买了3件，订单1234567890123")


def test_what_is_folded_at_one_stroke_is_what_goes_character_by_character(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly every message takes the short way; the long one is right by itself, and both must give the same."""
    lines = [
        line.split("\t")[0]
        for path in sorted((ROOT / "tests" / "reading").glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]
    short = [normalise.__wrapped__(line) for line in lines]
    monkeypatch.setattr(normalisation, "_MAY_RUN", re.compile(""))
    assert [normalise.__wrapped__(line) for line in lines] == short
    assert len(lines) > 4000
