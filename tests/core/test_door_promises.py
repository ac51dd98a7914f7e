"""What a reply promises, and whether the store's terms cover it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from aftersales.door.model import Talk
from aftersales.door.promises import read_promises
from aftersales.door.quantities import money, times
from aftersales.door.text import read_reply
from aftersales.stores import load_stores
from tests.core.order_builder import order, parcel

ROOT = Path(__file__).resolve().parents[2]
STORES = load_stores(ROOT / "stores", ROOT / "rules")
SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("两三天到", 72),
        ("48h内", 48),
        ("半小时内", 0.5),
        ("半个小时", 0.5),
        ("一个半小时", 1.5),
        ("1-3天", 72),
        ("1到3天", 72),
        ("三个工作日", 72),
        ("明天下午前", 48),
        ("明天下午给您", 48),
        ("十五天", 360),
        ("二十四小时", 24),
        ("两周", 336),
        ("半年", 4380),
        ("今晚12点前", 12),
    ],
)
def test_spans_of_time_are_read_as_the_longest_they_allow(text: str, hours: float) -> None:
    assert [one.value for one in times(text)][0] == pytest.approx(hours)


@pytest.mark.parametrize("text", ["一分钱不收", "尾号3072分两个包裹", "百分之二十", "三年前的老款", "天气好"])
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert not list(times(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("赔您20块", 20, "yuan"),
        ("¥15.5", 15.5, "yuan"),
        ("补一百五十元", 150, "yuan"),
        ("三倍赔", 3, "times"),
        ("假一赔十", 10, "times"),
        ("打八折", 20, "percent"),
        ("退百分之三十", 30, "percent"),
        ("退一半", 50, "percent"),
    ],
)
def test_amounts_of_money(text: str, value: float, unit: str) -> None:
    assert [(one.value, one.unit) for one in money(text)] == [(value, unit)]


JD, TMALL, FOOD = "jd-digital", "tmall-fashion", "own-food"


@pytest.mark.parametrize(
    ("text", "store", "matter", "within"),
    [
        ("今天一定到", JD, "arrive", False),
        ("您明天肯定能收到", TMALL, "arrive", False),
        ("付款后24小时内发货", JD, "ship", True),
        ("付款后24小时内发货", TMALL, "ship", False),
        ("48小时内给您发出", TMALL, "ship", True),
        ("退款24小时内审核", JD, "refund_time", True),
        ("退款1小时内到账", JD, "refund_time", False),
        ("现在就给您全额退", JD, "refund_full", False),
        ("赔您20块", JD, "compensation", False),
        ("给您补偿30元，别生气了", FOOD, "compensation", False),
        ("不喜欢也没事，退回来的运费我们出", JD, "freight", False),
        ("换货运费我们出，不喜欢就换", TMALL, "freight", True),
        ("换货运费我们出，不喜欢就换", JD, "freight", False),
        ("屏幕裂了是我们的问题，来回运费我们承担", FOOD, "freight", True),
        ("三天内给您回电", JD, "callback", True),
        ("今天18点前回复您", FOOD, "callback", True),
        ("我们支持30天价保", JD, "price", True),
        ("我们支持30天价保", TMALL, "price", False),
        ("降价了给您补差价", FOOD, "price", False),
        ("保修一年", JD, "warranty", True),
        ("保修两年", JD, "warranty", False),
        ("终身免费维修", JD, "warranty", False),
        ("15天无理由", TMALL, "return_days", True),
        ("15天无理由", JD, "return_days", False),
        ("随时都可以退", TMALL, "return_days", False),
        ("15天内不合适可以换货", JD, "exchange_days", True),
        ("30天内不合适可以换货", JD, "exchange_days", False),
        ("一定给您退", JD, "guarantee", False),
        ("包您满意", FOOD, "guarantee", False),
        ("15点前付的今天必出库", JD, "ship", False),
        ("到新疆也次日达", JD, "arrive", False),
        ("退款申请1小时内审完", TMALL, "refund_time", False),
        ("这台机子给您保两年", JD, "warranty", False),
        ("一个月内降价都补差", TMALL, "price", False),
        ("无理由期限给您放宽到20天", TMALL, "return_days", False),
        ("定制刺绣的我也给您退", TMALL, "excluded_return", False),
        ("不到99也给您包邮", FOOD, "free_shipping", False),
        ("全场包邮", JD, "free_shipping", True),
        ("一年内随时来换", JD, "exchange_days", False),
    ],
)
def test_a_promise_is_compared_with_the_stores_own_terms(text: str, store: str, matter: str, within: bool) -> None:
    found = {one.matter: one.within for one in read_promises(read_reply(text), STORES[store], Talk())}
    assert found.get(matter) is within


@pytest.mark.parametrize(
    "text",
    [
        "预计明天能送到，以物流为准",
        "一般两三天到",
        "我没法保证今天一定到",
        "能不能今天到我帮您问下快递",
        "审核通过后全额退回原来的付款方式",
        "补偿多少要专员核实后才能定",
        "您说的“今天一定到”是哪位同事答应的呢",
        "签收15天内都可以申请换货",
        "您的快递昨天已经送到驿站了",
        "我们一定尽快跟进，有消息第一时间告诉您",
        "一分钱不收您的",
        "优惠券周日到期，记得用",
        "白色今天发，黑色的要等补货",
        "您的退款今天17点前审完",
    ],
)
def test_hedges_conditions_negations_questions_and_reports_promise_nothing_beyond(text: str) -> None:
    assert not [one for one in read_promises(read_reply(text), STORES[JD], Talk()) if not one.within]


def test_the_orders_own_expected_time_covers_an_arrival() -> None:
    soon = order(parcels=(parcel(expected_at=NOW + timedelta(hours=20)),))
    late = order(parcels=(parcel(expected_at=NOW + timedelta(hours=60)),))
    said = read_reply("您明天就能收到")
    assert [one.within for one in read_promises(said, STORES[JD], Talk(order=soon, now=NOW))] == [True]
    assert [one.within for one in read_promises(said, STORES[JD], Talk(order=late, now=NOW))] == [False]


def test_the_orders_own_time_to_ship_covers_a_shipment() -> None:
    said = read_reply("今晚12点前必发出")
    due = replace(order(), ship_by=NOW + timedelta(hours=5))
    assert [one.within for one in read_promises(said, STORES[TMALL], Talk(order=due, now=NOW))] == [True]
    assert [one.within for one in read_promises(said, STORES[TMALL], Talk())] == [False]
