"""What a half question means within the running topic, and that a whole one is left alone."""

from __future__ import annotations

import pytest

from aftersales.reading.ellipsis import FAMILIES, MEANINGS, SAME, asked_thing, is_elliptical, resolve
from aftersales.reading.model import Reading


def read_as(intent: str, confidence: float, text: str = "") -> Reading:
    return Reading(text, intent, confidence, ((intent, confidence),), "calm", 1.0, (), (), False, ())


@pytest.mark.parametrize(
    ("topic", "text", "meant"),
    [
        ("return_how", "那运费呢", "return_freight"),
        ("return_policy", "运费谁出", "return_freight"),
        ("exchange_request", "邮费呢", "return_freight"),
        ("delivery_method", "那邮费呢？", "delivery_method"),
        ("refund_how", "要多久", "refund_status"),
        ("refund_status", "大概几天呢", "refund_status"),
        ("shipping_time", "那要几天呢", "delivery_time"),
        ("shipping_time", "那什么时候呢", "shipping_time"),
        ("logistics_status", "什么时候能到", "delivery_time"),
        ("price_protection", "多久", "price_protection_problem"),
        ("refund_status", "怎么弄", "refund_how"),
        ("return_policy", "怎么操作啊", "return_how"),
        ("refund_status", "那怎么办", "refund_status"),
        ("return_policy", "可以吗", "return_policy"),
        ("order_cancel", "那现在行吗", "order_cancel"),
        ("order_modify", "能吗", "order_modify"),
        ("refund_status", "另一个订单呢", "provide_info"),
        ("invoice_request", "开在同一张可以吗", "invoice_request"),
        ("price_protection", "那个呢", "price_protection"),
        ("exchange_request", "退的话呢", "return_policy"),
        ("return_policy", "换的话呢", "exchange_request"),
        ("return_freight", "换的话呢", "return_freight"),
        ("return_how", "发票呢", "invoice_request"),
        ("refund_status", "京豆呢", "refund_destination"),
        ("account_issue", "积分呢", "account_issue"),
        ("order_cancel", "优惠券呢", "refund_destination"),
        ("shipping_time", "那优惠券呢", "promotion_rule"),
        ("order_cancel", "那钱呢", "refund_status"),
        ("return_how", "运费险呢", "freight_insurance"),
        ("delivery_time", "那后天呢", "delivery_time"),
        ("return_how", "顺丰可以吗", "return_how"),
        ("refund_status", "怎么还没到账", "refund_status"),
        ("price_protection", "怎么还没到账", "price_protection_problem"),
        ("return_policy", "洗过了呢", "return_policy"),
    ],
)
def test_a_half_question_takes_the_running_topic(topic: str, text: str, meant: str) -> None:
    assert resolve(text, topic) == meant
    # However surely it was read by itself as something else.
    assert resolve(text, topic, read_as("usage_help", 0.95, text)) == meant
    assert is_elliptical(text)


@pytest.mark.parametrize(
    "text",
    [
        "退款要多久到账", "发票怎么开", "我要退货", "我要换货", "快递几天能到", "运费险怎么用", "能退吗", "可以换吗",
        "可以", "行", "好的", "不行", "退款", "换", "电话", "余额", "好吧", "嗯嗯", "谢谢", "人工", "在吗",
        "我的鼠标什么时候发货", "另外我还想开一张发票", "怎么申请价保", "330918274651",
    ],
)  # fmt: skip
def test_a_whole_message_is_none(text: str) -> None:
    assert resolve(text, "return_how") is None
    assert asked_thing(text) is None


@pytest.mark.parametrize(
    ("confidence", "meant"), [(0.2, "order_modify"), (0.5, "order_modify"), (0.8, None)]
)
def test_a_longer_may_i_hangs_on_only_where_it_was_not_understood(confidence: float, meant: str | None) -> None:
    text = "寄到公司可以吗"
    assert resolve(text, "order_modify", read_as("delivery_method", confidence, text)) == meant


@pytest.mark.parametrize("topic", [None, "greet", "complaint", "human_request", "handoff", "nlu_fallback"])
def test_without_a_topic_nothing_is_taken_up(topic: str | None) -> None:
    assert resolve("要多久", topic) is None


@pytest.mark.parametrize("topic", ["quality_problem", "missing_item", "refund_problem"])
def test_no_second_case_is_opened(topic: str) -> None:
    assert resolve("可以吗", topic) in (None, "refund_status")


def test_the_table_speaks_of_intents_and_topics_that_exist() -> None:
    known = set(FAMILIES) | set(FAMILIES.values()) | {"*"}
    for thing, row in MEANINGS.items():
        assert set(row) <= known, thing
        assert set(row.values()) <= set(FAMILIES) | {SAME}, thing
