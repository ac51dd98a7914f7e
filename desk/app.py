"""The composition root: settings in, a Sanic application out. The only place that knows which adapter is used.

Nothing connects before the server starts, and everything that was opened is closed in reverse when it stops.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sanic import Sanic

from aftersales.answers.replies import gate
from aftersales.door import Speaker, Talk, Verdict, load_door
from aftersales.orders import open_orders
from aftersales.orders.demo import load_demo_buyers
from aftersales.reading.entities import mask_secrets
from aftersales.rules import load_catalogue
from aftersales.settings import Settings
from aftersales.stores import ServiceHours, Store, StoreDirectory
from desk.answer import Answer, TurnRequest
from desk.bot import Bot, HttpBot
from desk.database import Database, connect
from desk.door import StoreDoor
from desk.errors import Conflict
from desk.intents import load_intents
from desk.model import Agent, Role
from desk.orders import KnownOrders
from desk.ports import Door, Orders
from desk.service import Desk
from desk.web import console, console_abuse, console_marks, console_replies, demo, headers, health, pages, storefront
from desk.web.context import App, Web
from desk.web.errors import OneShape
from desk.web.measures import Measures
from desk.web.sockets import GOING_AWAY
from desk.web.tokens import TokenKeys

PAGES: Final = Path(__file__).resolve().parent.parent / "web"
#: How long open sockets and half-done writes may hold up a stop, in seconds.
GRACE: Final = 1.5
LARGEST_BODY: Final = 64 * 1024
INTENT_TITLES: Final = "intent_titles.yml"
CATALOGUE: Final = "catalogue"


@dataclass(frozen=True)
class DemoAgent:
    """An agent who is made at the start of a demo, unless the name exists."""

    name: str
    password: str


@dataclass(frozen=True)
class DeskStore:
    """A store as the desk sees it, made of the store's file."""

    id: str
    name: str
    platform: str
    tagline: str
    greeting: str
    allowed_origins: tuple[str, ...]
    groups: Mapping[str, str]
    service_hours: ServiceHours

    @classmethod
    def of(cls, store: Store) -> DeskStore:
        """Take over what the desk needs of ``store``."""
        return cls(
            id=store.id,
            name=store.name,
            platform=store.platform,
            tagline=store.tagline,
            greeting=store.greeting,
            allowed_origins=store.allowed_origins,
            groups=vars(store.groups),
            service_hours=store.service_hours,
        )


class DeskStores:
    """The stores by id, as their files say now; an edited file is seen without a restart."""

    def __init__(self, directory: StoreDirectory) -> None:
        self._directory = directory
        self._of: Mapping[str, Store] | None = None
        self._made: dict[str, DeskStore] = {}

    def current(self) -> Mapping[str, DeskStore]:
        """All of them."""
        stores = self._directory.current()
        if stores is not self._of:
            self._of, self._made = stores, {id: DeskStore.of(store) for id, store in stores.items()}
        return self._made

    def get(self, store_id: str, /) -> DeskStore | None:
        """One of them, or ``None``."""
        return self.current().get(store_id)


class MeasuredBot:
    """A bot whose answers are counted and timed."""

    def __init__(self, bot: Bot, measures: Measures) -> None:
        self._bot, self._measures = bot, measures

    async def answer(self, request: TurnRequest) -> Answer:
        """See :meth:`desk.bot.Bot.answer`."""
        begun, outcome = time.monotonic(), "error"
        try:
            answer = await self._bot.answer(request)
            outcome = answer.outcome
            return answer
        finally:
            self._measures.turn(outcome, time.monotonic() - begun)

    async def ready(self) -> str | None:
        """See :meth:`desk.bot.Bot.ready`."""
        return await self._bot.ready()


def new_id(prefix: str) -> str:
    """An opaque id that cannot be guessed."""
    return f"{prefix}_{uuid.uuid4().hex}"


