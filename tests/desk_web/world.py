"""A whole desk for a test: the real service on a SQLite file, a real server on a free port, a scripted bot."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import websockets
from argon2 import PasswordHasher
from websockets.typing import Origin

from aftersales.door import load_door
from aftersales.rules import Rule, load_catalogue
from aftersales.settings import Settings
from aftersales.stores import Store, load_stores
from desk.agents import Passwords
from desk.app import create_app, new_id
from desk.bot import HttpBot
from desk.database import Database, connect
from desk.door import StoreDoor
from desk.options import DeskOptions
from desk.service import Desk
from desk.web.context import Web
from desk.web.tokens import TokenKeys

ROOT = Path(__file__).parents[2]
SOON = 5.0
STORES = ("lantern", "teahouse")
SECRETS = {store: store[0] * 40 for store in STORES}
SHOP_PAGE = "https://shop.example"
PASSWORD = "correct horse 9"


class Clock:
    """Time that stands still until a test moves it; both kinds move together."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
        self.seconds = 1000.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    def move(self, **by: float) -> None:
        """Let time pass."""
        step = timedelta(**by)
        self.now += step
        self.seconds += step.total_seconds()


@dataclass
class ScriptedBot:
    """The bot's side of HTTP: 「回答N」 unless ``answers`` has something for the text; ``hold`` makes it wait."""

    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    up: bool = True

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("down")
        if request.url.path.endswith("/ready"):
            return httpx.Response(200, json={"ready": True})
        turn = json.loads(request.content)
        self.asked.append(turn)
        if self.hold is not None:
            await self.hold.wait()
        answer = {
            "turn": turn["turn"],
            "outcome": "answered",
            "messages": [{"text": f"回答{len(self.asked)}", "choices": [], "template": "utter_x", "rules": []}],
            "reading": {"intent": "other", "confidence": 0.9},
            "handoff": None,
            "carry": None,
        }
        return httpx.Response(200, json=answer | dict(self.answers.get(turn["text"], {})))


def handoff(group: str = "complaint", priority: str = "high") -> dict[str, Any]:
    """An answer that calls a person."""
    return {
        "outcome": "handed_off",
        "handoff": {
            "reason": "angry",
            "reason_text": "买家明显生气",
            "group": group,
            "priority": priority,
            "evidence": [{"kind": "emotion", "label": "angry", "text": "气", "source": "lexicon:anger"}],
            "rules": [],
            "card": {"intent": "refund_status", "order_number": None, "collected": {}, "last_said": "我要生气了"},
        },
    }


class Tab:
    """One browser tab's socket. Frames are kept as they come; a test waits for the ones it means."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []

    async def send(self, type: str, **fields: Any) -> None:
        """Send a frame."""
        await self.connection.send(json.dumps({"type": type, **fields}))

    async def next(self) -> dict[str, Any]:
        """The next frame."""
        async with asyncio.timeout(SOON):
            frame: dict[str, Any] = json.loads(await self.connection.recv())
        self.frames.append(frame)
        return frame

    async def until(self, type: str, **match: Any) -> dict[str, Any]:
        """Read on to the first frame of this type with these fields."""
        while True:
            frame = await self.next()
            if frame["type"] == type and all(frame.get(key) == value for key, value in match.items()):
                return frame

    async def closed(self) -> int:
        """Read on to the close, and answer its code."""
        try:
            while True:
                await self.next()
        except websockets.ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    def messages(self) -> list[dict[str, Any]]:
        """Every message so far."""
        return [frame for frame in self.frames if frame["type"] == "message"]

    def seqs(self) -> list[int]:
        """Their numbers."""
        return [frame["seq"] for frame in self.messages()]

    def cut(self) -> None:
        """Lose the connection as a phone in a lift does: no goodbye."""
        self.connection.transport.abort()

    async def __aenter__(self) -> Tab:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()


class AlwaysOpen:
    """Service hours for tests that are not about hours."""

    def is_open(self, now: datetime) -> bool:
        """Always."""
        return True

    def next_opening(self, now: datetime) -> datetime | None:
        """Now."""
        return now


def store(id: str) -> Any:
    """A store as desk and web layer see it."""
    return SimpleNamespace(
        id=id,
        name=f"{id}旗舰店",
        platform="own",
        tagline="小店",
        greeting="您好，我是智能客服",
        allowed_origins=(SHOP_PAGE,) if id == "lantern" else (),
        groups={"complaint": "投诉", "standard": "售后标准"},
        service_hours=AlwaysOpen(),
    )


@lru_cache(maxsize=1)
def real_stores() -> Mapping[str, Store]:
    """The terms under which the tests' stores promise."""
    terms = load_stores(ROOT / "stores", ROOT / "rules")["own-food"]
    return dict.fromkeys(STORES, terms)


@lru_cache(maxsize=1)
def the_rules() -> Mapping[str, Rule]:
    """The project's own catalogue."""
    return load_catalogue(ROOT / "rules" / "catalogue")


@lru_cache(maxsize=1)
def the_door() -> StoreDoor:
    """The compliance door without its trained part; built once, for reading its files takes seconds."""
    return StoreDoor(load_door(ROOT / "rules", None), real_stores)


