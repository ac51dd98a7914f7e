"""What an agent promises is compared with the buyer's own order, where the desk can ask for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from deskkit.bots import handoff, said
from deskkit.shop import Shop

from aftersales.orders import BuyerIdentity, Order, OrdersUnavailable
from aftersales.orders.memory import MemoryOrders
from desk.errors import ReplyWarned
from desk.model import Agent, TicketView
from desk.orders import KnownOrders
from desk.ports import Orders
from desk.service import Desk
from tests.core.order_builder import order, parcel

pytestmark = pytest.mark.asyncio

NUMBER = "880155"
TOMORROW = "您的包裹明天就能送到"


def underway(shop: Shop, hours: float, *, buyer: str = "u1001") -> MemoryOrders:
    """An order system with one order, whose parcel is expected in ``hours``."""
    at = shop.clock() + timedelta(hours=hours)
    return MemoryOrders([order(store="jd-digital", buyer=buyer, number=NUMBER, parcels=(parcel(expected_at=at),))])


async def held(shop: Shop, orders: Orders | None) -> tuple[Desk, Agent, str]:
    """A desk, an agent, and the conversation about the order that the agent holds."""
    desk = await shop.desk(orders=orders)
    shop.bot.next(said("我帮您转给人工同事。", outcome="handed_off", handoff=handoff()))
    await shop.say(desk, "我的快递什么时候到")
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    await desk.claim(agent, ticket.id)
    return desk, agent, ticket.conversation


async def test_what_the_order_itself_says_is_no_promise_beyond(shop: Shop) -> None:
    desk, agent, conversation = await held(shop, KnownOrders(underway(shop, 20)))
    assert (await desk.check_reply(agent, conversation, TOMORROW)).level == "pass"
    posted = await desk.reply(agent, conversation, "r1", TOMORROW)
    assert posted.message.text == TOMORROW


async def test_what_the_order_does_not_say_is_one(shop: Shop) -> None:
    desk, agent, conversation = await held(shop, KnownOrders(underway(shop, 60)))
    with pytest.raises(ReplyWarned) as caught:
        await desk.reply(agent, conversation, "r1", TOMORROW)
    assert [finding.kind for finding in caught.value.findings] == ["promise_beyond"]


class Silent:
    """An order system that cannot be asked."""

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        raise OrdersUnavailable("down")

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        raise OrdersUnavailable("down")


class Stuck(Silent):
    """An order system that answers only when the test ends."""

    def __init__(self) -> None:
        self.end = threading.Event()

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        self.end.wait(10)
        return None


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    system = Stuck()
    yield system
    system.end.set()


@pytest.mark.parametrize("system", ["another buyer's order", "none", "down", "does not answer"])
async def test_without_an_order_the_words_are_judged_as_they_stand(shop: Shop, stuck: Stuck, system: str) -> None:
    """A warning that was not needed, never an error."""
    orders: Mapping[str, Orders | None] = {
        "another buyer's order": KnownOrders(underway(shop, 20, buyer="u2")),
        "none": None,
        "down": KnownOrders(Silent()),
        "does not answer": KnownOrders(stuck, patience=0.05),
    }
    desk, agent, conversation = await held(shop, orders[system])
    assert (await desk.check_reply(agent, conversation, TOMORROW)).level == "warn"


async def test_nobody_is_asked_for_a_reply_that_promises_nothing(shop: Shop) -> None:
    asked: list[str] = []

    class Counting(MemoryOrders):
        def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
            asked.append(order_number)
            return super().find_order(buyer, order_number)

    desk, agent, conversation = await held(shop, KnownOrders(Counting()))
    await desk.reply(agent, conversation, "r1", "我看到包裹今天上午到了武汉中转场。")
    assert asked == []
    await desk.check_reply(agent, conversation, TOMORROW)
    assert asked == [NUMBER]
