"""What must never be true is refused by the database itself, whoever writes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from deskkit.shop import Shop, buyer
from sqlalchemy import insert, select, update

from desk import schema
from desk.database import connect
from desk.errors import Conflict, Unavailable
from desk.model import TicketView

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def test_the_schema_refuses_what_must_not_be(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.say(desk, "在吗")
    await shop.press(desk, "human")
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    id = ticket.conversation
    message = {
        "id": "m_x", "conversation": id, "seq": 99, "sender": "bot", "author": "bot", "name": "x", "text": "x",
        "at": NOW, "writer": "d",
    }  # fmt: skip
    again = {
        "id": "t_x", "conversation": id, "store": "jd-digital", "kind": "queued", "state": "waiting",
        "team": "standard",
        "priority": "low", "rank": 3, "reason": "x", "reason_text": "x", "evidence": [], "card": {}, "opened_at": NOW,
        "due_at": NOW,
    }  # fmt: skip
    turn = {"conversation": id, "seq": 2, "epoch": 1, "attempts": 1, "created_at": NOW}
    posted = (await shop.transcript(desk))[1]
    refused = {
        "a seq twice": insert(schema.messages).values({**message, "seq": 1}),
        "a client id twice": insert(schema.messages).values(
            {**message, "author": "buyer:u1001", "client_id": posted.client_id}
        ),
        "an unknown sender": insert(schema.messages).values({**message, "sender": "ghost"}),
        "a message of no conversation": insert(schema.messages).values({**message, "conversation": "c_none"}),
        "a second open ticket": insert(schema.tickets).values(again),
        "an assigned ticket of nobody": update(schema.tickets).values(state="assigned"),
        "an ended ticket without its time": update(schema.tickets).values(state="closed"),
        "an agent who owns nothing": update(schema.conversations).values(owner="agent"),
        "an offer by nobody": update(schema.conversations).values(return_offered=True),
        "an unknown owner": update(schema.conversations).values(owner="ghost"),
        "a second conversation": insert(schema.conversations).values(
            id="c_x",
            store="jd-digital",
            buyer="u1001",
            guest=False,
            buyer_name="x",
            owner="bot",
            epoch=1,
            return_offered=False,
            last_seq=0,
            created_at=NOW,
        ),  # fmt: skip
        "a running turn without a lease": update(schema.turns).values(state="running"),
        "a second turn of a message": insert(schema.turns).values({**turn, "message": posted.id, "state": "done"}),
    }
    for name, statement in refused.items():
        with pytest.raises(Conflict):
            await desk._context.database.write(
                lambda connection, statement=statement: connection.execute(statement).rowcount
            )
            pytest.fail(name)


async def test_two_turns_of_a_conversation_cannot_run(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.say(desk, "一")
    await shop.say(desk, "二")
    statement = update(schema.turns).values(state="running", lease_owner="d", lease_until=NOW)
    with pytest.raises(Conflict):
        await desk._context.database.write(lambda connection: connection.execute(statement).rowcount)
    assert (await desk.open_conversation(buyer())).last_seq == 5


@pytest.mark.parametrize(
    "url",
    ["sqlite:////", "postgresql+asyncpg://postgres@/desk?host=/no/such/folder"],
    ids=["sqlite", "postgresql"],
)
async def test_a_database_that_cannot_be_reached_is_said_to_be_unavailable(url: str) -> None:
    database = connect(url)
    for call in (database.read, database.write):
        with pytest.raises(Unavailable):
            await call(lambda connection: connection.execute(select(1)).one())
    await database.close()
