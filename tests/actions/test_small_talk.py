"""Small talk is answered by what is in it."""

from __future__ import annotations

import pytest
from conversation import ROOT, run, tracker

from actions.small_talk import ActionSmallTalk
from aftersales.answers.responses import load_responses


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("给我讲个笑话", "utter_chitchat"),
        ("哈哈哈哈", "utter_chitchat"),
        ("今天天气不错", "utter_chitchat"),
        ("我几点下班你猜猜", "utter_chitchat"),
        ("快递员几点下班", "utter_chitchat"),
        ("你微信多少，加个微信", "utter_offsite_declined"),
        ("扣扣上说", "utter_offsite_declined"),
        ("有人加我微信说是客服", "utter_chitchat"),
        ("你们几点下班", "utter_human_request"),
        ("客服几点上班呀", "utter_human_request"),
        ("人工什么时候在线", "utter_human_request"),
        ("你们上班时间是？", "utter_human_request"),
        ("营业到几点", "utter_human_request"),
        ("😭😭😭", "utter_ask_back_nothing"),
        ("。。。", "utter_ask_back_nothing"),
        ("？？？", "utter_ask_back_nothing"),
        ("[大哭][大哭]", "utter_ask_back_nothing"),
        ("呜呜呜呜", "utter_ask_back_nothing"),
        ("哭了", "utter_ask_back_nothing"),
        ("哭了好久才选中这件", "utter_chitchat"),
    ],
)
def test_each_kind_has_its_answer(text: str, response: str) -> None:
    said = run(ActionSmallTalk(), tracker("chitchat", text))
    assert said.response == response
    assert said.events == []
    assert response in load_responses(ROOT / "data" / "responses")


def test_the_rule_and_the_domain_know_the_action() -> None:
    name = ActionSmallTalk().name()
    assert f"\n- {name}\n" in (ROOT / "domain.yml").read_text(encoding="utf-8")
    rules = (ROOT / "data" / "rules" / "conversation.yml").read_text(encoding="utf-8")
    assert f"  - intent: chitchat\n  - action: {name}\n" in rules
    assert "  - intent: spam_ad\n  - action: utter_spam_ad\n" in rules
