"""Questions about the buyer's own orders: the right order, the right answer, and nobody else's."""

from __future__ import annotations

import pytest
from conversation import BROKEN, CHEN, JD, LIN, OWN, SERVICES, TMALL, WANG, ZHAO, Said, run, tracker
from rasa_sdk import Action

from actions.invoice import ActionInvoice
from actions.logistics import ActionLogistics
from actions.order_cancel import ActionOrderCancel
from actions.order_modify import ActionOrderModify
from actions.price_protection import ActionPriceProtection
from actions.refund_status import ActionRefundStatus
from actions.return_check import ActionReturnCheck
from actions.warranty import ActionWarranty

SKILLS: dict[str, type[Action]] = {
    "logistics_status": ActionLogistics,
    "shipping_time": ActionLogistics,
    "delivery_time": ActionLogistics,
    "logistics_stuck": ActionLogistics,
    "not_received": ActionLogistics,
    "refund_status": ActionRefundStatus,
    "return_status": ActionRefundStatus,
    "return_policy": ActionReturnCheck,
    "return_how": ActionReturnCheck,
    "exchange_request": ActionReturnCheck,
    "return_freight": ActionReturnCheck,
    "price_protection": ActionPriceProtection,
    "price_protection_problem": ActionPriceProtection,
    "order_cancel": ActionOrderCancel,
    "order_modify": ActionOrderModify,
    "invoice_request": ActionInvoice,
    "invoice_change": ActionInvoice,
    "repair_warranty": ActionWarranty,
}


def ask(intent: str, text: str = "", *, services: object = SERVICES, **rest: object) -> Said:
    return run(SKILLS[intent](services), tracker(intent, text, **rest))  # type: ignore[arg-type, call-arg]


@pytest.mark.parametrize("intent", sorted(SKILLS))
def test_a_guest_gets_the_general_answer(intent: str) -> None:
    said = ask(intent, buyer=None)
    assert said.responses == [f"utter_{intent}"]
    assert said.slots["topic"] == intent


@pytest.mark.parametrize("intent", sorted(SKILLS))
def test_a_guest_with_a_number_is_asked_to_log_in(intent: str) -> None:
    assert ask(intent, buyer=None, order_number="330918274651").response == "utter_order_guest"


@pytest.mark.parametrize("intent", sorted(SKILLS))
def test_an_order_system_that_is_down_is_told_truthfully(intent: str) -> None:
    assert ask(intent, services=BROKEN).response == "utter_orders_unavailable"


@pytest.mark.parametrize("number", ["330918301148", "2815530417620098341", "999999999999"])
def test_a_foreign_number_looks_like_an_unknown_one(number: str) -> None:
    said = ask("logistics_status", order_number=number)
    assert said.response == "utter_order_not_found"
    assert said.slots["order_number"] is None
    assert set(said.messages[0]) == set(ask("logistics_status", order_number="1").messages[0])


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "store", "response", "short"),
    [
        ("logistics_status", "查下快递", LIN, JD, "utter_logistics_expected", "0037"),
        ("delivery_time", "哪天能收到", LIN, JD, "utter_logistics_expected", "0037"),
        ("return_policy", "耳机想退", LIN, JD, "utter_return_eligible", "4651"),
        ("return_freight", "手机壳退回去谁出邮费", LIN, JD, "utter_freight_buyer", "5120"),
        ("refund_status", "钱啥时候退", LIN, JD, "utter_refund_reviewing", "5120"),
        ("price_protection", "耳机降价了", LIN, JD, "utter_price_dropped", "4651"),
        ("invoice_request", "耳机的票在哪", LIN, JD, "utter_invoice_issued", "4651"),
        ("order_cancel", "充电器不要了", LIN, JD, "utter_cancel_shipped", "0037"),
        ("shipping_time", "键盘怎么还没发", ZHAO, JD, "utter_logistics_late", "3366"),
        ("shipping_time", "手表发了没", ZHAO, JD, "utter_logistics_to_ship", "1148"),
        ("refund_status", "路由器退款", WANG, JD, "utter_refund_approved", "0684"),
        ("refund_status", "音箱退款", WANG, JD, "utter_refund_inspecting", "3518"),
        ("refund_status", "阅读器退款", WANG, JD, "utter_refund_rejected", "8852"),
        ("return_policy", "刻字那个耳机能退吗刻字蓝牙耳机", CHEN, JD, "utter_return_excluded", "2259"),
        ("price_protection", "旗舰款", CHEN, JD, "utter_price_over", "5507"),
        ("logistics_status", "支架到哪了", CHEN, JD, "utter_logistics_parcels", "2745"),
        ("exchange_request", "连衣裙换个大一码", "u2001", TMALL, "utter_exchange_eligible_store", "8341"),
        ("return_status", "开衫换货到哪步了", "u2001", TMALL, "utter_return_in_transit", "7467"),
        ("shipping_time", "大衣什么时候发", "u2002", TMALL, "utter_logistics_presale", "8216"),
        ("order_modify", "裤子改个地址阔腿裤", "u2002", TMALL, "utter_modify_not_shipped", "3395"),
        ("price_protection", "半裙便宜了", "u2002", TMALL, "utter_price_excluded", "2777"),
        ("refund_status", "退款呢", "u2003", TMALL, "utter_refund_approved_late", "1048"),
        ("return_policy", "月饼", "u3003", OWN, "utter_return_over", "4461"),
        ("exchange_request", "能换吗", "u3003", OWN, "utter_exchange_not_offered", "4461"),
        ("return_policy", "普洱茶饼", "u3002", OWN, "utter_return_partly", "6640"),
        ("price_protection", "降价了", "u3003", OWN, "utter_price_not_offered", "4461"),
    ],
)
def test_one_order_is_answered_by_name(
    intent: str, text: str, buyer: str, store: str, response: str, short: str
) -> None:
    said = ask(intent, text, buyer=buyer, store=store)
    assert (said.response, said.values["order.short"]) == (response, short)
    assert said.slots["topic"] == intent
    assert said.slots["order_number"].endswith(short)


