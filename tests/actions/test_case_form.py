"""A calm case for a person: what is collected, what is left alone, how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from conversation import BROKEN, CHEN, LIN, SERVICES, WANG, ZHAO, Said, run, tracker

from actions.case import (
    NO_ORDER,
    ActionAskCaseFormCaseDetail,
    ActionAskCaseFormOrderNumber,
    ActionCaseDone,
    ActionCaseOpen,
)
from actions.case_form import ValidateCaseForm
from aftersales.decisions.cases import CASES

OPEN, ASK, DONE = ActionCaseOpen(SERVICES), ActionAskCaseFormOrderNumber(SERVICES), ActionCaseDone(SERVICES)
FORM = ValidateCaseForm(SERVICES)
MINE = "330918274651"
LISTEN = {"event": "action", "name": "action_listen"}
USER = {"event": "user"}


# --- opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(CASES) - {"not_received", "logistics_stuck"}))
def test_the_case_opens_with_what_will_happen(kind: str) -> None:
    said = run(OPEN, tracker(kind, "耳机有问题"))
    assert said.response == f"utter_{kind}"
    assert said.opened_form
    assert said.slots["case_kind"] == kind


def test_what_is_known_is_not_asked_again() -> None:
    text = "耳机左边完全没有声音，充满电也一样"
    said = run(OPEN, tracker("quality_problem", text, photo="1"))
    assert said.slots["order_number"] == MINE
    assert (said.slots["case_detail"], said.slots["case_photo"]) == (text, "已提供")


def test_a_short_complaint_has_not_told_anything_yet() -> None:
    assert run(OPEN, tracker("quality_problem", "耳机坏了")).slots["case_detail"] is None


def test_a_new_case_forgets_the_last_one() -> None:
    old = {"case_ready": True, "case_detail": "旧的", "case_photo": "已提供", "order_number": MINE}
    said = run(OPEN, tracker("missing_item", "少东西", slots=old))
    assert (said.slots["case_ready"], said.slots["case_detail"], said.slots["case_photo"]) == (False, None, None)


def test_a_foreign_number_is_not_taken_into_the_case() -> None:
    said = run(OPEN, tracker("quality_problem", "坏了", order_number="330918301148"))
    assert said.responses == ["utter_quality_problem", "utter_order_not_found"]
    assert said.slots["order_number"] is None


@pytest.mark.parametrize(("buyer", "services"), [(None, SERVICES), (LIN, BROKEN)])
def test_a_number_that_cannot_be_checked_is_kept_for_the_person(buyer: str | None, services: Any) -> None:
    said = run(ActionCaseOpen(services), tracker("quality_problem", "坏了", buyer=buyer, slots={"order_number": "123"}))
    assert said.slots["order_number"] == "123"


# --- asking ---------------------------------------------------------------------------------------------------------


def test_the_order_is_asked_for_with_the_likeliest_to_tap() -> None:
    said = run(ASK, tracker("damaged_parcel", buyer=CHEN, slots={"case_kind": "damaged_parcel"}, form=True))
    assert said.response == "utter_case_ask_order"
    assert [choice[:6] for choice in said.choices] == ["尾号1603", "尾号2259", "尾号5507"]


@pytest.mark.parametrize(("buyer", "services"), [(None, SERVICES), (LIN, BROKEN)])
def test_without_orders_at_hand_the_number_is_asked_for(buyer: str | None, services: Any) -> None:
    action = ActionAskCaseFormOrderNumber(services)
    assert run(action, tracker("damaged_parcel", buyer=buyer, form=True)).response == "utter_case_ask_order_number"


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("wrong_item", "utter_case_ask_wrong"),
        ("missing_item", "utter_case_ask_missing"),
        ("not_received", "utter_case_ask_whereabouts"),
        ("quality_problem", "utter_case_ask_detail"),
        (None, "utter_case_ask_detail"),
    ],
)
def test_what_is_wrong_is_asked_in_words_that_fit(kind: str | None, response: str) -> None:
    assert run(ActionAskCaseFormCaseDetail(), tracker("thank", slots={"case_kind": kind})).response == response


# --- reading --------------------------------------------------------------------------------------------------------


def read(requested: str, intent: str, text: str, *, kind: str = "quality_problem", **rest: Any) -> Said:
    slots = {"case_kind": kind, "requested_slot": requested, **rest.pop("slots", {})}
    events = [USER, {"event": "action", "name": "action_extract_slots"}, {"event": "action", "name": "case_form"}]
    action = rest.pop("action", FORM)
    asked = tracker(intent, text, form=True, slots=slots, events=rest.pop("events", events), **rest)
    return run(action, asked)


def test_the_slots_are_asked_for_in_order() -> None:
    assert read("order_number", "provide_info", MINE, order_number=MINE).slots == {
        "order_number": MINE,
        "requested_slot": "case_detail",
    }
    known = {"order_number": MINE}
    assert read("case_detail", "other", "一开机就自己关机", slots=known).slots["requested_slot"] == "case_photo"
    known["case_detail"] = "一开机就自己关机"
    assert read("case_photo", "provide_info", "[图片]", slots=known).slots == {
        "case_photo": "已提供",
        "requested_slot": None,
    }


@pytest.mark.parametrize(
    ("intent", "text", "confidence", "taken"),
    [
        ("quality_problem", "左边没声音", 0.9, True),
        ("nlu_fallback", "按了没反应灯也不亮", 0.3, True),
        ("other", "放着放着就断了", 0.9, True),
        ("usage_help", "按键按下去没反应", 0.45, True),  # misread, but not with certainty
        ("missing_item", "而且还少了一根线", 0.9, True),
        ("shipping_time", "补的什么时候发", 0.9, False),
        ("return_freight", "运费谁出", 0.95, False),
        ("quality_problem", "这种算质量问题吗", 0.9, False),
        ("nlu_fallback", "这个要多久", 0.3, False),
        ("quality_problem", "充电发烫正常？", 0.9, False),
        ("thank", "谢谢", 0.9, False),
        ("greet", "在吗", 0.9, False),
        ("affirm", "好的", 0.9, False),
        ("urge_reply", "快点", 0.9, False),
        ("handoff", "你们就是骗子我要投诉", 0.9, False),
    ],
)
def test_only_a_telling_message_is_taken_for_the_description(
    intent: str, text: str, confidence: float, taken: bool
) -> None:
    slots = read("case_detail", intent, text, confidence=confidence, slots={"order_number": MINE}).slots
    assert slots.get("case_detail") == (text if taken else None)
    assert slots["requested_slot"] == ("case_photo" if taken else "case_detail")


@pytest.mark.parametrize(("intent", "text"), [("affirm", "都问过了没人拿"), ("deny", "没有人签过")])
def test_a_yes_or_no_that_says_something_is_a_description(intent: str, text: str) -> None:
    said = read("case_detail", intent, text, kind="not_received", slots={"order_number": MINE})
    assert said.slots == {"case_detail": text, "requested_slot": None}


def test_more_is_added_to_what_was_told() -> None:
    known = {"order_number": MINE, "case_detail": "左边没声音"}
    assert (
        read("case_photo", "quality_problem", "盒子也压扁了", slots=known).slots["case_detail"]
        == "左边没声音；盒子也压扁了"
    )


def test_a_long_story_is_cut_to_what_a_card_can_hold() -> None:
    detail = read("case_detail", "other", "坏" * 900, slots={"order_number": MINE}).slots["case_detail"]
    assert len(detail) == 300


@pytest.mark.parametrize(
    ("intent", "text", "photo"),
    [
        ("provide_info", "[图片]", "已提供"),
        ("provide_info", "已上传", "已提供"),
        ("affirm", "发过去了", "已提供"),
        ("deny", "没有照片", "暂无"),
        ("other", "没拍", "暂无"),
        ("nlu_fallback", "跳过", "暂无"),
        ("deny", "不用了", "暂无"),
        ("nlu_fallback", "拍了发不上来，传不上", "暂无"),
        ("return_freight", "运费谁出", None),
    ],
)
def test_a_photo_may_be_given_or_not(intent: str, text: str, photo: str | None) -> None:
    known = {"order_number": MINE, "case_detail": "左边没声音"}
    assert read("case_photo", intent, text, slots=known).slots.get("case_photo") == photo


@pytest.mark.parametrize(
    ("intent", "text", "entities", "number"),
    [
        ("provide_info", MINE, {"order_number": MINE}, MINE),
        ("provide_info", "尾号0037", {}, "330918290037"),
        ("provide_info", "充电器那个", {}, "330918290037"),
        ("provide_info", "第二个", {}, "330918290037"),
        ("other", "找不到订单号", {}, NO_ORDER),
        ("deny", "没有", {}, NO_ORDER),
    ],
)
def test_the_order_is_taken_as_the_buyer_names_it(
    intent: str, text: str, entities: dict[str, str], number: str
) -> None:
    slots = {"offered_orders": [MINE, "330918290037"]}
    assert read("order_number", intent, text, slots=slots, **entities).slots["order_number"] == number


def test_an_only_offer_may_be_affirmed() -> None:
    assert read("order_number", "affirm", "是的", slots={"offered_orders": [MINE]}).slots["order_number"] == MINE


def test_a_foreign_number_is_asked_for_again() -> None:
    said = read(
        "order_number",
        "provide_info",
        "330918301148",
        order_number="330918301148",
        slots={"order_number": "330918301148"},
    )
    assert said.response == "utter_order_not_found"
    assert said.slots == {"order_number": None, "requested_slot": "order_number"}


def test_a_corrected_number_replaces_the_order_at_once() -> None:
    known = {"order_number": MINE, "case_detail": "坏了"}
    said = read("case_photo", "provide_info", "订单应该是330918290037", slots=known, order_number="330918290037")
    assert said.slots == {"order_number": "330918290037", "requested_slot": "case_photo"}


def test_a_question_about_another_order_leaves_the_case_with_its_own() -> None:
    events = [
        {"event": "slot", "name": "order_number", "value": MINE},
        USER,
        {"event": "slot", "name": "order_number", "value": "330918290037"},
        {"event": "action", "name": "case_form"},
    ]
    known = {"order_number": "330918290037", "case_detail": "坏了"}
    text = "顺便问330918290037几号能到"
    said = read("case_photo", "delivery_time", text, slots=known, events=events, order_number="330918290037")
    assert said.slots == {"order_number": MINE}
    assert any(event["event"] == "action_execution_rejected" for event in said.events)


def test_a_strangers_number_is_kept_unchecked() -> None:
    said = read("order_number", "provide_info", "330918301148", buyer=None, order_number="330918301148")
    assert (said.messages, said.slots["order_number"]) == ([], "330918301148")


def test_a_story_told_instead_of_a_number_is_kept_and_the_number_asked_again() -> None:
    said = read("order_number", "quality_problem", "屏幕上有一条竖线", buyer=CHEN)
    assert said.slots == {"case_detail": "屏幕上有一条竖线", "requested_slot": "order_number"}


@pytest.mark.parametrize(
    ("requested", "text"),
    [("order_number", "算了"), ("case_detail", "不用了"), ("case_photo", "取消吧"), ("case_detail", "不弄了")],
)
def test_the_buyer_may_call_it_off(requested: str, text: str) -> None:
    said = read(requested, "deny", text, slots={"order_number": MINE})
    assert said.slots == {"case_kind": None, "requested_slot": None}


def test_coming_back_from_a_question_reads_nothing_twice() -> None:
    back = [USER, {"event": "action", "name": "action_logistics"}, {"event": "action", "name": "case_form"}]
    said = read("case_detail", "nlu_fallback", "充电器没动静了", slots={"order_number": MINE}, events=back)
    assert said.slots == {"requested_slot": "case_detail"}


def test_an_earlier_turns_actions_do_not_count_as_coming_back() -> None:
    earlier = [
        USER,
        {"event": "action", "name": "action_logistics"},
        LISTEN,
        USER,
        {"event": "action", "name": "case_form"},
    ]
    said = read("case_detail", "other", "屏幕不亮了", slots={"order_number": MINE}, events=earlier)
    assert said.slots["case_detail"] == "屏幕不亮了"


def test_a_case_that_needs_nothing_more_is_complete_at_once() -> None:
    said = read(
        "order_number",
        "logistics_stuck",
        "不动了",
        kind="logistics_stuck",
        buyer=ZHAO,
        slots={"order_number": "330917904418"},
    )
    assert said.slots["requested_slot"] is None


def test_an_order_system_that_is_down_does_not_stop_the_case() -> None:
    said = read(
        "order_number", "provide_info", "123456789012", order_number="123456789012", action=ValidateCaseForm(BROKEN)
    )
    assert said.slots["order_number"] == "123456789012"


# --- closing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slots", "response", "noted"),
    [
        (
            {"order_number": MINE, "case_detail": "坏了", "case_photo": "已提供"},
            "utter_case_done_noted",
            "您的描述、图片",
        ),
        ({"order_number": MINE, "case_detail": "坏了", "case_photo": "暂无"}, "utter_case_done_noted", "您的描述"),
        ({"order_number": MINE}, "utter_case_done", None),
        ({"order_number": NO_ORDER, "case_detail": "坏了"}, "utter_case_done_noted_without_order", "您的描述"),
        ({"order_number": NO_ORDER}, "utter_case_done_without_order", None),
    ],
)
def test_what_was_noted_is_said_and_a_person_is_called(slots: dict[str, str], response: str, noted: str | None) -> None:
    said = run(DONE, tracker("provide_info", slots={"case_kind": "quality_problem", **slots}))
    assert (said.response, said.values.get("case.noted"), said.slots["case_ready"]) == (response, noted, True)
    assert said.values["case.title"] == "商品质量问题"


def test_a_case_called_off_calls_nobody() -> None:
    said = run(DONE, tracker("deny", "算了", buyer=WANG, slots={"case_kind": None, "case_detail": "坏了"}))
    assert said.response == "utter_case_stopped"
    assert said.slots == {"case_detail": None, "case_photo": None, "case_ready": False}