def build(settings: Settings, *, demo_agents: Sequence[DemoAgent] = (), pages_folder: Path = PAGES) -> App:
    """The desk that ``settings`` describe, ready to be served. Raises ConfigurationError for a store file, an address or
    a compliance door that cannot be used."""
    directory = StoreDirectory(settings.stores, settings.rules, accept=gate(settings.rules))
    stores = DeskStores(directory)
    door = StoreDoor(load_door(settings.rules, settings.door_reader), directory.current)
    database = connect(settings.database_url)
    bot = HttpBot(settings.bot_url, settings.bot_secret)
    measures = Measures()
    orders = KnownOrders(open_orders(settings.orders, settings.orders_token))
    desk = _desk(database, MeasuredBot(bot, measures), stores, door, settings.rules, orders)
    web = Web(
        settings=settings,
        desk=desk,
        keys=TokenKeys(settings.store_secrets, settings.session_secret),
        stores=stores.current,
        demo_buyers=load_demo_buyers(settings.stores) if settings.demo else {},
        pages=pages_folder,
        clock=_now,
        monotonic=time.monotonic,
        measures=measures,
    )
    app = create_app(web)

    async def open_all(_app: App) -> None:
        await database.migrate()
        made = [desk.create_agent(agent.name, agent.password) for agent in demo_agents]
        for outcome in await asyncio.gather(*made, return_exceptions=True):
            # The agent of an earlier start keeps the id under which tickets know them.
            if isinstance(outcome, BaseException) and not isinstance(outcome, Conflict):
                raise outcome
        await desk.start()

    async def close_all(_app: App) -> None:
        await desk.stop()
        await bot.close()
        await database.close()

    app.before_server_start(open_all)
    app.after_server_stop(close_all)
    return app


async def add_agent(
    settings: Settings, name: str, password: str, *, role: Role, groups: tuple[str, ...], stores: tuple[str, ...]
) -> Agent:
    """Make an agent in the database of ``settings``. Raises what :meth:`desk.service.Desk.create_agent` raises."""
    database = connect(settings.database_url)
    bot = HttpBot(settings.bot_url, settings.bot_secret)
    try:
        await database.migrate()
        directory = StoreDirectory(settings.stores, settings.rules)
        desk = _desk(database, bot, DeskStores(directory), ClosedDoor(), settings.rules)
        return await desk.create_agent(name, password, role=role, groups=groups, stores=stores)
    finally:
        await bot.close()
        await database.close()


class ClosedDoor:
    """For a desk that only makes an agent: nobody speaks through it, and building the real one takes seconds."""

    def check(self, text: str, store_id: str, speaker: Speaker, talk: Talk, /) -> Verdict:
        """See :class:`desk.ports.Door`."""
        raise RuntimeError("nothing is said from here")

    def title(self, kind: str, /) -> str:
        """See :class:`desk.ports.Door`."""
        return kind


def _desk(
    database: Database, bot: Bot, stores: DeskStores, door: Door, rules: Path, orders: Orders | None = None
) -> Desk:
    return Desk(
        database=database,
        bot=bot,
        stores=stores,
        mask=mask_secrets,
        door=door,
        orders=orders,
        clock=_now,
        ids=new_id,
        intents=load_intents(rules / INTENT_TITLES),
        rules=load_catalogue(rules / CATALOGUE),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(web: Web) -> App:
    """The web application over ``web``. It opens and closes sockets only; ``web.desk`` is started by the caller."""
    app: App = Sanic(f"desk-{uuid.uuid4().hex[:8]}", configure_logging=False, error_handler=OneShape())
    app.config.update(
        {
            "AUTO_EXTEND": False,
            "ACCESS_LOG": False,
            "MOTD": False,
            # It rewrites Sanic's own classes for one application; a second desk in the process would break.
            "TOUCHUP": False,
            "REQUEST_MAX_SIZE": LARGEST_BODY,
            "REQUEST_TIMEOUT": 20,
            "RESPONSE_TIMEOUT": 30,
            "KEEP_ALIVE_TIMEOUT": 65,
            "GRACEFUL_SHUTDOWN_TIMEOUT": 1.0,
            "GRACEFUL_TCP_CLOSE_TIMEOUT": 0.5,
            # Larger than any frame we accept, so that a frame somewhat too large gets an answer and not a close.
            "WEBSOCKET_MAX_SIZE": LARGEST_BODY,
            "WEBSOCKET_PING_INTERVAL": 20,
            "WEBSOCKET_PING_TIMEOUT": 20,
        }
    )
    app.ctx.web = web
    headers.install(app)
    for blueprint in (
        storefront.blueprint,
        console.blueprint,
        console_abuse.blueprint,
        console_marks.blueprint,
        console_replies.blueprint,
        health.blueprint,
        pages.blueprint,
    ):
        app.blueprint(blueprint)
    if web.settings.demo:
        app.blueprint(demo.blueprint)
    app.before_server_stop(_end_sockets)
    return app


async def _end_sockets(app: App) -> None:
    """Tell every client to come back later, and let what is being written be written."""
    web: Web = app.ctx.web
    web.stopping = True
    for socket in tuple(web.sockets):
        socket.end(GOING_AWAY)
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            while web.sockets:
                await asyncio.sleep(0.01)
    await web.settle(GRACE)
