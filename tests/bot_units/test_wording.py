"""What the NLG makes of a response: the store's terms, another wording for the second time, and never a hole."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event
from unitkit.talks import did, said, slots, tracker

from aftersales.stores import StoreDirectory
from bot import composition
from bot.nlg import BLOCKED, SAFE_RESPONSE, StoreResponses, choices_of

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))
RESPONSES: dict[str, Any] = {
    "utter_dispatch": [
        {"text": "付款后{shipping.promise_hours}小时内发出。", "metadata": {"rules": ["SHP-08"]}},
        {"text": "再说一次：{shipping.promise_hours}小时内。", "metadata": {"again": True}},
    ],
    "utter_price": [
        {"text": "有价保，{price_protection.days}天。", "metadata": {"when": ["price_protection.offered"]}},
        {"text": "没有价保。"},
    ],
    "utter_order": [
        {
            "text": "尾号{order.short}的{order.item}。",
            "buttons": [{"title": "查{order.item}", "payload": "/logistics_status"}],
        }
    ],
    "utter_pickup": [{"text": "上门取件：{returns.pickup}。"}],
    "utter_handoff": [{"text": "转人工。"}],
    "utter_handoff_human_request": [{"text": "给{tone.salutation}转人工。"}],
    "utter_handoff_angry": [{"text": "真的抱歉，转给真人。"}],
    SAFE_RESPONSE: [{"text": "这个问题请真人答复。"}],
}


@pytest.fixture(autouse=True)
def demo_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = StoreDirectory(ROOT / "stores", now=lambda: NOW)
    monkeypatch.setattr(composition, "stores", lambda: directory)


@pytest.fixture()
def wording() -> StoreResponses:
    return StoreResponses(None, Domain.from_dict({"responses": RESPONSES}))


def say(wording: StoreResponses, response: str, *before: list[Event], store: str = "jd-digital", **values: Any) -> Any:
    """The message that a buyer of ``store`` gets."""
    talk = tracker(*before, said("shipping_time", store=store))
    return asyncio.run(wording.generate(response, talk, "desk", **values))


@pytest.mark.parametrize(
    ("store", "response", "text"),
    [
        ("jd-digital", "utter_dispatch", "付款后24小时内发出。"),
        ("tmall-fashion", "utter_dispatch", "付款后48小时内发出。"),
        ("own-food", "utter_dispatch", "付款后72小时内发出。"),
        ("jd-digital", "utter_price", "有价保，30天。"),
        ("tmall-fashion", "utter_price", "有价保，15天。"),
        ("own-food", "utter_price", "没有价保。"),
        ("tmall-fashion", "utter_handoff_human_request", "给亲转人工。"),
    ],
)
def test_each_store_is_answered_in_its_own_terms(wording: StoreResponses, store: str, response: str, text: str) -> None:
    assert say(wording, response, store=store)["text"] == text


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-10-31T15:59:59+00:00", "付款后24小时内发出。"),
        ("2026-10-31T16:00:00+00:00", "付款后48小时内发出。"),
    ],
)
def test_the_terms_are_those_of_the_turns_moment(wording: StoreResponses, now: str, text: str) -> None:
    listened, message = said("shipping_time", store="tmall-fashion")
    message.metadata["now"] = now
    talk = tracker([listened, message])
    assert asyncio.run(wording.generate("utter_dispatch", talk, "desk"))["text"] == text


def test_what_an_action_hands_over_outranks_todays_terms(wording: StoreResponses) -> None:
    older = {"shipping.promise_hours": "12", "price_protection.offered": False}
    assert say(wording, "utter_dispatch", **older)["text"] == "付款后12小时内发出。"
    assert say(wording, "utter_price", **older)["text"] == "没有价保。"


def test_the_message_names_its_rules_and_template(wording: StoreResponses) -> None:
    assert say(wording, "utter_dispatch")["metadata"] == {"rules": ["SHP-08"], "template": "utter_dispatch"}


def test_values_of_an_action_are_filled_in_buttons_too(wording: StoreResponses) -> None:
    message = say(wording, "utter_order", **{"order.short": "4651", "order.item": "蓝牙降噪耳机"})
    assert message["text"] == "尾号4651的蓝牙降噪耳机。"
    assert choices_of(message) == [{"title": "查蓝牙降噪耳机", "payload": "/logistics_status"}]


@pytest.mark.parametrize("hostile", ["{store.name}", "{order.short}", "{", "/restart", "<b>"])
def test_a_value_is_never_a_template(wording: StoreResponses, hostile: str) -> None:
    message = say(wording, "utter_order", **{"order.short": "4651", "order.item": hostile})
    assert message["text"] == f"尾号4651的{hostile}。"


@pytest.mark.parametrize(
    ("response", "store", "values"),
    [
        ("utter_order", "jd-digital", {}),
        ("utter_order", "jd-digital", {"order.short": "4651"}),
        ("utter_order", "jd-digital", {"order.short": "4651", "order.item": ""}),
        ("utter_order", "jd-digital", {"order.short": "4651", "order.item": " "}),
        ("utter_order", "jd-digital", {"order.short": "4651", "order.item": True}),
        ("utter_order", "jd-digital", {"order.short": "4651", "order.item": None}),
        ("utter_pickup", "own-food", {}),
        ("utter_nobody_wrote_this", "jd-digital", {}),
    ],
)
def test_what_cannot_be_worded_completely_is_not_said(
    wording: StoreResponses, response: str, store: str, values: dict[str, Any]
) -> None:
    message = say(wording, response, store=store, **values)
    assert message["text"] == "这个问题请真人答复。"
    assert message["metadata"][BLOCKED] == response


@pytest.mark.parametrize(
    ("before", "again"),
    [
        ([], False),
        ([said("shipping_time"), did("utter_dispatch")], True),
        ([said("shipping_time"), did("utter_dispatch"), said("thank"), did("utter_thank")], True),
        ([said("shipping_time"), did("utter_price")], False),
        # Long ago is not again.
        ([said("shipping_time"), did("utter_dispatch"), *[said("thank"), did("utter_thank")] * 3], False),
    ],
)
def test_a_question_that_comes_again_is_answered_another_way(
    wording: StoreResponses, before: list[list[Event]], again: bool
) -> None:
    assert (say(wording, "utter_dispatch", *before)["text"].startswith("再说一次")) is again


def test_twice_in_one_turn_is_not_again(wording: StoreResponses) -> None:
    talk = tracker(
        said("shipping_time", store="jd-digital"), [BotUttered("…", metadata={"utter_action": "utter_dispatch"})]
    )
    message = asyncio.run(wording.generate("utter_dispatch", talk, "desk"))
    assert message is not None
    assert message["text"].startswith("付款后")


@pytest.mark.parametrize(("line", "text"), [("angry", "真的抱歉，转给真人。"), ("human_request", "给您转人工。")])
def test_the_handoff_is_worded_by_its_reason(wording: StoreResponses, line: str, text: str) -> None:
    assert say(wording, "utter_handoff", slots({"handoff": {"line": line}}))["text"] == text


def test_a_handoff_without_a_reason_is_worded_all_the_same(wording: StoreResponses) -> None:
    assert say(wording, "utter_handoff")["text"] == "给您转人工。"


def test_a_line_of_the_channel_is_worded_for_its_store(wording: StoreResponses) -> None:
    assert wording.say("utter_dispatch", "own-food")["text"] == "付款后72小时内发出。"


# --- a store's own words -----------------------------------------------------------------------------------------------


@pytest.fixture()
def own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo stores, of which the fashion store words its dispatch itself."""
    shutil.copytree(ROOT / "stores", tmp_path / "stores")
    (tmp_path / "stores" / "tmall-fashion" / "replies.yml").write_text(
        "overrides:\n  utter_dispatch:\n    - text: 小云说：{shipping.promise_hours}小时内寄走。\n", encoding="utf-8"
    )
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", now=lambda: NOW)
    monkeypatch.setattr(composition, "stores", lambda: directory)


@pytest.mark.parametrize(
    ("store", "before", "text"),
    [
        ("tmall-fashion", [], "小云说：48小时内寄走。"),
        ("jd-digital", [], "付款后24小时内发出。"),
        # What the store does not word itself stays as all stores say it.
        ("tmall-fashion", [said("shipping_time", store="tmall-fashion"), did("utter_dispatch")], "再说一次：48小时内。"),
    ],
)
def test_a_stores_own_words_are_said_in_that_store_only(
    own_words: None, wording: StoreResponses, store: str, before: list[list[Event]], text: str
) -> None:
    assert say(wording, "utter_dispatch", *before, store=store)["text"] == text


def test_a_line_of_the_channel_is_in_the_stores_own_words_as_well(own_words: None, wording: StoreResponses) -> None:
    assert wording.say("utter_dispatch", "tmall-fashion")["text"] == "小云说：48小时内寄走。"
