"""Ways out of the usual course: off the platform, a refusal disputed, no other order to offer."""

from __future__ import annotations

import asyncio

import pytest
from conversation import BROKEN, LIN, NOW, OWN, ROOT, SERVICES, WANG, run, tracker
from rasa_sdk import Action

from actions.ask_back import ActionAskBack
from actions.case import ActionCaseOpen
from actions.case_form import ValidateCaseForm
from actions.context import read_turn
from actions.continuing import ActionContinue
from actions.order_answer import ABOUT_TERMS
from actions.price_protection import ActionPriceProtection
from actions.skills import SKILLS
from aftersales.answers.responses import load_responses
from aftersales.orders import Order
from aftersales.orders.demo import load_demo_orders

CONTINUE, ASK_BACK = ActionContinue(SERVICES), ActionAskBack(SERVICES, {"refund_problem": "退款出了问题"})
REFUSED, REVIEWING = "330917208852", "330917755120"


@pytest.mark.parametrize(
    ("action", "intent"),
    [(CONTINUE, "provide_info"), (CONTINUE, "affirm"), (ASK_BACK, "other"), (ASK_BACK, "nlu_fallback")],
)
@pytest.mark.parametrize("form", [False, True])
def test_leaving_the_platform_is_declined_wherever_it_is_asked(action: Action, intent: str, form: bool) -> None:
    slots = {"topic": "return_policy", "order_number": "330918274651"}
    said = run(action, tracker(intent, "加个微信说吧", slots=slots, form=form))
    assert said.response == "utter_offsite_declined"
    assert said.events == []


@pytest.mark.parametrize("requested", ["order_number", "case_detail", "case_photo"])
def test_leaving_the_platform_answers_no_question_of_the_form(requested: str) -> None:
    slots = {"case_kind": "quality_problem", "requested_slot": requested}
    events = [{"event": "user"}, {"event": "action", "name": "case_form"}]
    asked = tracker("provide_info", "加我微信发你照片", slots=slots, events=events, form=True)
    filled = run(ValidateCaseForm(SERVICES), asked).slots
    assert set(filled) == {"requested_slot"}


@pytest.mark.parametrize(
    ("action", "intent"), [(CONTINUE, "deny"), (ASK_BACK, "other"), (ASK_BACK, "nlu_fallback")]
)
@pytest.mark.parametrize("topic", ["refund_status", "return_status"])
def test_who_does_not_accept_a_refusal_gets_a_case(action: Action, intent: str, topic: str) -> None:
    slots = {"topic": topic, "order_number": REFUSED}
    said = run(action, tracker(intent, "我不认可，凭什么不退", buyer=WANG, slots=slots))
    assert (said.response, said.opened_form) == ("utter_refund_problem", True)
    assert (said.slots["case_kind"], said.slots["order_number"]) == ("refund_problem", REFUSED)


@pytest.mark.parametrize(
    ("text", "buyer", "slots"),
    [
        ("不用了", WANG, {"topic": "refund_status", "order_number": REFUSED}),
        ("我不同意", LIN, {"topic": "refund_status", "order_number": REVIEWING}),  # nobody refused anything
        ("我不同意", WANG, {"topic": "invoice_request", "order_number": REFUSED}),
        ("我不同意", None, {"topic": "refund_status", "order_number": REFUSED}),  # a stranger's order is not looked at
    ],
)
def test_other_denials_open_no_case(text: str, buyer: str | None, slots: dict[str, str]) -> None:
    said = run(CONTINUE, tracker("deny", text, buyer=buyer, slots=slots))
    assert (said.response, said.opened_form) == ("utter_deny", False)


@pytest.mark.parametrize(("buyer", "services"), [(None, SERVICES), (LIN, BROKEN)])
def test_a_case_is_the_topic_even_when_no_order_can_be_looked_up(buyer: str | None, services: object) -> None:
    asked = tracker("quality_problem", "耳机坏了", buyer=buyer)
    assert run(ActionCaseOpen(services), asked).slots["topic"] == "quality_problem"  # type: ignore[arg-type]


def test_another_order_is_offered_only_where_the_question_fits_one() -> None:
    slots = {"topic": "delivery_time", "order_number": "330918290037"}
    said = run(CONTINUE, tracker("provide_info", "换个订单", slots=slots, order_choice="other"))
    assert (said.response, said.choices) == ("utter_order_no_other", [])
    assert said.slots == {"order_number": None, "offered_orders": None}


@pytest.mark.parametrize("intent", ["price_protection", "price_protection_problem"])
def test_a_shop_without_a_price_promise_does_not_ask_which_order(intent: str) -> None:
    said = run(ActionPriceProtection(SERVICES), tracker(intent, "有价保吗", buyer="u3002", store=OWN))
    assert said.response == f"utter_{intent}"
    assert said.slots == {"topic": intent}


def test_cancelling_and_changing_are_no_terms_to_read_out_first() -> None:
    assert not {"order_cancel", "order_modify"} & ABOUT_TERMS


@pytest.mark.parametrize("order", load_demo_orders(ROOT / "stores", NOW), ids=lambda order: order.number)
def test_no_answer_shows_the_same_way_on_twice(order: Order) -> None:
    responses = load_responses(ROOT / "data" / "responses")
    for question, skill in SKILLS.items():
        asked = tracker(question, order.number, buyer=order.buyer, store=order.store, order_number=order.number)
        for say in asyncio.run(skill(read_turn(asked, SERVICES), SERVICES, question)).says:
            given = [choice["payload"] for choice in say.choices]
            for wording in responses[say.response]:
                shown = [*given, *(button.payload for button in wording.buttons)]
                assert len(shown) == len(set(shown)), (say.response, shown)
