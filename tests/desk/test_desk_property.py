"""Whatever buyers, agents, the bot and the clock do in whatever order, the promises hold."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from deskkit.bots import ScriptedBot, handoff, said
from deskkit.shop import Shop, buyer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desk import schema
from desk.errors import DeskError
from desk.model import Agent, BuyerIdentity, Owner, Sender, TicketState, TicketView
from desk.service import Desk

STEPS = (
    "say", "say", "say_angry", "say_fails", "repeat", "human", "leave_queue", "accept_return", "decline_return",
    "claim", "claim_other", "reply", "offer", "return", "close", "release", "close_hours", "open_hours", "settle",
    "lease_runs_out",
)  # fmt: skip


class Play:
    """One conversation on two desks, and what is watched while it is played."""

    def __init__(self, shop: Shop, desks: list[Desk], agents: list[Agent]) -> None:
        self.shop, self.desks, self.agents = shop, desks, agents
        self.who: BuyerIdentity = buyer(uuid.uuid4().hex)
        self.said = 0
        self.sent: list[tuple[str, str]] = []

    async def step(self, name: str, desk: Desk) -> None:
        if name.startswith("say"):
            self.said += 1
            words = {"say": "在吗", "say_angry": "骗子", "say_fails": "坏掉"}[name]
            self.sent.append((f"c{self.said}", words))
            await desk.post_buyer_message(self.who, *self.sent[-1])
        elif name == "repeat":
            if self.sent:
                assert (await desk.post_buyer_message(self.who, *self.sent[0])).repeated
        elif name in ("human", "leave_queue", "accept_return", "decline_return"):
            self.said += 1
            await desk.buyer_action(self.who, f"c{self.said}", name)
        elif name == "settle":
            for one in self.desks:
                await one.turns.recover()
                await one.turns.settle()
        elif name == "lease_runs_out":
            self.shop.clock.advance(seconds=7)
            await desk.turns.recover()
        elif name.endswith("_hours"):
            self.shop.store.service_hours.open = name == "open_hours"
        else:
            await self.agent_step(name, desk)

    async def agent_step(self, name: str, desk: Desk) -> None:
        agent = self.agents[name == "claim_other"]
        conversation = await desk.conversation_of(self.who)
        listed, _ = await desk.tickets(agent, TicketView.OPEN, 1000)
        ticket = next((one for one in listed if one.conversation == conversation), None)
        if ticket is None:
            return
        if name == "reply":
            self.said += 1
            await desk.reply(agent, conversation, f"r{self.said}", "人工回复")
        else:
            act: Any = {
                "claim": desk.claim, "claim_other": desk.claim, "offer": desk.offer_return,
                "return": desk.return_to_bot, "close": desk.close, "release": desk.release,
            }[name]  # fmt: skip
            await act(agent, ticket.id)

    async def check(self) -> None:
        """The promises, read from the rows."""
        desk = self.desks[0]
        conversation = await desk.conversation_of(self.who)
        messages = await desk.messages_after(conversation, 0, 10000)
        assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
        buyers = [message.client_id for message in messages if message.sender is Sender.BUYER]
        assert buyers == [client_id for client_id, _ in self.sent], "each message once, in order"

        tables = (schema.tickets, schema.ticket_events, schema.turns)
        tickets, events, turns = await desk._context.database.read(
            lambda connection: [
                connection.execute(select(table).where(table.c.conversation == conversation)).all() for table in tables
            ]
        )
        opened = [one for one in tickets if one.state in (TicketState.WAITING, TicketState.ASSIGNED)]
        assert len(opened) <= 1
        state = await desk.state(conversation)
        if state.owner is Owner.QUEUE:
            assert [one.state for one in opened] == ["waiting"]
        if state.owner is Owner.AGENT:
            assert [(one.state, one.agent) for one in opened] == [("assigned", state.agent.id if state.agent else None)]
        assert [one.state for one in turns if one.state in ("pending", "running")] == [], "no turn is stranded"
        assert len(events) >= len(tickets)

        owner = "bot"
        for message in messages:
            if message.sender is Sender.SYSTEM:
                if "可以吗" in message.text:
                    continue
                if "已接入" in message.text:
                    owner = "agent"
                elif any(mark in message.text for mark in ("您目前排在", "已为您重新排队")):
                    owner = "queue"
                elif any(mark in message.text for mark in ("取消排队", "由智能客服继续", "已结束", "不在人工服务时间")):
                    owner = "bot"
            elif message.sender is Sender.BOT:
                assert owner == "bot", f"the bot spoke over the {owner}: {message}"
            elif message.sender is Sender.AGENT:
                assert owner == "agent"


async def play(url: str, plays: list[list[tuple[str, int, bool]]]) -> None:
    shop = await Shop(url).open()
    try:
        desks = [await shop.desk(), await shop.desk()]
        agents = [await shop.agent(desks[0], uuid.uuid4().hex[:8]) for _ in range(2)]
        script(shop.bot)
        for steps in plays:
            game = Play(shop, desks, agents)
            shop.store.service_hours.open = True
            await desks[0].open_conversation(game.who)
            under_way: list[asyncio.Task[None]] = []
            for name, desk, wait in steps:
                task = asyncio.create_task(game.step(name, desks[desk]))
                under_way.append(task)
                # Posts go out in order, so that the order to be kept is known; all else may overlap.
                if wait or name.startswith(("say", "repeat")):
                    await asyncio.gather(task, return_exceptions=True)
            for result in await asyncio.gather(*under_way, return_exceptions=True):
                if isinstance(result, BaseException) and not isinstance(result, DeskError):
                    raise result
            shop.clock.advance(seconds=7)
            for _ in range(2):
                await game.step("settle", desks[0])
            await game.check()
    finally:
        await shop.close()


def script(bot: ScriptedBot) -> None:
    bot.on("骗子", said("非常抱歉。", outcome="handed_off", handoff=handoff()))
    bot.on("坏掉", 500)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    plays=st.lists(
        st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.booleans()), max_size=30), max_size=4
    )
)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_promises_hold_in_any_order(every_database: Any, kind: str, plays: list[list[tuple[str, int, bool]]]) -> None:
    asyncio.run(play(every_database[kind].fresh(), plays))
