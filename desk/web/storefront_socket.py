"""The buyer's socket ``/ws/storefront``.

What goes out is always re-read from the rows, in order of ``seq``; a wake-up only says when to read. So a lost wake-up
delays a message, and nothing can double or skip one.
"""

from __future__ import annotations

import asyncio
from typing import Final

from sanic import Request
from sanic.server.websockets.impl import WebsocketImplProtocol

from desk.bus import Subscription, Typing
from desk.errors import BadRequest, DeskError, NotFound, OriginRefused, TokenExpired, TokenInvalid, TooMany
from desk.model import BuyerAction, BuyerIdentity, ConversationState
from desk.web.access import buyer_key, check_store_origin, identity_of
from desk.web.context import Web
from desk.web.fields import (
    LONGEST_TEXT,
    Choice,
    ClientId,
    Field,
    Flag,
    Number,
    Text,
    read_fields,
    stated_client_id,
)
from desk.web.sockets import BAD_ORIGIN, GOING_AWAY, NO_TOKEN, NOT_HELLO, TOKEN_RAN_OUT, TOO_MANY_FRAMES, Ended, Socket
from desk.web.tokens import LONGEST_TOKEN, BuyerClaims, TokenError
from desk.web.wire import Json, ack, message_to_buyer, state_to_buyer

HELLO_SECONDS: Final = 10.0
#: Tabs and devices of one buyer at once.
MOST_SOCKETS: Final = 10
PAGE: Final = 200

HELLO: Final[dict[str, Field]] = {"token": Text(LONGEST_TOKEN), "after": Number(default=0)}
RENEW: Final[dict[str, Field]] = {"token": Text(LONGEST_TOKEN)}
SEND: Final[dict[str, Field]] = {"client_id": ClientId(), "text": Text(LONGEST_TEXT), "choice": Text(64, optional=True)}
#: With a tapped choice its title is the text, so the text may be missing.
SEND_CHOICE: Final[dict[str, Field]] = SEND | {"text": Text(LONGEST_TEXT, optional=True)}
ACTION: Final[dict[str, Field]] = {"client_id": ClientId(), "name": Choice(tuple(BuyerAction))}
TYPING: Final[dict[str, Field]] = {"on": Flag()}


def send_fields(frame: Json) -> dict[str, Field]:
    """The fields of a message, which may be a tapped choice."""
    return SEND_CHOICE if frame.get("choice") is not None and not frame.get("text") else SEND