def test_several_orders_are_offered_to_tap() -> None:
    said = ask("refund_status", "退款到哪了", buyer=WANG)
    assert said.response == "utter_order_which"
    assert said.choices == [
        "尾号0493 · 运动耳机 · 退款中",
        "尾号0071 · 无线鼠标 · 退款中",
        "尾号3518 · 桌面音箱 · 退货中",
    ]
    assert said.payloads[0] == '/provide_info{"order_number": "330917100493"}'
    assert said.slots["offered_orders"] == ["330917100493", "330917540071", "330917433518"]
    assert "order_number" not in said.slots


def test_a_question_about_terms_is_answered_before_the_order_is_known() -> None:
    assert ask("return_policy", "能退吗", buyer=CHEN).responses == ["utter_return_policy", "utter_order_which"]


def test_a_waybill_number_finds_its_order() -> None:
    assert ask("logistics_status", waybill_number="jdva20918290037").values["order.short"] == "0037"


@pytest.mark.parametrize("text", ["尾号4651的能退吗", "后四位是4651", "4651"])
def test_last_digits_find_the_order(text: str) -> None:
    assert ask("return_policy", text).values["order.short"] == "4651"


def test_of_two_numbers_the_later_one_counts() -> None:
    asked = tracker("logistics_status", "不是330918274651，是330918290037")
    asked.latest_message["entities"] = [
        {"entity": "order_number", "value": "330918274651"},
        {"entity": "order_number", "value": "330918290037"},
    ]
    assert run(ActionLogistics(SERVICES), asked).values["order.short"] == "0037"


RUNNING = {"order_number": "330918274651", "topic": "return_policy"}


