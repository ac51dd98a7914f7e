"""Cancelling, changing, invoices, cases, and which order a question is about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from order_builder import NOW, at, item, order, shipped, signed
from store_builder import ROOT, build_store

from aftersales.calendar import load_calendar
from aftersales.decisions.cancel import decide_cancel
from aftersales.decisions.cases import CASES, required_slots
from aftersales.decisions.invoice import decide_invoice
from aftersales.decisions.modify import decide_modify
from aftersales.decisions.relevance import RELEVANT, follow_up_orders, named_orders, relevant_orders
from aftersales.orders import Invoice, InvoiceState, Order, OrderState, Refund, RefundStage
from aftersales.stores import Store
from aftersales.stores.hours import CHINA


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return build_store(tmp_path, {"invoices.change_days": 30})


@pytest.mark.parametrize(
    ("facts", "cancel", "modify"),
    [
        (order(OrderState.UNPAID), "unpaid", "unpaid"),
        (order(), "not_shipped", "not_shipped"),
        (order(items=(item(custom_made=True),)), "custom", "custom"),
        (shipped(), "shipped", "shipped"),
        (order(OrderState.STUCK, parcels=shipped().parcels), "shipped", "shipped"),
        (signed(), "signed", "signed"),
        (order(OrderState.REFUNDING), "refunding", "ended"),
        (order(OrderState.REFUNDED), "refunding", "ended"),
        (order(OrderState.CANCELLED), "cancelled", "ended"),
        (order(OrderState.CLOSED), "cancelled", "ended"),
    ],
)
def test_what_can_still_be_undone(store: Store, facts: Order, cancel: str, modify: str) -> None:
    assert decide_cancel(store, facts, NOW).outcome == cancel
    assert decide_modify(store, facts, NOW).outcome == modify


ISSUED = Invoice(InvoiceState.ISSUED, "电子普通发票", at("10-20 09:00"), at("10-20 18:00"))


@pytest.mark.parametrize(
    ("facts", "question", "now", "template"),
    [
        (order(OrderState.UNPAID), "invoice_request", NOW, "utter_invoice_unpaid"),
        (signed(), "invoice_request", NOW, "utter_invoice_none"),
        (signed(), "invoice_change", NOW, "utter_invoice_change_none"),
        (order(OrderState.CANCELLED), "invoice_request", NOW, "utter_invoice_ended"),
        (order(OrderState.REFUNDED, invoice=ISSUED), "invoice_request", NOW, "utter_invoice_issued"),
        (signed(invoice=Invoice(InvoiceState.REQUESTED)), "invoice_request", NOW, "utter_invoice_requested"),
        (signed(invoice=Invoice(InvoiceState.REQUESTED)), "invoice_change", NOW, "utter_invoice_change_requested"),
        (signed(invoice=Invoice(InvoiceState.CHANGING)), "invoice_change", NOW, "utter_invoice_changing"),
        (signed(invoice=ISSUED), "invoice_request", NOW, "utter_invoice_issued"),
        (signed(invoice=ISSUED), "invoice_change", at("11-19 23:59:59"), "utter_invoice_change_open"),
        (signed(invoice=ISSUED), "invoice_change", at("11-20 00:00"), "utter_invoice_change_over"),
        (signed(invoice=Invoice(InvoiceState.ISSUED)), "invoice_change", NOW, "utter_invoice_change_ask"),
    ],
)
def test_invoices(store: Store, facts: Order, question: str, now: object, template: str) -> None:
    assert decide_invoice(store, facts, now, question).template == template  # type: ignore[arg-type]


CALENDAR = load_calendar(ROOT / "rules" / "calendar.yml")
AFTER_ASKING = "申请后2个工作日内发到您的邮箱"
AFTER_SIGNING = "交易成功后申请，3个工作日内开出"


@pytest.mark.parametrize(
    ("when", "asked", "signed_at", "now", "outcome", "by"),
    [
        (AFTER_ASKING, "11-19 18:00", "11-18 15:00", "11-23 23:59:59", "requested", "11月23日"),  # over a weekend
        (AFTER_ASKING, "11-19 18:00", "11-18 15:00", "11-24 00:00", "requested_late", "11月23日"),
        # Asked for on the eve of the National Day: the 8th and the 9th are worked.
        (AFTER_ASKING, "09-30 20:00", "09-28 15:00", "10-09 23:59:59", "requested", "10月9日"),
        (AFTER_ASKING, "09-30 20:00", "09-28 15:00", "10-10 00:00", "requested_late", "10月9日"),
        # The Saturday after is worked as well.
        (AFTER_SIGNING, "09-30 20:00", "09-28 15:00", "10-10 23:59:59", "requested", "10月10日"),
        (AFTER_SIGNING, "09-30 20:00", "09-28 15:00", "10-11 00:00", "requested_late", "10月10日"),
        # Asked for before the goods came: the days run from signing.
        (AFTER_SIGNING, "11-10 20:00", "11-18 15:00", "11-23 12:00", "requested", "11月23日"),
    ],
)
def test_an_invoice_promised_in_working_days_has_a_date(
    tmp_path: Path, when: str, asked: str, signed_at: str, now: str, outcome: str, by: str
) -> None:
    store = build_store(tmp_path, {"invoices.when": when})
    facts = signed(signed_at, invoice=Invoice(InvoiceState.REQUESTED, requested_at=at(asked)))
    decision = decide_invoice(store, facts, at(now), "invoice_request", CALENDAR)
    assert (decision.outcome, decision.values["invoice.by"]) == (outcome, by)
    assert (decision.human, decision.confirmed_by) == (
        ("invoice_request", "person") if outcome == "requested_late" else (None, "")
    )


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (datetime(2027, 1, 5, 12, tzinfo=CHINA), "requested"),
        # Longer than any holiday there ever was.
        (datetime(2027, 1, 13, 23, 59, 59, tzinfo=CHINA), "requested"),
        (datetime(2027, 1, 14, tzinfo=CHINA), "requested_late"),
    ],
)
def test_in_a_year_without_published_holidays_the_date_is_hedged(tmp_path: Path, now: datetime, outcome: str) -> None:
    store = build_store(tmp_path, {"invoices.when": AFTER_ASKING})
    facts = signed("12-28 15:00", invoice=Invoice(InvoiceState.REQUESTED, requested_at=at("12-31 20:00")))
    decision = decide_invoice(store, facts, now, "invoice_request", CALENDAR)
    assert (decision.outcome, decision.values["invoice.by"]) == (outcome, "1月4日（遇法定节假日顺延）")


@pytest.mark.parametrize(
    ("when", "facts", "question"),
    [
        (
            "签收后24小时内可以下载",
            signed(invoice=Invoice(InvoiceState.REQUESTED, requested_at=NOW)),
            "invoice_request",
        ),
        (AFTER_ASKING, signed(invoice=Invoice(InvoiceState.REQUESTED)), "invoice_request"),
        (AFTER_ASKING, signed(invoice=Invoice(InvoiceState.REQUESTED, requested_at=NOW)), "invoice_change"),
        (AFTER_SIGNING, shipped(invoice=Invoice(InvoiceState.REQUESTED, requested_at=NOW)), "invoice_request"),
    ],
)
def test_where_no_working_days_can_be_counted_no_date_is_said(
    tmp_path: Path, when: str, facts: Order, question: str
) -> None:
    decision = decide_invoice(build_store(tmp_path, {"invoices.when": when}), facts, NOW, question, CALENDAR)
    assert decision.outcome == "requested"
    assert "invoice.by" not in decision.values


@pytest.mark.parametrize(
    ("kind", "slots"),
    [
        ("quality_problem", ("order_number", "case_detail", "case_photo")),
        ("gift_missing", ("order_number", "case_detail")),
        ("logistics_stuck", ("order_number",)),
        ("something new", ("order_number", "case_detail", "case_photo")),
    ],
)
def test_a_case_asks_for_what_the_person_needs(kind: str, slots: tuple[str, ...]) -> None:
    assert required_slots(kind) == slots


def test_every_case_asks_for_its_order() -> None:
    assert all(required_slots(kind)[0] == "order_number" for kind in CASES)


REFUND = Refund(RefundStage.REQUESTED, "微信支付", at("11-19 12:00"), order().total)
PAID, SENT, GOT = order(number="1"), shipped(number="2"), signed(number="3")
BACK, GONE = order(OrderState.REFUNDING, number="4", refund=REFUND), order(OrderState.CANCELLED, number="5")
ALL = (PAID, SENT, GOT, BACK, GONE)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("shipping_time", "1"),
        ("delivery_time", "2"),
        ("logistics_stuck", "2"),
        ("not_received", "3"),
        ("refund_status", "4"),
        ("return_policy", "3"),
        ("order_cancel", "12"),
        ("price_protection", "1234"),
        ("repair_warranty", "3"),
    ],
)
def test_a_question_is_about_orders_it_can_be_about(question: str, numbers: str) -> None:
    assert "".join(one.number for one in relevant_orders(ALL, question)) == numbers


def test_the_next_best_order_is_taken_when_there_is_none_of_the_first_kind() -> None:
    assert relevant_orders((SENT, GONE), "shipping_time") == (SENT,)
    assert relevant_orders((SENT, GONE), "return_policy") == (SENT,)


@pytest.mark.parametrize("question", sorted(RELEVANT))
def test_an_only_order_is_meant_whatever_its_state(question: str) -> None:
    assert relevant_orders((GONE,), question) == (GONE,)
    assert relevant_orders((), question) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("耳机什么时候到", ["蓝牙降噪耳机"]),
        ("我那个连衣裙能退不", ["棉麻连衣裙 M码"]),
        ("苹果坏了两个", ["昭通丑苹果10斤"]),
        ("降噪的那个", []),
        ("蓝牙降噪的那个", ["蓝牙降噪耳机"]),
        ("什么时候到", []),
        ("机子坏了", []),
        ("耳机和连衣裙一起退", ["蓝牙降噪耳机", "棉麻连衣裙 M码"]),
    ],
)
def test_goods_are_known_by_what_buyers_call_them(text: str, names: list[str]) -> None:
    orders = [signed(items=(item(name),)) for name in ("蓝牙降噪耳机", "棉麻连衣裙 M码", "昭通丑苹果10斤")]
    assert [one.items[0].name for one in named_orders(orders, text)] == names


SHELF = (
    "降噪耳机旗舰款",
    "刻字蓝牙耳机",
    "蓝牙耳机",
    "5G手机 256G",
    "透明手机壳",
    "针织开衫 L码",
    "针织开衫 M码",
    "改短定制西裤",
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("降噪耳机旗舰款便宜了", ["降噪耳机旗舰款"]),  # 刻字蓝牙耳机 and 蓝牙耳机 share 耳机
        ("刻字蓝牙耳机想退", ["刻字蓝牙耳机"]),  # 蓝牙耳机 is a part of its name
        ("蓝牙耳机想退", ["蓝牙耳机"]),
        ("刻字蓝牙耳机和蓝牙耳机都想退", ["刻字蓝牙耳机", "蓝牙耳机"]),
        ("降噪耳机旗舰款跟手机壳一起寄的", ["降噪耳机旗舰款", "透明手机壳"]),
        ("耳机有杂音", ["刻字蓝牙耳机", "蓝牙耳机"]),  # no whole name: both
        ("手机壳发黄", ["透明手机壳"]),  # a case is no telephone
        ("手机发烫", ["5G手机 256G"]),
        ("手机跟手机壳都要退", ["5G手机 256G", "透明手机壳"]),
        ("5g手机 256g 降价", ["5G手机 256G"]),
        ("针织开衫 M码换货", ["针织开衫 M码"]),
        ("针织开衫起球", ["针织开衫 L码", "针织开衫 M码"]),
        ("定制的那个", []),
    ],
)
def test_a_whole_name_beats_parts_of_it(text: str, names: list[str]) -> None:
    orders = [signed(items=(item(name),)) for name in SHELF]
    assert [one.items[0].name for one in named_orders(orders, text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("那手机壳呢", ["透明手机壳"]),
        ("还有我那条西裤呢？", ["改短定制西裤"]),
        ("那条定制的呢", ["改短定制西裤"]),
        ("那条定制的西裤呢", ["改短定制西裤"]),
        ("降噪的那个呢", ["降噪耳机旗舰款"]),
        ("那大衣呢", []),  # not his
        ("那手机壳怎么擦呢", []),  # a question of its own
        ("手机冒烟了", []),
        ("那个呢", []),
        ("", []),
    ],
)
def test_a_follow_up_says_goods_and_nothing_else(text: str, names: list[str]) -> None:
    orders = [signed(items=(item(name),)) for name in SHELF]
    assert [one.items[0].name for one in follow_up_orders(orders, text)] == names
