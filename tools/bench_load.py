"""The benchmark's buyers: one process that talks to a bot over HTTP and writes down how long each answer took.

Runs in the ``bot`` environment (for aiohttp). Reads a job as JSON on standard input and writes what it measured as JSON
on standard output; times are milliseconds. ``job["kind"]`` says whose channel is spoken: ours (``desk``) or Rasa's own
(``rest``). Every turn is told apart as ``plain`` (a response answered), ``acted`` (a custom action did) or ``bad``.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import aiohttp

from tools.bench_messages import kind_of_desk, kind_of_rest, mixture

#: Seconds for one answer; a turn that takes longer is bad.
LONGEST = 30


class Line:
    """Speaks one bot's channel. ``job`` has ``kind``, ``url``, and what the channel needs."""

    def __init__(self, session: aiohttp.ClientSession, job: Mapping[str, Any]) -> None:
        self._session, self._job = session, job
        self._carry: dict[str, Any] = {}

    async def ask(self, conversation: str, text: str) -> tuple[float, str]:
        """Milliseconds until the whole answer was there, and its kind."""
        body = self._desk_body(conversation, text) if self._job["kind"] == "desk" else {"sender": conversation, "message": text}
        started = time.perf_counter()
        try:
            async with self._session.post(self._job["url"], json=body) as response:
                answer = json.loads(await response.read())
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            return (time.perf_counter() - started) * 1000, "bad"
        took = (time.perf_counter() - started) * 1000
        if response.status != 200:
            return took, "bad"
        if self._job["kind"] == "rest":
            return took, kind_of_rest(answer, self._job["plain_begins"], self._job["acted_begins"])
        self._carry[conversation] = answer["carry"]
        return took, kind_of_desk(answer)

    def _desk_body(self, conversation: str, text: str) -> dict[str, Any]:
        return {
            "turn": uuid.uuid4().hex,
            "conversation": conversation,
            "store": self._job["store"],
            "buyer": {"id": self._job["buyer"], "name": None, "guest": False},
            "text": text,
            "choice": None,
            "now": datetime.now(timezone.utc).isoformat(),
            "agents_on_duty": True,
            "carry": self._carry.pop(conversation, None),
        }


async def check(line: Line, job: Mapping[str, Any]) -> dict[str, Any]:
    """The kind of answer to each message, asked by a fresh sender."""
    texts = [*job["plain"], *job["acting"]]
    return {"kinds": {text: (await line.ask(fresh(job), text))[1] for text in texts}}


async def routine(line: Line, job: Mapping[str, Any]) -> dict[str, Any]:
    """One turn after the other by fresh senders, plain and acted by turns so that both see the same machine."""
    plain, acting = itertools.cycle(job["plain"]), itertools.cycle(job["acting"])
    times: dict[str, list[float]] = {"plain": [], "acted": []}
    bad = 0
    for _ in range(job["turns"]):
        for wanted, texts in (("plain", plain), ("acted", acting)):
            took, kind = await line.ask(fresh(job), next(texts))
            bad += kind != wanted
            times[wanted].append(round(took, 2))
    return {**times, "bad": bad}


async def throughput(line: Line, job: Mapping[str, Any], senders: int, mixed: bool) -> dict[str, Any]:
    """Answered turns a second while ``senders`` fresh senders ask at once, each again as soon as it is answered."""
    texts = mixture(job["plain"], job["acting"]) if mixed else ((text, "plain") for text in itertools.cycle(job["plain"]))
    times: list[float] = []
    bad = 0
    started = time.perf_counter()
    end = started + job["seconds"]

    async def sender() -> None:
        nonlocal bad
        while time.perf_counter() < end:
            text, wanted = next(texts)
            took, kind = await line.ask(fresh(job), text)
            bad += kind != wanted
            if kind == wanted:
                times.append(took)

    await asyncio.gather(*(sender() for _ in range(senders)))
    # Until the last answer: the turns that were still running at the end are counted, and so is their time.
    return {"per_second": round(len(times) / (time.perf_counter() - started), 2), "turns": len(times), "bad": bad}


async def long_conversation(line: Line, job: Mapping[str, Any]) -> dict[str, Any]:
    """The time of each message of one conversation, plain questions in a fixed order over and over."""
    conversation = fresh(job)
    times: list[float] = []
    bad = 0
    for text in itertools.islice(itertools.cycle(job["plain"]), job["length"]):
        took, kind = await line.ask(conversation, text)
        bad += kind != "plain"
        times.append(round(took, 2))
    return {"times": times, "bad": bad}


def fresh(job: Mapping[str, Any]) -> str:
    """A sender that nobody has met; the stock action reads the buyer from its beginning."""
    return f"{job['buyer']}-{uuid.uuid4().hex}"


async def run(job: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the job asks for, one after the other."""
    headers = {"Authorization": f"Bearer {job['secret']}"} if job.get("secret") else {}
    timeout = aiohttp.ClientTimeout(total=LONGEST)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        line = Line(session, job)
        if job["only_check"]:
            return await check(line, job)
        await throughput(line, {**job, "seconds": job["warm_up"]}, 4, True)
        return {
            "routine": await routine(line, job),
            "throughput": [
                {"senders": senders, "mixed": mixed, **await throughput(line, job, senders, mixed)}
                for mixed in (False, True)
                for senders in job["senders"]
            ],
            "conversation": await long_conversation(line, job),
        }


if __name__ == "__main__":
    json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)
