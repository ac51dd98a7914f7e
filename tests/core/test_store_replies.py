"""A store's own words: read strictly, checked before they are said, and said in that store only."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from store_builder import ROOT, build_store, write_store

from aftersales.answers import Variation, load_responses, select
from aftersales.answers.checks import Material, load_material
from aftersales.answers.overrides import own_words, with_overrides
from aftersales.answers.replies import check_replies, gate
from aftersales.errors import ConfigurationError
from aftersales.stores import CHINA, StoreDirectory, StoreReplies, canned, load_stores
from aftersales.stores.replies import FILE, load_replies

RESPONSES = load_responses(ROOT / "data" / "responses")
WASH = {"id": "wash", "title": "怎么洗", "text": "冷水手洗，反面阴干就好。"}


@pytest.fixture(scope="module")
def material() -> Material:
    return load_material(ROOT / "rules")


def written(folder: Path, content: Any) -> Path:
    """A small store (JD) with this ``replies.yml``; returns its ``store.yml``."""
    store_file = write_store(folder)
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    (store_file.parent / FILE).write_text(text, encoding="utf-8")
    return store_file


def quick(**changes: Any) -> dict[str, Any]:
    return {"canned": [{**WASH, **changes}]}


def override(text: str, name: str = "utter_goodbye", **metadata: Any) -> dict[str, Any]:
    return {"overrides": {name: [{"text": text, "metadata": metadata}]}}


# --- the form ---------------------------------------------------------------------------------------------------------


def test_a_store_without_the_file_has_no_words_of_its_own(tmp_path: Path) -> None:
    assert load_replies(write_store(tmp_path)) == StoreReplies()


def test_quick_replies_are_listed_in_order_with_the_terms_filled_in(tmp_path: Path) -> None:
    content = {
        "canned": [
            {"id": "ship", "title": "发货", "text": "付款后{shipping.promise_hours}小时内发出。\n看“{path.logistics}”。", "group": "standard"},
            WASH,
        ]
    }  # fmt: skip
    replies = load_replies(written(tmp_path, content))
    listed = canned(build_store(tmp_path, {"shipping.promise_hours": 36}), replies)
    assert [(one.id, one.title, one.group) for one in listed] == [("ship", "发货", "standard"), ("wash", "怎么洗", "all")]
    assert listed[0].text == "付款后36小时内发出。\n看“我的 → 全部订单 → 订单详情 → 查看物流”。"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"quick": []}, "stores/x/replies.yml: quick: is not a known field. Use overrides and canned"),
        ({"canned": {}}, "canned: is no list"),
        (quick(id="Wash"), "canned[0].id: 'Wash' is no id"),
        ({"canned": [WASH, WASH]}, "canned[1].id: wash is used twice"),
        (quick(title="一二三四五六七八九十十一二"), "canned wash.title: has 13 characters. Use at most 12"),
        (quick(text=" "), "canned[0].text: has no words"),
        (quick(text="看\u200b这里"), "canned[0].text: holds a line break or a hidden character"),
        (quick(group="洗护"), "canned[0].group: '洗护' is not allowed"),
        (quick(key="F1"), "canned[0].key: is not a known field"),
        ({"overrides": {"utter_thank": []}}, "utter_thank: has no variations"),
        (override("{store.name"), "utter_goodbye[0]: holds a brace that is no placeholder"),
        (override("好", then=1), "utter_goodbye[0].metadata.then: is not known"),
        ("canned: [", "stores/x/replies.yml: line"),
    ],
)
def test_a_bad_file_is_refused_with_the_place_and_the_fix(tmp_path: Path, content: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_replies(written(tmp_path, content))
    assert problem in str(refused.value)


# --- the words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "problem", "right"),
    [
        (quick(text="加我微信给您发图"), "canned wash [x]: says", quick(text="我把图发在这里")),
        (quick(text="五星好评返5元红包"), "review_bribe", quick(text="方便时可以如实评价")),
        (quick(text="24小时内发出"), "canned wash: the number 24小时 is neither", quick(text="{shipping.promise_hours}小时内发出")),
        (quick(text="点“申请售后”"), "the menu '申请售后' is written out", quick(text="走“{path.returns}”")),
        (quick(text="查好{refund.amount}"), "refund.amount", quick(text="查好就回复您")),
        (override("再见，请稍等"), "utter_goodbye [x]: says", override("再见，有事随时来。")),
        (override("好", "utter_bye"), "utter_bye [x]: no answer is called utter_bye", override("好的，有事随时来。")),
        (override("尾号{order.short}再见"), "order.short is not handed over with this answer", override("{store.name}再见。")),
        (override("有事随时来。", when=["platform.pdd"]), "no variation fits", override("有事随时来。", when=["platform.jd"])),
        (override("给您转人工", "utter_handoff_misses"), "does not say that an AI speaks",
         override("智能客服没听懂，抱歉，给您转人工", "utter_handoff_misses")),
        (override("尾号{order.short}晚了", "utter_logistics_late"), "has no word of apology",
         override("尾号{order.short}晚了，抱歉，转人工去催", "utter_logistics_late")),
    ],
)  # fmt: skip
def test_words_that_may_not_be_said_are_found_and_their_twins_pass(
    tmp_path: Path, material: Material, wrong: Any, problem: str, right: Any
) -> None:
    store = build_store(tmp_path)
    problems = [str(one) for one in check_replies(store, load_replies(written(tmp_path, wrong)), RESPONSES, material)]
    assert any(problem in one and one.startswith("stores/x/replies.yml: ") for one in problems), problems
    assert list(check_replies(store, load_replies(written(tmp_path, right)), RESPONSES, material)) == []


def test_an_agents_small_fault_is_a_warning_and_the_bots_is_none(tmp_path: Path, material: Material) -> None:
    store = build_store(tmp_path)
    levels = {
        name: [one.level for one in check_replies(store, load_replies(written(tmp_path, content)), RESPONSES, material)]
        for name, content in (("agent", quick(text="请稍等")), ("bot", override("请稍等")))
    }
    assert levels == {"agent": ["warning"], "bot": ["error"]}


# --- at the start, and while it runs ----------------------------------------------------------------------------------


def directory(folder: Path, **more: Any) -> StoreDirectory:
    return StoreDirectory(
        folder / "stores", ROOT / "rules", accept=gate(ROOT / "rules"), now=lambda: datetime(2026, 11, 22, tzinfo=CHINA), **more
    )


def test_a_store_with_unlawful_words_does_not_start(tmp_path: Path) -> None:
    written(tmp_path, quick(text="五星好评返红包"))
    with pytest.raises(ConfigurationError) as refused:
        directory(tmp_path)
    assert str(refused.value).startswith("stores/x/replies.yml: canned wash: says ")
    assert "REV-" in str(refused.value)
    assert "Better: " in str(refused.value)


def test_a_warning_does_not_stop_the_start(tmp_path: Path) -> None:
    written(tmp_path, quick(text="请稍等"))
    assert [one.id for one in directory(tmp_path).replies()["x"].canned] == ["wash"]


def test_edited_words_are_read_again_and_unlawful_ones_leave_the_last_good_ones(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = iter(range(0, 1000, 10))
    written(tmp_path, quick())
    stores = directory(tmp_path, clock=lambda: float(next(clock)))
    written(tmp_path, quick(text="冷水手洗，别暴晒。"))
    assert stores.replies()["x"].canned[0].text == "冷水手洗，别暴晒。"
    with caplog.at_level(logging.ERROR):
        written(tmp_path, quick(text="加我微信细说"))
        assert stores.replies()["x"].canned[0].text == "冷水手洗，别暴晒。"
    assert "stores/x/replies.yml: canned wash" in caplog.text
    assert stores.current()["x"].name == "测试小店"


# --- what is said ------------------------------------------------------------------------------------------------------


def test_own_words_take_the_place_of_the_shared_ones_of_the_same_kind() -> None:
    first, second, own = Variation("一", when=("a",)), Variation("二", again=True), Variation("自己的")
    assert own_words((first, second), (own,)) == (own, second)
    assert own_words((first, second), (Variation("又", again=True),)) == (Variation("又", again=True), first)


def test_only_known_answers_are_worded_anew() -> None:
    merged = with_overrides({"utter_a": (Variation("一"),), "utter_b": (Variation("二"),)}, {"utter_b": (Variation("自"),), "utter_c": (Variation("三"),)})  # fmt: skip
    assert {name: [one.text for one in variations] for name, variations in merged.items()} == {"utter_a": ["一"], "utter_b": ["自"]}


# --- the demo ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("store_id", "overrides"), [("tmall-fashion", 2), ("jd-digital", 0), ("own-food", 0)])
def test_the_demo_stores_words_may_be_said(material: Material, store_id: str, overrides: int) -> None:
    store = load_stores(ROOT / "stores")[store_id]
    replies = load_replies(ROOT / "stores" / store_id / "store.yml")
    assert len(replies.overrides) == overrides
    assert len(replies.canned) == (0 if store_id == "own-food" else 12)
    # Not even a warning: they are what merchants copy.
    assert list(check_replies(store, replies, RESPONSES, material)) == []
    assert all("{" not in one.text for one in canned(store, replies))


def test_the_fashion_store_says_goodbye_in_its_own_voice() -> None:
    replies = load_replies(ROOT / "stores" / "tmall-fashion" / "store.yml")
    store = load_stores(ROOT / "stores")["tmall-fashion"]
    own = with_overrides(RESPONSES, replies.overrides)
    assert "小云" in select(own["utter_goodbye"], store.values(), False).text
    assert "小云" not in select(RESPONSES["utter_goodbye"], store.values(), False).text

