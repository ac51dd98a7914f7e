"""A shop to test with: stores, people, a clock that stands still, a scripted bot, and as many desks as a test wants."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher

from aftersales.reading.entities import mask_secrets
from desk.agents import Passwords
from desk.bot import HttpBot
from desk.database import Database, connect
from desk.model import Agent, BuyerIdentity, ConversationState, Message, Role, Sender
from desk.options import DeskOptions
from desk.ports import Door, Orders
from desk.service import Desk
from deskkit.bots import ScriptedBot
from deskkit.doors import the_door, the_rules

#: A Sunday, ten in the morning in China.
MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
#: One count for all shops of a run: two shops may share a database.
NUMBERS = itertools.count(1)
SECRET = "a secret of at least thirty-two characters"
GROUPS = {
    "presale": "售前",
    "standard": "售后标准",
    "hard_case": "疑难件",
    "logistics_trace": "查件",
    "back_office": "后台退款",
    "complaint": "投诉",
}


class FrozenClock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Hours:
    """Service hours that a test opens and closes."""

    open: bool = True
    opening: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.open

    def next_opening(self, now: datetime) -> datetime | None:
        return self.opening


@dataclass
class AStore:
    id: str = "jd-digital"
    name: str = "京选数码旗舰店"
    platform: str = "jd"
    greeting: str = "您好，我是智能客服，可以帮您查退款、物流和售后政策。"
    allowed_origins: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=lambda: GROUPS)
    service_hours: Hours = field(default_factory=Hours)


def buyer(id: str = "u1001", *, store: str = "jd-digital", name: str = "林女士", guest: bool = False) -> BuyerIdentity:
    return BuyerIdentity(store=store, buyer=id, name=name, guest=guest)


def texts(messages: list[Message], *senders: Sender) -> list[str]:
    """The texts of the messages of ``senders``, or of all."""
    return [message.text for message in messages if not senders or message.sender in senders]


class Shop:
    """Everything around the desk. Desks made by :meth:`desk` share the database; :meth:`close` ends them all."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = FrozenClock()
        self.store = AStore()
        self.stores: dict[str, AStore] = {self.store.id: self.store, "own-shop": AStore("own-shop", "自营小店", "own")}
        self.bot = ScriptedBot()
        self._desks: list[tuple[Desk, Database, HttpBot]] = []

    async def open(self) -> Shop:
        await self.bot.up()
        return self

    async def close(self) -> None:
        for desk, database, bot in self._desks:
            await desk.stop()
            await bot.close()
            await database.close()
        await self.bot.down()

    def ids(self, prefix: str) -> str:
        """Ids whose order is that of their making."""
        return f"{prefix}_{next(NUMBERS):08}"

    async def desk(
        self,
        *,
        start: bool = True,
        deadline: float = 5.0,
        door: Door | None = None,
        orders: Orders | None = None,
        **options: Any,
    ) -> Desk:
        """A desk on this shop's database. Its loops sleep: tests call recover, renew and poll themselves."""
        database = connect(self.url)
        bot = HttpBot(self.bot.url, SECRET, deadline=deadline, first_pause=0.005)
        desk = Desk(
            database=database,
            bot=bot,
            stores=self.stores,
            mask=mask_secrets,
            door=door or the_door(),
            orders=orders,
            clock=self.clock,
            ids=self.ids,
            options=DeskOptions(**{"recovery_seconds": 3600.0, "feed_seconds": 3600.0, **options}),
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
            rules=the_rules(),
        )
        self._desks.append((desk, database, bot))
        if start:
            await desk.start()
        return desk

    async def crash(self, desk: Desk) -> None:
        """End a desk as a killed process does: nothing is given back, nothing is written any more."""
        for index, (one, database, bot) in enumerate(self._desks):
            if one is desk:
                del self._desks[index]
                await database.close()
                for task in desk.turns._tasks.values():
                    task.cancel()
                await asyncio.gather(*desk.turns._tasks.values(), return_exceptions=True)
                desk.turns._loop and desk.turns._loop.cancel()
                await desk.feed.stop()
                await bot.close()
                return
        raise AssertionError("not a desk of this shop")

    async def agent(self, desk: Desk, name: str = "小王", role: Role = Role.AGENT, **scope: tuple[str, ...]) -> Agent:
        return await desk.create_agent(name, "correct horse", role=role, **scope)

    async def say(self, desk: Desk, text: str, who: BuyerIdentity | None = None, **more: Any) -> Message:
        """A buyer's message with a client id of its own; returns when no turn is under way."""
        posted = await desk.post_buyer_message(who or buyer(), self.ids("client"), text, **more)
        await desk.turns.settle()
        return posted.message

    async def press(self, desk: Desk, name: str, who: BuyerIdentity | None = None) -> ConversationState:
        """A buyer's fixed button."""
        return await desk.buyer_action(who or buyer(), self.ids("client"), name)

    async def transcript(self, desk: Desk, who: BuyerIdentity | None = None) -> list[Message]:
        return await desk.messages_after(await desk.conversation_of(who or buyer()), 0)
