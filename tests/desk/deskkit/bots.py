"""A bot on a loopback port that answers as a test tells it to: the real wire, without a model behind it."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


def said(*texts: str, choices: tuple[tuple[str, str], ...] = (), **more: Any) -> Json:
    """An answer that says ``texts``; ``choices`` (title, payload) hang on the last one."""
    messages = [{"text": text, "choices": [], "template": "utter_test", "rules": []} for text in texts]
    if messages:
        messages[-1]["choices"] = [{"title": title, "payload": payload} for title, payload in choices]
    return {
        "outcome": "answered",
        "messages": messages,
        "reading": {"intent": "refund_status", "confidence": 0.93, "emotion": "calm", "risk": []},
        "handoff": None,
        "carry": {"turns": 1},
        "trace": {"milliseconds": 1},
        **more,
    }


def handoff(reason: str = "angry", group: str = "complaint", priority: str = "urgent", **more: Any) -> Json:
    """The handoff part of an answer."""
    return {
        "reason": reason,
        "reason_text": "买家明显生气：骗子",
        "group": group,
        "priority": priority,
        "evidence": [{"kind": "emotion", "label": "angry", "text": "骗子", "source": "lexicon:anger"}],
        "rules": [],
        "card": {
            "intent": "refund_status",
            "order_number": "880155",
            "collected": {"问题描述": "退款没到"},
            "last_said": "骗子",
        },
        **more,
    }


class Held:
    """An answer that the test keeps back: wait for ``arrived``, then call ``release``."""

    def __init__(self, reply: Any) -> None:
        self.reply = reply
        self.arrived = asyncio.Event()
        self._open = asyncio.Event()

    def release(self) -> None:
        """Let the answer go out."""
        self._open.set()

    async def wait(self) -> None:
        """Called by the bot: say that the call is here, and wait for the test."""
        self.arrived.set()
        await self._open.wait()


class ScriptedBot:
    """Answers ``答：<text>`` unless told otherwise, and the same again for the same turn, as the protocol asks.

    A reply is an answer (dict), a status (int), bytes to send as the body, a :class:`Held` around one of these, or a
    function of the call's body to one of these. ``calls`` are the bodies that came in, ``ran`` the turns that were run.
    """

    def __init__(self) -> None:
        self.calls: list[Json] = []
        self.ran: list[str] = []
        self.authorizations: set[str] = set()
        self.most_at_once: dict[str, int] = {}
        self._now: dict[str, int] = {}
        self._script: deque[Any] = deque()
        self._texts: dict[str, Any] = {}
        self._answers: dict[str, Json] = {}
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def next(self, *replies: Any) -> None:
        """Answer the next calls with ``replies``, one each."""
        self._script.extend(replies)

    def on(self, text: str, reply: Any) -> None:
        """Answer every call with this text with ``reply``."""
        self._texts[text] = reply

    def hold(self, text: str, reply: Any = None) -> Held:
        """Keep back the answer to this text."""
        held = Held(reply if reply is not None else said(f"答：{text}"))
        self._texts[text] = held
        return held

    async def up(self) -> None:
        """Listen; on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._connections):
                writer.transport.abort()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status, content = await self._respond(lines[0].split(" ")[1], headers, body)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n".encode()
                    + f"Content-Length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _respond(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if path == "/webhooks/desk/ready":
            return 200, b'{"ready": true}'
        assert path == "/webhooks/desk/turn", path
        self.authorizations.add(headers["authorization"])
        call: Json = json.loads(body)
        self.calls.append(call)
        conversation = call["conversation"]
        self._now[conversation] = self._now.get(conversation, 0) + 1
        self.most_at_once[conversation] = max(self.most_at_once.get(conversation, 0), self._now[conversation])
        try:
            return await self._reply(call)
        finally:
            self._now[conversation] -= 1

    async def _reply(self, call: Json) -> tuple[int, bytes]:
        turn = call["turn"]
        if turn in self._answers:
            return 200, json.dumps(self._answers[turn]).encode()
        reply = self._script.popleft() if self._script else self._texts.get(call["text"], said(f"答：{call['text']}"))
        while not isinstance(reply, dict | int | bytes):
            if isinstance(reply, Held):
                await reply.wait()
                reply = reply.reply
            elif isinstance(reply, Callable):  # type: ignore[arg-type]
                reply = reply(call)
        if isinstance(reply, int):
            return reply, b'{"error": "scripted"}'
        if isinstance(reply, bytes):
            return 200, reply
        self.ran.append(turn)
        self._answers[turn] = {"turn": turn, **reply}
        return 200, json.dumps(self._answers[turn]).encode()
