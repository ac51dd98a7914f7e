"""What both sockets share: one task that only reads, one that only writes, bounded queues, and an orderly end.

A subclass says in :meth:`Socket.serve` what is talked about. Whatever ends the talk (the peer, an error, the desk's
stop) goes through :meth:`Socket.end`, so every close has its code and what was queued before it still leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

from sanic import Request
from sanic.exceptions import WebsocketClosed
from sanic.server.websockets.impl import WebsocketImplProtocol
from websockets.exceptions import ConnectionClosed

from desk.errors import BadRequest, DeskError, TooMany, Unavailable
from desk.web.context import Web
from desk.web.errors import Internal, TooLarge, note, understand
from desk.web.fields import LARGEST_FRAME, read_json, stated_client_id
from desk.web.limits import FLOOD, FRAMES, Window
from desk.web.wire import Json, dump

NOT_HELLO: Final = 4400
NO_TOKEN: Final = 4401
BAD_ORIGIN: Final = 4403
TOKEN_RAN_OUT: Final = 4408
TOO_MANY_FRAMES: Final = 4429
GOING_AWAY: Final = 1001
OUR_MISTAKE: Final = 1011
TRY_AGAIN_LATER: Final = 1013

#: Frames that wait for the peer to read. Beyond it the peer is too slow: it reconnects and catches up from the rows.
MOST_WAITING = 512
#: Frames that wait for us.
MOST_UNREAD = 64
#: How long a close may take, in seconds; all sockets close side by side.
CLOSING_SECONDS = 1.0


class Ended(Exception):
    """Raised inside a socket's tasks to end it with a close code, after an error frame when there is an ``error``."""

    def __init__(self, code: int, error: BaseException | None = None) -> None:
        super().__init__(f"close {code}")
        self.code, self.error = code, error


class Socket:
    """One open socket. ``name`` stands in the log."""

    name = "socket"

    def __init__(self, web: Web, request: Request, ws: WebsocketImplProtocol) -> None:
        self.web, self.request, self._ws = web, request, ws
        self._inbox: asyncio.Queue[Json] = asyncio.Queue(MOST_UNREAD)
        self._outbox: asyncio.Queue[Json | None] = asyncio.Queue(MOST_WAITING)
        self._over = asyncio.Event()
        self._close: tuple[int, str] | None = None
        self._frames, self._flood = Window(FRAMES), Window(FLOOD)
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Talk. Ends the socket by returning or raising; :class:`Ended` names the code."""
        raise NotImplementedError

    async def cleanup(self) -> None:
        """Give back what :meth:`serve` took; called once, however the socket ended."""

    async def run(self) -> None:
        """Serve until either side ends it."""
        self.web.sockets.add(self)
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        for task in (reader, writer):
            task.add_done_callback(lambda _: self._over.set())
        if self.web.stopping:
            self.end(GOING_AWAY)
        else:
            self.spawn(self.serve())
        try:
            await self._over.wait()
            await self._stop_tasks()
            if self._close is not None:
                await self._finish(reader, writer, *self._close)
        finally:
            self.web.sockets.discard(self)
            reader.cancel()
            writer.cancel()
            await self._stop_tasks()
            await asyncio.gather(reader, writer, return_exceptions=True)
            await self.cleanup()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` as a part of this socket: its error is the socket's end."""
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step never begins the work.
        task.add_done_callback(lambda _: work.close())

    def end(self, code: int, reason: str = "") -> None:
        """Close the socket soon with ``code``; the first call counts."""
        if self._close is None:
            self._close = (code, reason)
        self._over.set()

    async def next_frame(self) -> Json:
        """The next frame of the peer that is a JSON object."""
        return await self._inbox.get()

    async def put(self, frame: Json) -> None:
        """Queue a frame, waiting while the peer is slow."""
        await self._outbox.put(frame)

    def answer(self, frame: Json) -> None:
        """Queue a frame at once; a peer that lets hundreds pile up is cut off."""
        try:
            self._outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.end(TRY_AGAIN_LATER)

    def refuse(self, error: BaseException, client_id: str | None = None) -> None:
        """Answer with the error frame for ``error``."""
        understood = understand(error)
        note(error, understood, where=self.name)
        self.web.measures.refused[understood.code] += 1
        self.answer(understood.wire(client_id))

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Ended as ended:
            if ended.error is not None:
                self.refuse(ended.error)
            self.end(ended.code)
        except (WebsocketClosed, ConnectionClosed):
            self._over.set()
        except Exception as error:
            understood = understand(error)
            self.refuse(error)
            self.end(TRY_AGAIN_LATER if isinstance(understood, Unavailable) else OUR_MISTAKE)

    async def _read(self) -> None:
        """Take frames in and sort out the bad ones; never waits for the desk, so pings are answered all the time."""
        while True:
            try:
                raw = await self._ws.recv()
            except (WebsocketClosed, ConnectionClosed):
                return
            if raw is None or self._close is not None:
                continue
            now = self.web.monotonic()
            if not self._flood.allow(now):
                self._flooded()
            elif isinstance(raw, str):
                self._take(raw, now)
            else:
                self.refuse(BadRequest("只接受文本消息。"))

    def _take(self, raw: str, now: float) -> None:
        if len(raw) > LARGEST_FRAME:
            self._frames.allow(now)
            return self.refuse(TooLarge())
        try:
            frame = read_json(raw)
        except DeskError as error:
            self._frames.allow(now)
            return self.refuse(error)
        if not self._frames.allow(now):
            return self.refuse(TooMany(), stated_client_id(frame))
        try:
            self._inbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.refuse(TooMany(), stated_client_id(frame))

    def _flooded(self) -> None:
        self.refuse(TooMany())
        self.end(TOO_MANY_FRAMES)

    async def _write(self) -> None:
        while (frame := await self._outbox.get()) is not None:
            try:
                text = dump(frame)
            except (TypeError, ValueError) as error:
                note(error, Internal(), where=self.name)
                self.end(OUR_MISTAKE)
                return
            try:
                await self._ws.send(text)
            except (WebsocketClosed, ConnectionClosed):
                return

    async def _finish(self, reader: asyncio.Task[None], writer: asyncio.Task[None], code: int, reason: str) -> None:
        """Let out what is queued, close, and read on until the peer closes too: a reset would eat the close frame."""
        with suppress(TimeoutError, WebsocketClosed, ConnectionClosed, asyncio.QueueFull):
            async with asyncio.timeout(CLOSING_SECONDS):
                self._outbox.put_nowait(None)
                await asyncio.wait({writer})
        with suppress(TimeoutError, WebsocketClosed, ConnectionClosed):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._ws.close(code, reason)
                await asyncio.wait({reader})

    async def _stop_tasks(self) -> None:
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
