"""A calm case for a person: what is collected, what is left alone, how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from conversation import BROKEN, CHEN, JD, LIN, SERVICES, TMALL, WANG, ZHAO, Said, run, tracker

from actions.case import (
    NO_ORDER,
    ActionAskCaseFormCaseDetail,
    ActionAskCaseFormOrderNumber,
    ActionCaseDone,
    ActionCaseOpen,
)
from actions.case_form import ValidateCaseForm
from actions.logistics import ActionLogistics
from actions.refund_status import ActionRefundStatus
from aftersales.decisions.cases import CASES

OPEN, ASK, DONE = ActionCaseOpen(SERVICES), ActionAskCaseFormOrderNumber(SERVICES), ActionCaseDone(SERVICES)
FORM = ValidateCaseForm(SERVICES)
MINE = "330918274651"
LISTEN = {"event": "action", "name": "action_listen"}
USER = {"event": "user"}


#: What the order itself says about such a case comes first.
FROM_THE_ORDER = {"quality_problem": "utter_quality_return", "gift_missing": "utter_gift_not_listed"}


# --- opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(CASES) - {"not_received", "logistics_stuck"}))
def test_the_case_opens_with_what_will_happen(kind: str) -> None:
    said = run(OPEN, tracker(kind, "耳机有问题"))
    assert said.response == FROM_THE_ORDER.get(kind, f"utter_{kind}")
    assert said.opened_form
    assert said.slots["case_kind"] == kind


def test_what_is_known_is_not_asked_again() -> None:
    text = "耳机左边完全没有声音，充满电也一样"
    said = run(OPEN, tracker("quality_problem", text, photo="1"))
    assert said.slots["order_number"] == MINE
    assert (said.slots["case_detail"], said.slots["case_photo"]) == (text, "已提供")


def test_a_short_complaint_has_not_told_anything_yet() -> None:
    assert run(OPEN, tracker("quality_problem", "耳机坏了")).slots["case_detail"] is None


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("quality_problem", "右边没声音", True),
        ("quality_problem", "耳机右边没声音了", True),
        ("quality_problem", "充电器充不进去电", True),
        ("quality_problem", "一开机就自己关机怎么办", True),  # a question, but long enough to tell
        ("quality_problem", "连衣裙收到有个破洞", True),
        ("missing_item", "少了一个充电头", True),
        ("wrong_item", "买黑的发成白的", True),
        ("refund_problem", "退款金额不对", True),
        ("quality_problem", "耳机坏了", False),
        ("quality_problem", "蓝牙降噪耳机坏了怎么办", False),
        ("quality_problem", "商品有问题", False),
        ("quality_problem", "商品有质量问题", False),
        ("quality_problem", "东西质量太差了", False),
        ("quality_problem", "能修吗你们", False),
        ("damaged_parcel", "收到时破损", False),
        ("wrong_item", "发错了商品", False),
        ("wrong_item", "衣服颜色不对", False),
        ("missing_item", "包裹里少了", False),
        ("missing_item", "你们少发了一件", False),
        ("missing_item", "少件漏发", False),
        ("gift_missing", "赠品没收到", False),
        ("not_as_described", "和描述不一样", False),
        ("refund_problem", "退款出了问题", False),
    ],
)
def test_a_named_symptom_is_detail_enough_and_a_bare_verdict_is_not(kind: str, text: str, told: bool) -> None:
    assert run(OPEN, tracker(kind, text)).slots["case_detail"] == (text if told else None)


@pytest.mark.parametrize("kind", ["missing_item", "gift_missing"])
def test_parcels_still_under_way_are_told_before_a_case_is_opened(kind: str) -> None:
    said = run(OPEN, tracker(kind, "桌垫到了支架没到是漏发了吗", buyer=CHEN))
    assert said.response == "utter_logistics_parcels"
    assert not said.opened_form
    assert (said.slots["topic"], said.slots["order_number"][-4:]) == (kind, "2745")
    assert (said.choices, said.payloads) == (["包裹里少了"], [f"/{kind}"])
    again = run(OPEN, tracker(kind, "包裹里少了", buyer=CHEN, slots=said.slots))
    assert again.response == f"utter_{kind}"
    assert again.opened_form


@pytest.mark.parametrize(
    ("kind", "text", "buyer"),
    [
        ("quality_problem", "支架到手是歪的", CHEN),  # what is wrong came with a parcel that is here
        ("missing_item", "耳机少了一个耳塞", LIN),  # one parcel, and signed for
    ],
)
def test_elsewhere_the_case_is_opened_at_once(kind: str, text: str, buyer: str) -> None:
    assert run(OPEN, tracker(kind, text, buyer=buyer)).opened_form


@pytest.mark.parametrize(
    ("buyer", "order", "topic", "detail"),
    [
        (WANG, "8852", "refund_status", "申请被拒绝，买家不认可"),
        ("u2003", "1048", "refund_status", "退款已批准，很久没有到账"),
    ],
)
def test_a_tap_under_the_answer_that_said_it_is_not_asked_what_is_wrong(
    buyer: str, order: str, topic: str, detail: str
) -> None:
    store = TMALL if buyer == "u2003" else JD
    shown = run(ActionRefundStatus(SERVICES), tracker("refund_status", f"尾号{order}退款", buyer=buyer, store=store))
    assert "登记处理" in shown.choices
    said = run(OPEN, tracker("refund_problem", "登记处理", buyer=buyer, store=store, slots=shown.slots))
    assert (said.messages, said.opened_form) == ([], True)
    assert (said.slots["case_detail"], said.slots["order_number"][-4:]) == (detail, order)


def test_the_tap_for_a_stuck_parcel_does_not_repeat_what_stands_above_it() -> None:
    shown = run(ActionLogistics(SERVICES), tracker("logistics_status", "手机支架到哪了", buyer=ZHAO))
    assert "帮我查件" in shown.choices
    tapped = run(ActionLogistics(SERVICES), tracker("logistics_stuck", "帮我查件", buyer=ZHAO, slots=shown.slots))
    assert (tapped.messages, tapped.opened_form) == ([], True)
    assert tapped.slots["case_kind"] == "logistics_stuck"


def test_the_same_words_about_an_order_not_shown_yet_are_answered_first() -> None:
    said = run(ActionLogistics(SERVICES), tracker("logistics_stuck", "帮我查件", buyer=ZHAO))
    assert said.response == "utter_logistics_stuck_found"


@pytest.mark.parametrize("text", ["登记处理", "退款出了问题"])
def test_a_refund_with_nothing_wrong_is_asked_about(text: str) -> None:
    said = run(OPEN, tracker("refund_problem", text, slots={"order_number": "330917905120", "topic": "refund_status"}))
    assert said.responses[0] == "utter_refund_problem"
    assert said.slots["case_detail"] is None


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


@pytest.mark.parametrize(
    ("text", "photo", "detail"),
    [
        ("照片已经发过去了", "已提供", None),
        ("图片刚才发了", "已提供", None),
        ("视频传给你们了呀", "已提供", None),
        ("我已经发过照片了", "已提供", None),
        ("刚发了两张图", "已提供", None),
        ("[图片]", "已提供", None),
        ("照片发了，右边一点声音都没有", "已提供", "照片发了，右边一点声音都没有"),
        ("视频拍了但传不上来", None, "视频拍了但传不上来"),
        ("都发错了，要的是黑色", None, "都发错了，要的是黑色"),
        ("刚发现按键没反应", None, "刚发现按键没反应"),
        ("图片上是蓝的，收到是绿的", None, "图片上是蓝的，收到是绿的"),
    ],
)
def test_a_photo_said_to_be_sent_is_no_description(text: str, photo: str | None, detail: str | None) -> None:
    slots = read("case_detail", "quality_problem", text, slots={"order_number": MINE}).slots
    assert (slots.get("case_photo"), slots.get("case_detail")) == (photo, detail)
    assert slots["requested_slot"] == ("case_photo" if photo is None else None if detail else "case_detail")


def test_a_discovery_is_no_photo() -> None:
    known = {"order_number": MINE, "case_detail": "左边没声音"}
    slots = read("case_photo", "quality_problem", "刚发现右边也没声音", slots=known).slots
    assert (slots.get("case_photo"), slots["case_detail"]) == (None, "左边没声音；刚发现右边也没声音")


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
