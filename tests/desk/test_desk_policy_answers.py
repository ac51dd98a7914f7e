"""What the bot has said, read back for a change of terms: on both databases, without a trace of the buyer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from deskkit.bots import said
from deskkit.shop import MORNING, Shop, buyer

from aftersales.orders import BuyerIdentity, Item, Order, OrderState, OrdersUnavailable
from aftersales.orders.memory import MemoryOrders
from aftersales.policy_diff import NoTranscript
from desk.policy_answers import main, read_past

ELIGIBLE = "尾号{}的蓝牙耳机可以无理由退。"
PLACED = MORNING - timedelta(days=30)


def order(number: str, owner: str = "u1001", placed: datetime = PLACED) -> Order:
    item = Item(name="蓝牙耳机", category="耳机", quantity=1, unit_price=Decimal("199.00"))
    return Order(
        store="jd-digital",
        buyer=owner,
        number=number,
        state=OrderState.SIGNED,
        items=(item,),
        placed_at=placed,
        paid_at=placed,
        total=Decimal("199.00"),
    )


ORDERS = MemoryOrders([order("330900008341"), order("330900005555"), order("440900005555"), order("330900007777", "u2")])


class BrokenOrders:
    """An order system that is down, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        self.asked += 1
        raise OrdersUnavailable("status 503")

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        raise OrdersUnavailable("status 503")


async def talked(shop: Shop, *answers: Sequence[str]) -> None:
    """The buyer asks as often as there are answers, a minute apart."""
    desk = await shop.desk()
    for texts in answers:
        shop.bot.next(said(*texts))
        await shop.say(desk, "能退吗")
        shop.clock.advance(minutes=1)


@pytest.mark.asyncio
async def test_only_what_the_bot_said_in_this_store_is_read_in_order(shop: Shop) -> None:
    await talked(shop, ["可以退。", "走申请售后。"], ["还在路上。"])
    desk = await shop.desk()
    other = buyer("u9", store="own-shop")
    await desk.open_conversation(other)
    shop.bot.next(said("小店的回答。"))
    await shop.say(desk, "在吗", other)
    found = await read_past(shop.url, ORDERS, "jd-digital")
    own = [one for one in found if "您好" not in one.text]
    assert [one.text for one in own] == ["可以退。", "走申请售后。", "还在路上。"]
    assert [one.seq for one in own] == sorted(one.seq for one in own)
    assert own[0].at == MORNING and own[-1].at == MORNING + timedelta(minutes=1)
    assert all("u1001" not in repr(one) and "林女士" not in repr(one) for one in found)
    (small,) = [one.text for one in await read_past(shop.url, ORDERS, "own-shop") if "您好" not in one.text]
    assert small == "小店的回答。"


@pytest.mark.asyncio
async def test_answers_before_the_day_asked_for_are_left_out(shop: Shop) -> None:
    await talked(shop, ["第一句。"], ["第二句。"])
    found = await read_past(shop.url, ORDERS, "jd-digital", MORNING + timedelta(minutes=1))
    assert [one.text for one in found] == ["第二句。"]


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        (ELIGIBLE.format("8341"), PLACED),
        ("没有订单的回答。", None),
        # Two orders end alike, two are named, one is another buyer's, one is longer than a tail.
        (ELIGIBLE.format("5555"), None),
        ("尾号8341和尾号7777都能退。", None),
        (ELIGIBLE.format("7777"), None),
        (ELIGIBLE.format("83415"), None),
    ],
)
@pytest.mark.asyncio
async def test_the_order_an_answer_names_says_when_it_was_placed(shop: Shop, text: str, placed: datetime | None) -> None:
    await talked(shop, [text])
    (answer,) = [one for one in await read_past(shop.url, ORDERS, "jd-digital") if one.text == text]
    assert answer.placed_at == placed


@pytest.mark.asyncio
async def test_an_order_system_that_is_down_is_asked_once_and_named_once(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    await talked(shop, [ELIGIBLE.format("8341")], [ELIGIBLE.format("8341")])
    broken = BrokenOrders()
    found = await read_past(shop.url, broken, "jd-digital")
    assert [one.placed_at for one in found if "尾号" in one.text] == [None, None]
    assert broken.asked == 1
    assert capsys.readouterr().err.count("订单系统问不到") == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["sqlite:///{}/empty.db", "postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none"])
async def test_a_database_that_cannot_be_read_is_named_to_the_merchant(tmp_path: Path, url: str) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(NoTranscript, match="请核对地址，并先启动一次客服台") as problem:
        await read_past(url.format(tmp_path), ORDERS, "jd-digital")
    assert "nothing" not in str(problem.value), "a password is nobody's to read"


def test_without_a_database_the_command_says_so_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERSALES_DATABASE_URL", f"sqlite:///{tmp_path}/var/desk.db")
    monkeypatch.setenv("AFTERSALES_ORDERS", f"sqlite:{tmp_path}/orders.db")
    assert main(["--store", "tmall-fashion", "--from", "tmall-2026-05", "--to", "tmall-2026-11"]) == 0
    assert "还没有聊天记录的数据库" in capsys.readouterr().out
    assert not (tmp_path / "var").exists()
