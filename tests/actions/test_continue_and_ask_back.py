"""A number, a choice, a yes, a no, and a message nobody understood."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversation import BROKEN, CHEN, LIN, ROOT, SERVICES, WANG, run, tracker

from actions.ask_back import FILE, ActionAskBack, load_titles, offer
from actions.continuing import ActionContinue
from aftersales.errors import ConfigurationError

CONTINUE = ActionContinue(SERVICES)
TITLES = {
    "refund_status": "查退款进度",
    "return_policy": "能不能退换",
    "invoice_request": "开发票",
    "usage_help": "怎么使用",
}
ASK_BACK = ActionAskBack(SERVICES, TITLES)
OFFERED = ["330917100493", "330917540071", "330917433518"]


@pytest.mark.parametrize(
    ("text", "entities", "short"),
    [
        ("330917540071", {"order_number": "330917540071"}, "0071"),
        ("JDVA20917540071", {"waybill_number": "JDVA20917540071"}, "0071"),
        ("第二个", {}, "0071"),
        ("3", {}, "3518"),
        ("第一单吧", {}, "0493"),
        ("尾号0071", {}, "0071"),
        ("鼠标那个", {}, "0071"),
    ],
)
def test_naming_an_order_goes_on_with_the_question(text: str, entities: dict[str, str], short: str) -> None:
    slots = {"topic": "refund_status", "offered_orders": OFFERED}
    said = run(CONTINUE, tracker("provide_info", text, buyer=WANG, slots=slots, **entities))
    assert said.values["order.short"] == short
    assert said.slots["order_number"].endswith(short)


def test_a_correction_replaces_the_order_at_once() -> None:
    slots = {"topic": "return_policy", "order_number": "330918290037"}
    said = run(CONTINUE, tracker("deny", "不是，是330918274651", slots=slots, order_number="330918274651"))
    assert (said.response, said.values["order.short"]) == ("utter_return_eligible", "4651")


@pytest.mark.parametrize("number", ["330918301148", "123456789012"])
def test_a_foreign_number_tells_nothing(number: str) -> None:
    for topic in ("return_policy", None):
        said = run(CONTINUE, tracker("provide_info", number, slots={"topic": topic}, order_number=number))
        assert said.response == "utter_order_not_found"


def test_a_number_without_a_question_is_summed_up() -> None:
    said = run(CONTINUE, tracker("provide_info", "330918274651", order_number="330918274651"))
    assert (said.response, said.values["order.state"]) == ("utter_order_summary", "已签收")
    assert said.choices == ["查物流", "退换货", "转人工"]


@pytest.mark.parametrize(
    ("intent", "text", "entities"),
    [("provide_info", "换个订单", {"order_choice": "other"}), ("deny", "不是这个订单", {}), ("deny", "换一个单子", {})],
)
def test_another_order_is_offered_without_the_one_that_was_not_meant(
    intent: str, text: str, entities: dict[str, str]
) -> None:
    slots = {"topic": "refund_status", "order_number": "330917540071"}
    said = run(CONTINUE, tracker(intent, text, buyer=WANG, slots=slots, **entities))
    assert said.response == "utter_order_which"
    assert not any("0071" in choice for choice in said.choices)
    assert said.slots["order_number"] is None


def test_without_another_order_the_number_is_asked_for() -> None:
    slots = {"topic": "return_policy", "order_number": "8602119904461"}
    asked = tracker("provide_info", "换个订单", buyer="u3003", store="own-food", slots=slots, order_choice="other")
    assert run(CONTINUE, asked).response == "utter_order_ask_number"


@pytest.mark.parametrize(
    ("intent", "slots", "response"),
    [
        ("affirm", {"topic": "refund_status", "offered_orders": OFFERED}, "utter_order_which"),
        ("deny", {"topic": "refund_status", "offered_orders": OFFERED}, "utter_order_ask_number"),
        ("affirm", {}, "utter_affirm"),
        ("deny", {}, "utter_deny"),
        ("affirm", {"topic": "return_policy", "order_number": "330917540071"}, "utter_affirm"),
        ("provide_info", {}, "utter_provide_info"),
    ],
)
def test_yes_and_no_mean_what_is_open(intent: str, slots: dict[str, object], response: str) -> None:
    assert run(CONTINUE, tracker(intent, "嗯嗯", buyer=WANG, slots=slots)).response == response


@pytest.mark.parametrize(("text", "response"), [("试过了没用", "utter_offer_human"), ("不用了", "utter_deny")])
def test_who_turns_an_answer_down_is_offered_a_person(text: str, response: str) -> None:
    assert run(CONTINUE, tracker("deny", text, buyer=WANG)).response == response


def test_while_the_form_asks_it_speaks_alone() -> None:
    assert run(CONTINUE, tracker("affirm", "好的", form=True)).messages == []


def test_an_order_system_that_is_down_is_told() -> None:
    said = run(ActionContinue(BROKEN), tracker("provide_info", "330918274651", order_number="330918274651"))
    assert said.response == "utter_orders_unavailable"


def test_a_guests_number_is_not_looked_up() -> None:
    asked = tracker("provide_info", "330918274651", buyer=None, order_number="330918274651")
    assert run(CONTINUE, asked).response == "utter_order_guest"


REFUSED = {"topic": "refund_status", "order_number": "330917208852"}
REASON = "机身上的水痕是快递淋雨弄的，我不认可"


@pytest.mark.parametrize(
    ("text", "topic", "detail"),
    [
        ("我不认可", "refund_status", None),
        ("凭啥不给退", "refund_status", None),
        ("不同意你们这么判", "return_status", None),
        (REASON, "refund_status", REASON),
    ],
)
def test_who_does_not_accept_a_refusal_gets_a_case(text: str, topic: str, detail: str | None) -> None:
    said = run(CONTINUE, tracker("deny", text, buyer=WANG, slots={**REFUSED, "topic": topic}))
    assert said.response == "utter_refund_problem"
    assert said.opened_form
    assert (said.slots["case_kind"], said.slots["order_number"]) == ("refund_problem", "330917208852")
    assert said.slots["case_detail"] == detail


@pytest.mark.parametrize(
    ("intent", "text", "slots", "response"),
    [
        ("deny", "不用了", REFUSED, "utter_deny"),  # no dispute
        ("affirm", "好吧，凭什么呀", REFUSED, "utter_affirm"),
        ("deny", "我不同意", {**REFUSED, "topic": "return_policy"}, "utter_deny"),  # nothing was refused
        ("deny", "我不同意", {**REFUSED, "order_number": "330917540071"}, "utter_deny"),
        ("deny", "我不同意", {}, "utter_deny"),
    ],
)
def test_only_a_refused_refund_is_disputed(intent: str, text: str, slots: dict[str, str], response: str) -> None:
    said = run(CONTINUE, tracker(intent, text, buyer=WANG, slots=slots))
    assert (said.response, said.opened_form) == (response, False)


# --- asking back ------------------------------------------------------------------------------------------------------

RANKING = ["nlu_fallback", "greet", "return_policy", "refund_status", "usage_help", "invoice_request"]


def test_the_likeliest_meanings_are_offered_and_a_person() -> None:
    said = run(ASK_BACK, tracker("nlu_fallback", "那个东西弄一下", ranking=RANKING))
    assert said.response == "utter_ask_back"
    assert said.choices == ["能不能退换", "查退款进度", "怎么使用", "转人工"]
    assert said.payloads[0] == "/return_policy"


def test_without_a_guess_a_person_is_still_offered() -> None:
    said = run(ASK_BACK, tracker("nlu_fallback", "啊啊啊", ranking=["nlu_fallback", "greet"]))
    assert said.response == "utter_ask_back_nothing"
    assert said.choices == []  # the response brings its own


@pytest.mark.parametrize("text", ["那要多久", "大概几天", "需要多长时间呀", "然后怎么办呢"])
def test_an_elliptical_question_goes_on_with_the_running_one(text: str) -> None:
    slots = {"topic": "return_policy", "order_number": "330918274651"}
    said = run(ASK_BACK, tracker("nlu_fallback", text, buyer=LIN, slots=slots, ranking=RANKING))
    assert said.values["order.short"] == "4651"


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "store", "short"),
    [
        ("nlu_fallback", "那真丝的衬衫呢", "u2002", "tmall-fashion", "0629"),
        ("other", "那条定制的呢", "u2002", "tmall-fashion", "4051"),
        ("other", "半裙呢", "u2002", "tmall-fashion", "2777"),
        ("nlu_fallback", "还有我那个手机壳呢？", LIN, "jd-digital", "5120"),
    ],
)
def test_goods_of_his_own_go_on_with_the_running_question(
    intent: str, text: str, buyer: str, store: str, short: str
) -> None:
    slots = {"topic": "return_policy", "order_number": "330918274651" if buyer == LIN else None}
    said = run(ASK_BACK, tracker(intent, text, buyer=buyer, store=store, slots=slots, ranking=RANKING))
    assert said.values["order.short"] == short
    assert said.slots["order_number"].endswith(short)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("那件羽绒服呢", "return_policy"),  # not his
        ("那半裙怎么熨", "return_policy"),  # a question of its own
        ("那半裙呢", None),  # nothing is running
        ("那半裙呢", "quality_problem"),
    ],
)
def test_goods_without_a_running_question_are_asked_back(text: str, topic: str | None) -> None:
    asked = tracker("nlu_fallback", text, buyer="u2002", store="tmall-fashion", slots={"topic": topic}, ranking=RANKING)
    assert run(ASK_BACK, asked).response == "utter_ask_back"


@pytest.mark.parametrize("text", ["那半裙呢", "换一个订单"])
def test_asking_back_needs_no_order_system(text: str) -> None:
    asked = tracker("nlu_fallback", text, slots={"topic": "return_policy"}, ranking=RANKING)
    assert run(ActionAskBack(BROKEN, TITLES), asked).response == "utter_ask_back"


@pytest.mark.parametrize(("confidence", "offered"), [(0.2, 1), (0.05, 1), (0.049, 0), (0.0, 0)])
def test_a_hardly_likely_meaning_is_not_offered(confidence: float, offered: int) -> None:
    assert len(offer([{"name": "refund_status", "confidence": confidence}], TITLES)) == offered


@pytest.mark.parametrize(
    ("text", "slots"),
    [("那要多久", {}), ("那个贵州的茅台要多久", {"topic": "return_policy"}), ("多久", {"topic": "quality_problem"})],
)
def test_without_a_running_question_it_is_asked_back(text: str, slots: dict[str, object]) -> None:
    said = run(ASK_BACK, tracker("nlu_fallback", text, buyer=CHEN, slots=slots, ranking=RANKING))
    assert said.response == "utter_ask_back"


def test_every_title_belongs_to_an_intent_of_the_domain() -> None:
    domain = (ROOT / "domain.yml").read_text(encoding="utf-8")
    titles = load_titles(ROOT / "rules" / FILE)
    assert all(f"\n- {intent}\n" in domain for intent in titles)
    assert len(set(titles.values())) == len(titles)
    assert offer([{"name": "refund_status"}], titles)[0]["title"] == "查退款进度"


@pytest.mark.parametrize("text", ["titles: []", "titles: {a: ''}", "- a"])
def test_bad_titles_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="titles"):
        load_titles(tmp_path / FILE)
