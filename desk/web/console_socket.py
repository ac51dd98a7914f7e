"""The agent's socket ``/ws/console``: the ticket lists, and the conversations that the agent looks at."""

from __future__ import annotations

import asyncio
from typing import Final

from sanic import Request
from sanic.server.websockets.impl import WebsocketImplProtocol

from desk.bus import TICKETS, Subscription, Typing
from desk.errors import BadRequest, DeskError, OriginRefused, TokenExpired, TooMany
from desk.model import Agent, TicketView
from desk.web import wire
from desk.web.access import agent_of, is_own_origin, session_of
from desk.web.context import Web
from desk.web.fields import Field, Flag, Number, Text, read_fields
from desk.web.sockets import BAD_ORIGIN, GOING_AWAY, NO_TOKEN, TOKEN_RAN_OUT, Ended, Socket
from desk.web.tokens import AgentClaims, TokenError
from desk.web.wire import Json

PAGE: Final = 200
MOST_WATCHED: Final = 50
MOST_TICKETS: Final = 200
#: The lists change with every message of a busy shop; an agent's eye needs them no faster than this, in seconds.
LIST_PAUSE: Final = 0.2

WATCH: Final[dict[str, Field]] = {"conversation": Text(64), "after": Number(default=0)}
UNWATCH: Final[dict[str, Field]] = {"conversation": Text(64)}
TYPING: Final[dict[str, Field]] = {"conversation": Text(64), "on": Flag()}


class ConsoleSocket(Socket):
    """One tab of one agent."""

    name = "/ws/console"

    def __init__(self, web: Web, request: Request, ws: WebsocketImplProtocol) -> None:
        super().__init__(web, request, ws)
        self._agent: Agent
        self._claims: AgentClaims
        self._subscription: Subscription | None = None
        #: The last ``seq`` sent of each watched conversation, and the last state shown.
        self._sent: dict[str, int] = {}
        self._shown: dict[str, Json] = {}
        self._catching_up = asyncio.Lock()
        self._lists_changed = asyncio.Event()
        self._typing_in: set[str] = set()

    async def serve(self) -> None:
        """Greet, then answer frames while other tasks follow the lists and the watched conversations."""
        if not is_own_origin(self.request):
            raise Ended(BAD_ORIGIN, OriginRefused())
        try:
            self._claims = session_of(self.request)
            self._agent = await agent_of(self.request)
        except (TokenError, DeskError) as error:
            raise Ended(NO_TOKEN, error) from None
        self._subscription = self.web.desk.bus.subscribe(TICKETS)
        await self.put({"type": "hello", "agent": wire.agent(self._agent)})
        self._lists_changed.set()
        self.spawn(self._follow())
        self.spawn(self._keep_lists())
        self.spawn(self._end_in_time())
        while True:
            frame = await self.next_frame()
            if self._claims.session in self.web.ended_sessions:
                raise Ended(NO_TOKEN, TokenExpired())
            if self._claims.expires_at <= self.web.clock():
                raise Ended(TOKEN_RAN_OUT, TokenExpired())
            try:
                await self._handle(frame)
            except DeskError as error:
                self.refuse(error)

    async def cleanup(self) -> None:
        """Leave the bus; nobody is typing here any more."""
        for conversation in self._typing_in:
            self.web.desk.bus.typing(conversation, "agent", False)
        if self._subscription is not None:
            self._subscription.close()

    async def _handle(self, frame: Json) -> None:
        match frame.get("type"):
            case "watch":
                fields = read_fields(frame, WATCH)
                await self._watch(fields["conversation"], fields["after"])
            case "unwatch":
                self._unwatch(read_fields(frame, UNWATCH)["conversation"])
            case "typing":
                fields = read_fields(frame, TYPING)
                await self._typing(fields["conversation"], fields["on"])
            case "ping":
                read_fields(frame, {})
                self.answer({"type": "pong"})
            case _:
                raise BadRequest(field="type")

    async def _watch(self, conversation: str, after: int) -> None:
        if conversation not in self._sent and len(self._sent) >= MOST_WATCHED:
            raise TooMany("同时查看的会话太多了，请先关闭一些。")
        await self.web.desk.check_sees(self._agent, conversation)
        assert self._subscription is not None
        self._subscription.add(conversation)
        async with self._catching_up:
            state = await self.web.desk.state(conversation)
            self._sent[conversation] = min(after, state.last_seq)
            self._shown.pop(conversation, None)
        await self._catch_up(conversation)

    def _unwatch(self, conversation: str) -> None:
        assert self._subscription is not None
        self._subscription.remove(conversation)
        self._sent.pop(conversation, None)
        self._shown.pop(conversation, None)

    async def _typing(self, conversation: str, on: bool) -> None:
        """Only the agent who holds a conversation is seen typing in it."""
        if conversation not in self._sent:
            raise BadRequest(field="conversation")
        state = await self.web.desk.state(conversation)
        if state.agent is None or state.agent.id != self._agent.id:
            return
        (self._typing_in.add if on else self._typing_in.discard)(conversation)
        self.web.desk.bus.typing(conversation, "agent", on)

    async def _catch_up(self, conversation: str) -> None:
        async with self._catching_up:
            while conversation in self._sent:
                rows = await self.web.desk.marked_messages_after(conversation, self._sent[conversation], PAGE)
                for message in rows:
                    if conversation not in self._sent:
                        return
                    seen = wire.message_to_agent(message, self._agent)
                    await self.put({"type": "message", "conversation": conversation, "message": seen})
                    self._sent[conversation] = message.seq
                if len(rows) < PAGE:
                    break
            state = wire.state_to_agent(await self.web.desk.state(conversation))
            if conversation in self._sent and state != self._shown.get(conversation):
                self._shown[conversation] = state
                await self.put({"type": "state", "conversation": conversation, "state": state})

    async def _follow(self) -> None:
        assert self._subscription is not None
        async for signal in self._subscription:
            if isinstance(signal, Typing):
                if signal.who == "buyer":
                    await self.put({"type": "typing", "conversation": signal.topic, "on": signal.on})
            elif signal.topic == TICKETS:
                self._lists_changed.set()
            else:
                await self._catch_up(signal.topic)
        raise Ended(GOING_AWAY)

    async def _keep_lists(self) -> None:
        while True:
            await self._lists_changed.wait()
            self._lists_changed.clear()
            some, counts = await self.web.desk.tickets(self._agent, TicketView.OPEN, MOST_TICKETS)
            await self.put({"type": "tickets"} | wire.tickets(some, counts))
            await asyncio.sleep(LIST_PAUSE)

    async def _end_in_time(self) -> None:
        while (left := (self._claims.expires_at - self.web.clock()).total_seconds()) > 0:
            await asyncio.sleep(left)
        raise Ended(TOKEN_RAN_OUT, TokenExpired())
