"""Questions and claims that an order answers better than any general line, and the general line where none is meant."""

from __future__ import annotations

import pytest
from conversation import BROKEN, CHEN, JD, LIN, NOW, OWN, ROOT, SERVICES, STORES, TMALL, WANG, ZHAO, Said, run, tracker

from actions.case import ActionCaseOpen
from actions.invoice import ActionInvoice
from actions.order_question import ActionOrderQuestion
from actions.services import Services
from aftersales.calendar import load_calendar
from aftersales.orders.demo import load_demo_orders
from aftersales.orders.memory import MemoryOrders

INTENTS = (
    "freight_insurance", "reject_parcel", "fake_suspect", "complaint", "compensation_request", "dispute_escalation",
)  # fmt: skip
ON_TOP = ("complaint", "compensation_request", "dispute_escalation")


def ask(intent: str, text: str = "", *, services: Services = SERVICES, **rest: object) -> Said:
    return run(ActionOrderQuestion(services), tracker(intent, text, **rest))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "store", "response", "short"),
    [
        ("freight_insurance", "耳机有运费险吗", LIN, JD, "utter_insurance_insured", "4651"),
        ("freight_insurance", "充电器有运费险吗", LIN, JD, "utter_insurance_missing", "0037"),
        ("freight_insurance", "外套带运费险吗", "u2001", TMALL, "utter_insurance_not_received", "5523"),
        ("freight_insurance", "苹果有运费险吗", "u3001", OWN, "utter_insurance_none_buyer", "0415"),
        ("reject_parcel", "充电器到了我不要了能拒收吗", LIN, JD, "utter_reject_open", "0037"),
        ("reject_parcel", "快递到了直接拒收行不行", LIN, JD, "utter_reject_open", "0037"),  # the only one under way
        ("reject_parcel", "支架拒收可以吗", CHEN, JD, "utter_reject_partly", "2745"),
        ("reject_parcel", "键盘到了我拒收", ZHAO, JD, "utter_reject_not_shipped", "3366"),
        ("reject_parcel", "见手青我拒收行吗", "u3001", OWN, "utter_reject_unfit", "2906"),
        ("reject_parcel", "连衣裙能拒收吗", "u2001", TMALL, "utter_reject_signed", "8341"),
        ("fake_suspect", "耳机是正品吗", LIN, JD, "utter_fake_doubt", "4651"),
        ("fake_suspect", "充电器是不是正品", LIN, JD, "utter_fake_not_received", "0037"),
        ("dispute_escalation", "阅读器我想申请介入", WANG, JD, "utter_intervene_now", "8852"),
        ("dispute_escalation", "手机壳怎么申请介入", LIN, JD, "utter_intervene_soon", "5120"),
        ("dispute_escalation", "耳机怎么申请介入", LIN, JD, "utter_intervene_raise_first", "4651"),
        ("dispute_escalation", "连衣裙怎么申请介入", "u2001", TMALL, "utter_intervene_page", "8341"),
        ("dispute_escalation", "月饼怎么投诉到平台", "u3003", OWN, "utter_intervene_own", "4461"),
        ("complaint", "键盘不太满意", ZHAO, JD, "utter_complaint_seen", "3366"),
        ("complaint", "耳机不太满意", LIN, JD, "utter_complaint_order", "4651"),
        ("compensation_request", "键盘晚发有补偿吗", ZHAO, JD, "utter_compensation_seen", "3366"),
        ("compensation_request", "耳机有补偿吗", LIN, JD, "utter_compensation_order", "4651"),
    ],
)
def test_one_order_is_answered_by_name(
    intent: str, text: str, buyer: str, store: str, response: str, short: str
) -> None:
    said = ask(intent, text, buyer=buyer, store=store)
    assert (said.response, said.values["order.short"]) == (response, short)
    assert said.slots["order_number"].endswith(short)


@pytest.mark.parametrize("intent", INTENTS)
def test_where_no_single_order_is_meant_the_general_answer_says_more_than_a_question_back(intent: str) -> None:
    said = ask(intent, "", buyer="u2002", store=TMALL)
    assert said.response == f"utter_{intent}"
    assert "order_number" not in said.slots
    assert "offered_orders" not in said.slots


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize(("buyer", "services"), [(None, SERVICES), (LIN, BROKEN)])
def test_strangers_and_an_order_system_that_is_down_get_the_general_answer(
    intent: str, buyer: str | None, services: Services
) -> None:
    assert ask(intent, buyer=buyer, services=services).response == f"utter_{intent}"