@pytest.mark.parametrize(
    ("intent", "text", "short"),
    [
        ("return_freight", "那运费呢", "4651"),  # fits, and hangs on
        ("delivery_time", "要多久", "4651"),  # does not fit, but hangs on
        ("logistics_status", "帮我看看现在快递走到哪里了", "0037"),  # cannot be about the signed one
        ("return_policy", "充电器能退吗", "0037"),  # named
    ],
)
def test_the_running_order_stays_unless_the_question_is_about_another(intent: str, text: str, short: str) -> None:
    assert ask(intent, text, slots=RUNNING).values["order.short"] == short


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "store", "number", "topic", "short"),
    [
        # other goods are named, so the running ones are not meant, even in a question that hangs on
        ("return_policy", "那手机可以退吗", CHEN, JD, "330917702259", "return_policy", "1603"),
        ("return_policy", "那手机壳呢", LIN, JD, "330918274651", "return_policy", "5120"),
        # a whole name beats the part of it that the running goods share
        ("price_protection", "降噪耳机旗舰款便宜了能退差价不", CHEN, JD, "330917702259", "price_protection", "5507"),
        ("price_protection", "降噪耳机旗舰款便宜了能退差价不", CHEN, JD, None, None, "5507"),
        # the same question again stays with the order although another one would fit better
        ("exchange_request", "行，那就给我换一个", LIN, JD, "330918290037", "exchange_request", "0037"),
        ("exchange_request", "麻烦给我换成白色", LIN, JD, "330918290037", "exchange_request", "0037"),
        # no goods that fit are meant by a part of their name in a bare follow-up
        ("return_policy", "那件定制的呢", "u2002", TMALL, "2816640528730412777", "return_policy", "4051"),
    ],
)
def test_goods_that_are_named_beat_the_running_order(
    intent: str, text: str, buyer: str, store: str, number: str | None, topic: str | None, short: str
) -> None:
    slots = {"order_number": number, "topic": topic}
    said = ask(intent, text, buyer=buyer, store=store, slots=slots)
    assert said.values["order.short"] == short
    assert said.slots["order_number"].endswith(short)


def test_of_several_named_goods_the_running_order_is_not_taken_when_it_is_none_of_them() -> None:
    slots = {"order_number": "330917702259", "topic": "logistics_status"}
    said = ask("logistics_status", "那支架和手机呢", buyer=CHEN, slots=slots)
    assert not any("2259" in choice for choice in said.choices)
    assert said.slots.get("order_number") != "330917702259"


def test_a_buyer_with_one_order_is_not_offered_another() -> None:
    assert "换个订单" not in ask("return_policy", "能退吗", buyer="u3003", store=OWN).choices
    assert "换个订单" in ask("return_policy", "耳机能退吗").choices


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "choice"),
    [
        ("refund_status", "阅读器退款", WANG, "登记处理"),
        ("return_policy", "刻字蓝牙耳机", CHEN, "商品有问题"),
        ("repair_warranty", "耳机保修多久", LIN, "登记故障"),
        ("logistics_status", "手机支架到哪了", ZHAO, "帮我查件"),
        ("shipping_time", "键盘什么时候发", ZHAO, "转人工"),
        ("order_cancel", "充电器取消", LIN, "转人工"),
    ],
)
def test_a_way_on_is_offered(intent: str, text: str, buyer: str, choice: str) -> None:
    assert choice in ask(intent, text, buyer=buyer).choices


@pytest.mark.parametrize(
    ("intent", "text", "kind"),
    [
        ("not_received", "移动电源没收到", "not_received"),
        ("logistics_stuck", "手机支架卡住了", "logistics_stuck"),
        ("not_received", "手机支架没收到", "logistics_stuck"),
    ],
)
def test_a_missing_or_stuck_parcel_opens_a_case(intent: str, text: str, kind: str) -> None:
    said = ask(intent, text, buyer=ZHAO)
    assert said.opened_form
    assert (said.slots["case_kind"], said.slots["case_ready"]) == (kind, False)
    assert said.choices == []


@pytest.mark.parametrize(
    ("intent", "text", "buyer", "store"),
    [
        ("logistics_status", "手机支架到哪了", ZHAO, JD),  # asked, not reported
        ("logistics_stuck", "充电器怎么不动", LIN, JD),  # it does move
        ("not_received", "T恤没收到纯棉T恤", "u2003", TMALL),  # is being traced already
    ],
)
def test_no_case_where_none_is_needed(intent: str, text: str, buyer: str, store: str) -> None:
    assert not ask(intent, text, buyer=buyer, store=store).opened_form


def test_a_strangers_missing_parcel_becomes_a_case_with_the_number_he_gave() -> None:
    said = ask("not_received", "显示签收没拿到", buyer=None, slots={"order_number": "330917660925"})
    assert said.opened_form
    assert said.slots["order_number"] == "330917660925"


@pytest.mark.parametrize("intent", ["shipping_time", "return_freight", "logistics_stuck"])
def test_a_question_inside_the_form_leaves_the_case_alone(intent: str) -> None:
    said = ask(intent, "充电器", form=True, slots={"order_number": "330918274651", "topic": "quality_problem"})
    assert said.events == []
    assert said.choices == []


def test_inside_the_form_no_second_question_is_asked() -> None:
    assert ask("return_policy", "能退吗", buyer=CHEN, form=True).responses == ["utter_return_policy"]