class StorefrontSocket(Socket):
    """One tab of one buyer."""

    name = "/ws/storefront"

    def __init__(self, web: Web, request: Request, ws: WebsocketImplProtocol, *, hello_seconds: float) -> None:
        super().__init__(web, request, ws)
        self._hello_seconds = hello_seconds
        self._claims: BuyerClaims
        self._identity: BuyerIdentity
        self._conversation = ""
        self._subscription: Subscription | None = None
        self._sent = 0
        self._shown: Json | None = None
        self._catching_up = asyncio.Lock()
        self._is_typing = False
        self._counted: str | None = None

    async def serve(self) -> None:
        """Hello, then answer frames one after the other while another task follows the conversation."""
        await self._open()
        self.spawn(self._follow())
        self.spawn(self._end_in_time())
        while True:
            frame = await self.next_frame()
            if self._claims.expires_at <= self.web.clock():
                raise Ended(TOKEN_RAN_OUT, TokenExpired())
            try:
                await self._handle(frame)
            except (DeskError, TokenError) as error:
                self.refuse(error, stated_client_id(frame))

    async def cleanup(self) -> None:
        """Leave the bus; a half-written line is no longer being written."""
        if self._is_typing:
            self.web.desk.bus.typing(self._conversation, "buyer", False)
        if self._subscription is not None:
            self._subscription.close()
        if self._counted is not None:
            left = self.web.buyer_sockets.get(self._counted, 1) - 1
            if left > 0:
                self.web.buyer_sockets[self._counted] = left
            else:
                self.web.buyer_sockets.pop(self._counted, None)

    async def _open(self) -> None:
        try:
            async with asyncio.timeout(self._hello_seconds):
                frame = await self.next_frame()
        except TimeoutError:
            raise Ended(NOT_HELLO, BadRequest("连接后没有及时发送 hello。", field="type")) from None
        if frame.get("type") != "hello":
            raise Ended(NOT_HELLO, BadRequest("第一条消息应是 hello。", field="type"))
        try:
            hello = read_fields(frame, HELLO)
        except DeskError as error:
            raise Ended(NOT_HELLO, error) from None
        claims = self._verify(hello["token"])
        self._claims, self._identity = claims, identity_of(claims)
        key = buyer_key(self._identity)
        if self.web.buyer_sockets.get(key, 0) >= MOST_SOCKETS:
            raise Ended(TOO_MANY_FRAMES, TooMany("打开的页面太多了，请关闭一些再试。"))
        self.web.buyer_sockets[key] = self.web.buyer_sockets.get(key, 0) + 1
        self._counted = key
        try:
            state = await self.web.desk.open_conversation(self._identity)
        except NotFound:
            raise Ended(NO_TOKEN, TokenInvalid()) from None
        self._conversation = state.conversation
        self._subscription = self.web.desk.bus.subscribe(state.conversation)
        await self._welcome(hello["after"])

    def _verify(self, token: str) -> BuyerClaims:
        try:
            claims = self.web.keys.verify_buyer(token, now=self.web.clock())
        except TokenError as error:
            raise Ended(NO_TOKEN, error) from None
        if claims.store not in self.web.stores():
            raise Ended(NO_TOKEN, TokenInvalid())
        try:
            check_store_origin(self.request, self.web, claims.store)
        except OriginRefused as error:
            raise Ended(BAD_ORIGIN, error) from None
        return claims

    async def _welcome(self, after: int) -> None:
        """Say where things stand, then send everything after ``after``."""
        async with self._catching_up:
            state = await self.web.desk.state(self._conversation)
            self._sent = min(after, state.last_seq)
            self._shown = state_to_buyer(state)
            face = self.web.stores()[self._identity.store]
            await self.put(
                {
                    "type": "welcome",
                    "conversation": self._conversation,
                    "store": {"id": face.id, "name": face.name},
                    "buyer": {"name": self._identity.name, "guest": self._identity.guest},
                    "state": self._shown,
                    "last_seq": state.last_seq,
                }
            )
        await self._catch_up()

    async def _catch_up(self) -> None:
        async with self._catching_up:
            while True:
                rows = await self.web.desk.messages_after(self._conversation, self._sent, PAGE)
                for message in rows:
                    await self.put({"type": "message"} | message_to_buyer(message))
                    self._sent = message.seq
                if len(rows) < PAGE:
                    break
            await self._show(await self.web.desk.state(self._conversation))

    async def _show(self, state: ConversationState, *, always: bool = False) -> None:
        shown = state_to_buyer(state)
        if always or shown != self._shown:
            self._shown = shown
            await self.put({"type": "state"} | shown)

    async def _follow(self) -> None:
        assert self._subscription is not None
        async for signal in self._subscription:
            if not isinstance(signal, Typing):
                await self._catch_up()
            elif signal.who != "buyer":
                await self.put({"type": "typing", "who": signal.who, "on": signal.on})
        raise Ended(GOING_AWAY)

    async def _end_in_time(self) -> None:
        while (left := (self._claims.expires_at - self.web.clock()).total_seconds()) > 0:
            await asyncio.sleep(left)
        raise Ended(TOKEN_RAN_OUT, TokenExpired())

    async def _handle(self, frame: Json) -> None:
        client_id = stated_client_id(frame)
        match frame.get("type"):
            case "send":
                await self._send(frame, client_id)
            case "action":
                fields = read_fields(frame, ACTION, client_id=client_id)
                self._check_pace()
                state = await self.web.unbroken(
                    self.web.desk.buyer_action(self._identity, fields["client_id"], fields["name"])
                )
                async with self._catching_up:
                    await self._show(state, always=True)
            case "typing":
                self._is_typing = read_fields(frame, TYPING)["on"]
                self.web.desk.bus.typing(self._conversation, "buyer", self._is_typing)
            case "ping":
                read_fields(frame, {})
                self.answer({"type": "pong"})
            case "renew":
                self._renew(read_fields(frame, RENEW)["token"])
            case "hello":
                fields = read_fields(frame, HELLO)
                self._renew(fields["token"])
                await self._welcome(fields["after"])
            case _:
                raise BadRequest(field="type")

    async def _send(self, frame: Json, client_id: str | None) -> None:
        fields = read_fields(frame, send_fields(frame), client_id=client_id)
        self._check_pace()
        begun = self.web.monotonic()
        posted = await self.web.unbroken(
            self.web.desk.post_buyer_message(
                self._identity, fields["client_id"], fields["text"] or "", fields["choice"]
            )
        )
        self.web.measures.store_seconds.add(self.web.monotonic() - begun)
        self.answer(ack(fields["client_id"], posted))

    def _check_pace(self) -> None:
        """Many tabs do not make one buyer faster."""
        if not self.web.limits.buyer_calls.allow(buyer_key(self._identity), self.web.monotonic()):
            raise TooMany

    def _renew(self, token: str) -> None:
        claims = self.web.keys.verify_buyer(token, now=self.web.clock())
        if identity_of(claims).buyer != self._identity.buyer or claims.store != self._identity.store:
            raise TokenInvalid
        self._claims = claims