@pytest.mark.parametrize("intent", INTENTS)
def test_a_number_nobody_knows_is_told_but_a_complaint_is_heard_first(intent: str) -> None:
    heard = intent in (*ON_TOP, "fake_suspect")
    said = ask(intent, order_number="999999999999")
    assert said.responses == ([f"utter_{intent}"] if heard else []) + ["utter_order_not_found"]
    stranger = ask(intent, buyer=None, order_number="330918274651")
    assert stranger.responses == [f"utter_{intent}" if heard else "utter_order_guest"]


@pytest.mark.parametrize("intent", ON_TOP)
@pytest.mark.parametrize("text", ["", "耳机的事"])
def test_a_complaint_on_top_does_not_change_the_subject(intent: str, text: str) -> None:
    said = ask(intent, text, slots={"topic": "return_policy"})
    assert "topic" not in said.slots


@pytest.mark.parametrize("intent", [intent for intent in INTENTS if intent not in ON_TOP])
def test_a_question_becomes_the_subject(intent: str) -> None:
    assert ask(intent, "耳机", slots={"topic": "return_policy"}).slots["topic"] == intent


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "person"),
    [
        ("complaint", "键盘", ZHAO, True),
        ("compensation_request", "键盘", ZHAO, True),
        ("dispute_escalation", "阅读器", WANG, True),
        ("fake_suspect", "耳机", LIN, True),
        ("freight_insurance", "充电器", LIN, True),
        ("freight_insurance", "降噪耳机", LIN, False),
    ],
)
def test_where_a_person_has_the_last_word_one_is_offered(intent: str, text: str, buyer: str, person: bool) -> None:
    assert ("转人工" in ask(intent, text, buyer=buyer).choices) is person


def test_the_running_order_is_meant(buyer: str = LIN) -> None:
    said = ask("freight_insurance", "有运费险吗", buyer=buyer, slots={"order_number": "330918274651"})
    assert (said.response, said.values["order.short"]) == ("utter_insurance_insured", "4651")


def test_from_when_the_platform_may_be_asked_is_said_to_the_minute() -> None:
    # Asked for ten hours ago.
    assert ask("dispute_escalation", "手机壳怎么申请介入").values["intervention.from"] == "11月21日02:00"


@pytest.mark.parametrize(
    ("kind", "text", "buyer", "store", "response"),
    [
        ("quality_problem", "耳机右边没声音", LIN, JD, "utter_quality_return"),
        ("quality_problem", "降噪耳机旗舰款坏了", CHEN, JD, "utter_quality_repair"),
        ("quality_problem", "苹果烂了一半", "u3001", OWN, "utter_quality_fresh"),
        ("quality_problem", "月饼有异味", "u3003", OWN, "utter_quality_over"),
        ("gift_missing", "耳机的赠品没有", LIN, JD, "utter_gift_not_listed"),
    ],
)
def test_a_case_opens_with_what_the_order_leaves_open(
    kind: str, text: str, buyer: str, store: str, response: str
) -> None:
    said = run(ActionCaseOpen(SERVICES), tracker(kind, text, buyer=buyer, store=store))
    assert (said.response, said.opened_form) == (response, True)


def test_a_gift_that_has_not_left_yet_is_no_case_until_said_again() -> None:
    said = run(ActionCaseOpen(SERVICES), tracker("gift_missing", "手表的赠品呢智能手表", buyer=ZHAO))
    assert (said.response, said.opened_form) == ("utter_gift_to_ship", False)
    again = run(ActionCaseOpen(SERVICES), tracker("gift_missing", "赠品少了", buyer=ZHAO, slots=said.slots))
    assert again.opened_form


def test_an_invoice_promised_in_working_days_is_answered_with_its_day() -> None:
    orders = MemoryOrders(load_demo_orders(ROOT / "stores", NOW))
    with_calendar = Services(STORES, orders, load_calendar(ROOT / "rules" / "calendar.yml"))
    asked = tracker("invoice_request", "真丝衬衫的发票", buyer="u2002", store=TMALL)
    said = run(ActionInvoice(with_calendar), asked)
    # Asked for on Thursday the 19th, three working days, over a weekend.
    assert (said.response, said.values["invoice.by"]) == ("utter_invoice_requested_by", "11月24日")
