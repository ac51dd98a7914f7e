"""Wake-ups: folded, never needed for the truth, and carried to other desks by the rows themselves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from deskkit.shop import Shop, buyer, texts
from sqlalchemy import insert

from desk import schema
from desk.bus import TICKETS, Bus, Changed, Signal, Subscription, Typing
from desk.model import Owner

pytestmark = pytest.mark.asyncio


def pending(subscription: Subscription) -> list[Signal]:
    return list(subscription._pending.values())


async def test_signals_of_a_topic_are_folded() -> None:
    bus = Bus()
    async with bus.subscribe("c_1", TICKETS) as signals:
        for _ in range(100):
            bus.publish("c_1", TICKETS, "c_2")
            bus.typing("c_1", "agent", True)
        bus.typing("c_1", "agent", False)
        assert pending(signals) == [Changed("c_1"), Changed(TICKETS), Typing("c_1", "agent", False)]
        signals.remove("c_1")
        assert pending(signals) == [Changed(TICKETS)]
    assert bus.listened() == set()


async def test_a_waiting_reader_is_let_go_when_the_bus_stops() -> None:
    bus = Bus()
    signals = bus.subscribe("c_1")
    reader = asyncio.create_task(anext(signals, None))
    await asyncio.sleep(0)
    await bus.stop()
    assert await reader is None


async def test_a_desk_says_what_changed_after_the_commit(shop: Shop) -> None:
    desk = await shop.desk()
    conversation = (await desk.open_conversation(buyer())).conversation
    async with desk.bus.subscribe(conversation, TICKETS) as signals:
        await desk.post_buyer_message(buyer(), "c1", "在吗")
        assert await anext(signals) == Changed(conversation)
        assert texts(await desk.messages_after(conversation, 1))[0] == "在吗"
        await desk.turns.settle()
        assert Typing(conversation, "bot", False) in pending(signals)
        await shop.press(desk, "human")
        assert Changed(TICKETS) in pending(signals)


async def test_another_desk_sees_messages_and_owners(shop: Shop) -> None:
    first, second = await shop.desk(), await shop.desk()
    conversation = (await first.open_conversation(buyer())).conversation
    await second.feed.poll()
    async with second.bus.subscribe(conversation, TICKETS) as signals:
        await shop.press(first, "human")
        assert pending(signals) == []
        await second.feed.poll()
        assert {signal.topic for signal in pending(signals)} == {conversation, TICKETS}
        assert (await second.state(conversation)).owner is Owner.QUEUE
    async with first.bus.subscribe(conversation, TICKETS) as signals:
        await first.feed.poll()
        assert pending(signals) == [], "a desk does not wake for its own rows"


async def test_a_row_that_is_committed_late_is_not_missed(shop: Shop) -> None:
    desk, other = await shop.desk(), await shop.desk()
    conversation = (await desk.open_conversation(buyer())).conversation
    await desk.feed.poll()
    row = {
        "conversation": conversation, "sender": "system", "author": "system", "name": "x", "text": "x",
        "at": shop.clock.now, "writer": other._context.writer,
    }  # fmt: skip

    async def write(position: int) -> None:
        statement = insert(schema.messages).values(
            {**row, "position": position, "id": f"m_p{position}", "seq": position}
        )
        await desk._context.database.write(lambda connection: connection.execute(statement).rowcount)

    for position in (103, 101):
        await write(position)
        async with desk.bus.subscribe(conversation) as signals:
            await desk.feed.poll()
            assert pending(signals) == [Changed(conversation)]
    shop.clock.now += timedelta(seconds=31)
    async with desk.bus.subscribe(conversation) as signals:
        await desk.feed.poll()
        assert pending(signals) == []
    assert desk.feed._skipped[schema.messages] == {}


async def test_a_desk_says_whether_it_can_serve(shop: Shop) -> None:
    desk = await shop.desk()
    assert (await desk.ready()).bot and (await desk.ready()).database
    await shop.bot.down()
    ready = await desk.ready()
    assert (ready.bot, ready.bot_reason) == (False, "unreachable: ConnectError")