@dataclass
class World:
    """A running desk and the ways into it."""

    web: Web
    desk: Desk
    bot: ScriptedBot
    clock: Clock
    base: str
    stop: Callable[[], Any]
    database: Database
    _tabs: list[Tab] = field(default_factory=list)
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def token(self, buyer: str = "u1", *, store: str = "lantern", **life: Any) -> str:
        """A buyer's token as the shop signs it."""
        return self.web.keys.issue_buyer(store=store, buyer=buyer, name="林女士", now=self.clock.now, **life)[0]

    async def connect(self, path: str, *, origin: str | None = None, cookie: str | None = None) -> Tab:
        """A bare socket."""
        headers = {"Cookie": cookie} if cookie else {}
        connection = await websockets.connect(
            self.base.replace("http", "ws") + path,
            origin=Origin(origin) if origin else None,
            additional_headers=headers,
            proxy=None,
            max_size=2**20,
        )
        self._tabs.append(Tab(connection))
        return self._tabs[-1]

    async def buyer(self, buyer: str = "u1", *, after: int = 0, store: str = "lantern") -> Tab:
        """A buyer's tab that has been welcomed."""
        tab = await self.connect("/ws/storefront")
        await tab.send("hello", token=self.token(buyer, store=store), after=after)
        await tab.until("welcome")
        return tab

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A REST client."""
        client = httpx.AsyncClient(base_url=self.base, headers=headers, trust_env=False, timeout=SOON)
        self._clients.append(client)
        return client

    def shop(self, buyer: str = "u1", **identity: Any) -> httpx.AsyncClient:
        """A REST client with a buyer's token."""
        return self.client(Authorization=f"Bearer {self.token(buyer, **identity)}")

    async def agent(self, name: str = "小王", **rights: Any) -> httpx.AsyncClient:
        """A logged-in agent's REST client, on the desk's own page."""
        await self.desk.create_agent(name, PASSWORD, **rights)
        client = self.client(Origin=self.base)
        answer = await client.post("/api/console/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def console(self, client: httpx.AsyncClient) -> Tab:
        """The socket of a logged-in agent."""
        tab = await self.connect(
            "/ws/console", origin=self.base, cookie=f"desk_session={client.cookies['desk_session']}"
        )
        await tab.until("hello")
        return tab

    async def leave(self) -> None:
        """Close what the test opened."""
        for tab in self._tabs:
            await tab.connection.close()
        for client in self._clients:
            await client.aclose()


def settings(folder: Path, *, demo: bool = True) -> Settings:
    """Settings for a desk in ``folder``."""
    return Settings(
        stores=folder / "stores",
        rules=folder / "rules",
        door_reader=folder / "reader.npz",
        database_url=f"sqlite:///{folder / 'desk.db'}",
        trackers=folder / "trackers.db",
        orders="sqlite:orders.db",
        orders_token="",
        desk_host="127.0.0.1",
        desk_port=8000,
        desk_origins=("https://partner.example",),
        bot_url="http://bot.test",
        actions_url="http://actions.test",
        demo=demo,
        log_level="DEBUG",
        bot_secret="b" * 40,
        session_secret="s" * 40,
        store_secrets=SECRETS,
    )


@asynccontextmanager
async def running(
    folder: Path, template: Path, *, demo: bool = True, hello_seconds: float = 10.0
) -> AsyncIterator[World]:
    """A desk that serves until the block ends. ``template`` is a migrated database to start from."""
    shutil.copy(template, folder / "desk.db")
    pages = folder / "web"
    for name, text in {
        "storefront/index.html": "<!doctype html><title>店铺</title>",
        "storefront/main.js": "export const a = 1;\n",
        "console/index.html": "<!doctype html><title>客服台</title>",
        "console/style.css": "body{}",
        "console/.secret.js": "hidden",
        "tests/view.js": "outside",
        "package.json": "{}",
    }.items():
        path = pages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "outside.js").write_text("outside", encoding="utf-8")
    chosen, clock, bot = settings(folder, demo=demo), Clock(), ScriptedBot()
    database = connect(chosen.database_url)
    stores = {id: store(id) for id in STORES}
    http_bot = HttpBot(chosen.bot_url, chosen.bot_secret, transport=httpx.MockTransport(bot))
    desk = Desk(
        database=database,
        bot=http_bot,
        stores=stores,
        mask=lambda text: SimpleNamespace(text=text, found=()),
        door=the_door(),
        clock=clock,
        ids=new_id,
        options=DeskOptions(),
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        rules=the_rules(),
    )
    web = Web(
        settings=chosen,
        desk=desk,
        keys=TokenKeys(SECRETS, chosen.session_secret),
        stores=lambda: stores,
        demo_buyers={"lantern": (SimpleNamespace(id="u1", name="林女士", note="退款中"),)},
        pages=pages,
        clock=clock,
        monotonic=clock.monotonic,
    )
    app = create_app(web)
    app.ctx.hello_seconds = hello_seconds
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        await desk.start()
        server: Any = await app.create_server(sock=listening, return_asyncio_server=True)
        assert server is not None
        await server.startup()
        await server.before_start()
        await server.start_serving()
        stopped = False

        async def stop() -> None:
            nonlocal stopped
            if not stopped:
                stopped = True
                await server.before_stop()
                server.close()
                await server.after_stop()

        world = World(web, desk, bot, clock, f"http://127.0.0.1:{port}", stop, database)
        try:
            yield world
        finally:
            if bot.hold is not None:
                bot.hold.set()
            await world.leave()
            await stop()
            await desk.stop()
            await http_bot.close()
            await database.close()
            app.unregister_app(app)
