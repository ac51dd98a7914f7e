"""The buyers of ``make replay``: each plays one dialogue over the storefront's WebSocket and waits for each answer."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tools.secrets_file import store_secret_name

#: Seconds that a buyer waits for an answer before the turn counts as failed; the desk's own deadline is shorter.
PATIENCE = 15.0
#: After the first message of an answer, further ones of the same transaction arrive at once.
TAIL = 0.05


@dataclass
class PlayedTurn:
    """What one message of a dialogue led to. ``milliseconds`` from the sent frame to the first answer."""

    text: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    owner: str = "bot"
    milliseconds: float | None = None


@dataclass
class Played:
    """One dialogue, played."""

    id: str
    turns: list[PlayedTurn]


class Buyer:
    """One guest in one conversation."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._seen = 0
        self.owner = "bot"

    async def hello(self, token: str) -> None:
        """Open the conversation and take in the greeting."""
        await self._socket.send(json.dumps({"type": "hello", "token": token, "after": 0}))
        welcome = await self._frame(PATIENCE)
        if welcome["type"] != "welcome":
            raise RuntimeError(f"the desk refused: {welcome}")
        self.owner = welcome["state"]["owner"]
        while self._seen < welcome["last_seq"]:
            self._note(await self._frame(PATIENCE))

    async def say(self, text: str) -> PlayedTurn:
        """Send one message and collect what comes back."""
        turn, started = PlayedTurn(text), time.perf_counter()
        waited_for_bot = self.owner in ("bot", "closed")
        await self._socket.send(
            json.dumps({"type": "send", "client_id": uuid.uuid4().hex, "text": text, "choice": None})
        )
        deadline = time.perf_counter() + (PATIENCE if waited_for_bot else 0.3)
        while (left := deadline - time.perf_counter()) > 0:
            try:
                frame = await self._frame(left)
            except asyncio.TimeoutError:
                break
            self._note(frame)
            if frame["type"] == "error":
                turn.answers.append({"sender": "error", "text": frame["message"], "choices": []})
                break
            if frame["type"] == "message" and frame["sender"] != "buyer":
                if turn.milliseconds is None:
                    turn.milliseconds = (time.perf_counter() - started) * 1000
                turn.answers.append(frame)
                deadline = min(deadline, time.perf_counter() + TAIL)
        turn.owner = self.owner
        return turn

    async def _frame(self, within: float) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self._socket.recv(), within))
        return frame

    def _note(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message":
            self._seen = frame["seq"]
        elif frame["type"] == "state":
            self.owner = frame["owner"]


@asynccontextmanager
async def buyer_of(desk: str, store: str, secret: str, name: str) -> AsyncIterator[Buyer]:
    """A buyer of a store, signed in as the shop's own backend would do it, and connected."""
    now = int(time.time())
    claims = {"aud": "storefront", "store": store, "buyer": f"replay-{name}", "name": None, "guest": False}
    token = jwt.encode({**claims, "iat": now, "exp": now + 1800}, secret, algorithm="HS256")
    async with connect(desk.replace("http", "ws", 1) + "/ws/storefront", origin=Origin(desk)) as socket:
        buyer = Buyer(socket)
        await buyer.hello(token)
        yield buyer


def read_dialogues(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Id and turns of each line. Exits naming the line that is not what it should be."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            dialogue = json.loads(line)
            yield str(dialogue["id"]), [str(turn) for turn in dialogue["turns"] if str(turn).strip()]
        except (ValueError, KeyError, TypeError) as problem:
            sys.exit(f'{path}:{number}: {problem!r}. Write one {{"id": "…", "turns": ["…"]}} a line')


async def play_all(
    desk: str, store: str, secret: str, dialogues: list[tuple[str, list[str]]], buyers: int
) -> list[Played]:
    """Play every dialogue, ``buyers`` at a time, with progress on standard error."""
    waiting = iter(dialogues)
    played: list[Played] = []

    async def work() -> None:
        for name, turns in waiting:
            async with buyer_of(desk, store, secret, name) as buyer:
                played.append(Played(name, [await buyer.say(text) for text in turns]))
            if len(played) % 50 == 0:
                print(f"{len(played)} of {len(dialogues)} dialogues", file=sys.stderr, flush=True)

    await asyncio.gather(*(work() for _ in range(buyers)))
    return sorted(played, key=lambda one: one.id)


def summarise(played: list[Played]) -> dict[str, Any]:
    """Counts of outcomes and reasons, and latency percentiles in milliseconds."""
    turns = [turn for one in played for turn in one.turns]
    times = sorted(turn.milliseconds for turn in turns if turn.milliseconds is not None)
    kinds = Counter(outcome_of(turn) for turn in turns)
    percentiles = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    return {
        "dialogues": len(played),
        "turns": len(turns),
        "outcomes": dict(kinds.most_common()),

        "latency_ms": {f"p{p}": round(percentiles[p - 1], 1) for p in (50, 90, 95, 99)} if times else {},
    }


def outcome_of(turn: PlayedTurn) -> str:
    """What became of a turn, from what the buyer could see."""
    if not turn.answers:
        return "waiting_for_a_person" if turn.owner in ("queue", "agent") else "unanswered"
    if any(answer["sender"] == "error" for answer in turn.answers):
        return "refused"
    return "handed_off" if turn.owner == "queue" else "answered"


def write(played: list[Played], summary: dict[str, Any], out: Path) -> None:
    """Transcripts as readable text and as JSON lines, and the summary."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "transcripts.txt").open("w", encoding="utf-8") as text:
        for one in played:
            text.write(f"=== {one.id}\n")
            for turn in one.turns:
                text.write(f"买家：{turn.text}\n")
                for answer in turn.answers:
                    who = answer.get("name") or answer["sender"]
                    text.write(f"{who}：" + answer["text"].replace("\n", "\n      ") + "\n")
                    if answer["choices"]:
                        text.write("      " + " ".join(f"[{choice['title']}]" for choice in answer["choices"]) + "\n")
            text.write("\n")
    with (out / "transcripts.jsonl").open("w", encoding="utf-8") as lines:
        for one in played:
            turns = [{"text": t.text, "owner": t.owner, "answers": [a["text"] for a in t.answers]} for t in one.turns]
            lines.write(json.dumps({"id": one.id, "turns": turns}, ensure_ascii=False) + "\n")
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")


def main() -> int:
    """Play a file. Returns 0 when every turn was answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desk", required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--buyers", type=int, default=4)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    secret = os.environ[store_secret_name(options.store)]
    dialogues = list(read_dialogues(options.file))
    played = asyncio.run(play_all(options.desk, options.store, secret, dialogues, options.buyers))
    summary = summarise(played)
    write(played, summary, options.out)
    print(f"transcripts and summary: {options.out}/", file=sys.stderr)
    return 1 if summary["outcomes"].get("unanswered") else 0


if __name__ == "__main__":
    sys.exit(main())
