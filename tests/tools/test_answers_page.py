"""`make answers`: what is asked, and how docs/answers.md shows what the bot said."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.answers_page import CLOCK, NOT_ROUTINE, PAGE, QUESTIONS, load_questions, problems, shops
from tools.answers_render import TOPICS, Shop, render

ROOT = Path(__file__).resolve().parents[2]
DOMAIN_INTENTS = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
ASKED = load_questions()
SHOPS = shops()
#: Where a question of the page must not stand: what the model learns from, and what it is measured on.
LEARNT_OR_MEASURED = ("data/**/*.yml", "data/**/*.tsv", "tests/reading/**/*.tsv", "tests/reading/**/*.jsonl")

SHOP = Shop("tea", "一盏茶", "own", "只卖茶", {"b1": ("小林", "一单在路上")})
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=CLOCK.tzinfo)


def answer(**changes: Any) -> dict[str, Any]:
    """One recorded answer; ``changes`` replace fields."""
    said = {"buyer": "茶到哪了", "bot": [{"text": "在路上。\n明天到。", "buttons": ["转人工"], "template": "utter_x"}]}
    recorded = {
        "topic": "物流", "intent": "logistics_status", "store": "tea", "buyer": "b1", "says": "茶到哪了", "taps": "",
        "read": "logistics_status", "outcome": "answered", "exchanges": [said],
    }  # fmt: skip
    return {**recorded, **changes}


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.id)
def test_every_routine_intent_is_asked_once_in_every_store(shop: Shop) -> None:
    intents = [question.intent for question in ASKED if question.store == shop.id]
    assert sorted(intents) == sorted(DOMAIN_INTENTS - NOT_ROUTINE)


def test_questions_name_known_stores_buyers_and_topics() -> None:
    people = {shop.id: shop.people for shop in SHOPS}
    unknown = [one for one in ASKED if one.topic not in TOPICS or one.buyer not in people.get(one.store, {})]
    assert unknown == []


def test_no_question_is_learnt_from_or_measured_on() -> None:
    lines = {
        plain(part)
        for pattern in LEARNT_OR_MEASURED
        for path in ROOT.glob(pattern)
        for line in path.read_text(encoding="utf-8").splitlines()
        for part in (re.sub(r"^\s*-\s*", "", line), *line.split("\t"), *re.findall(r'"([^"]*)"', line))
    }
    assert len(lines) > 1000
    assert [one.says for one in ASKED if plain(one.says) in lines] == []


def plain(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def test_an_incomplete_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.yml"
    file.write_text("物流: {logistics_status: {tea: {as: b1}}}", encoding="utf-8")
    with pytest.raises(ValueError, match="logistics_status in tea"):
        load_questions(file)


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.id)
def test_the_page_has_every_question_of_the_store_read_as_it_was_meant(shop: Shop) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert shop.name in page
    part = page.split(f"## {shop.name} `{shop.id}`")[1].split("\n## ")[0]
    shown = re.findall(r"^\| (.+?)<br><sub>\S+ · `(\w+)`", part, re.M)
    of_store = [one for one in ASKED if one.store == shop.id]
    # Topics stand in the renderer's order, questions within one in the file's.
    wanted = [(one.says, one.intent) for topic in TOPICS for one in of_store if one.topic == topic]
    assert shown == wanted, f"{PAGE.name} is older than {QUESTIONS.name}; run make answers"


def test_the_page_shows_no_placeholder_and_no_failure() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"\{[a-z_.]+\}", page) == []
    assert "· failed</sub>" not in page


def test_rendering_is_the_same_every_time_and_groups_by_store_and_topic() -> None:
    early, late = answer(topic="退款", says="怎么退", intent="refund_how"), answer()
    page = render([late, early], [SHOP], NOON)
    assert page == render([early, late], [SHOP], NOON)
    assert page.index("### 退款 · Refunds") < page.index("### 物流 · Shipping")
    assert "12:00 on Tuesday 24 November 2026" in page


def test_an_answer_is_shown_as_the_buyer_reads_it() -> None:
    page = render([answer()], [SHOP], NOON)
    row = "| 茶到哪了<br><sub>小林 · `logistics_status`</sub> | 在路上。<br>明天到。<br><kbd>转人工</kbd> |"
    assert row in page.splitlines()


def test_a_tapped_choice_and_what_came_of_it_are_shown() -> None:
    tapped = {"buyer": "尾号1 · 茶", "bot": [{"text": "已登记。", "buttons": [], "template": "utter_y"}]}
    page = render([answer(outcome="handed_off", exchanges=[*answer()["exchanges"], tapped])], [SHOP], NOON)
    assert "<sub>小林 · `logistics_status` · a person takes over</sub>" in page
    assert "<br><br>☞ <kbd>尾号1 · 茶</kbd><br>已登记。 |" in page


@pytest.mark.parametrize(("text", "cell"), [("a|b", r"a\|b"), ("<b>", "&lt;b>"), ("~1~", r"\~1\~"), ("一\n二", "一<br>二")])
def test_nothing_said_is_markup(text: str, cell: str) -> None:
    said = {"buyer": text, "bot": [{"text": text, "buttons": [], "template": "utter_x"}]}
    page = render([answer(exchanges=[said])], [SHOP], NOON)
    assert f"| {cell}<br><sub>" in page
    assert f"| {cell} |" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"read": "chitchat"}, ["tea: 茶到哪了: read as chitchat, meant logistics_status"]),
        ({"outcome": "failed"}, ["tea: 茶到哪了: failed"]),
        ({"exchanges": [{"buyer": "茶到哪了", "bot": []}]}, ["tea: 茶到哪了: answered"]),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(changes: dict[str, Any], said: list[str]) -> None:
    assert problems([answer(**changes)]) == said
