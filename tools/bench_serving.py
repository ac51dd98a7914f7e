"""Cold start, memory, latency and throughput of both systems, in rounds that take turns."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import bench_messages as messages
from tools.bench_report import Row, Section, of_ours, of_stock, percentile
from tools.bench_systems import Running, load_average, resident
from tools.environments import ROOT, python_of
from tools.model import environment
from tools.processes import NotReady
from tools.run import load_demo_orders
from tools.say import say, step

Start = Callable[[Path], AbstractContextManager[Running]]


@dataclass(frozen=True)
class Plan:
    """How much is measured. ``turns`` a kind, ``seconds`` a throughput figure, ``probes`` numbers of messages."""

    rounds: int
    turns: int
    seconds: float
    warm_up: float
    senders: tuple[int, ...]
    probes: tuple[int, ...]


FULL = Plan(rounds=3, turns=150, seconds=8, warm_up=4, senders=(1, 8, 32), probes=(10, 100, 500))
QUICK = Plan(rounds=1, turns=20, seconds=2, warm_up=1, senders=(1, 8, 32), probes=(10, 100))


def measure(plan: Plan, ours: Start, stock: Start) -> Section:
    """Measure both. Exits when a system does not start, or when too few messages are answered as meant by both."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        load_demo_orders(f"{folder}/orders.db")
        try:
            plain, acting, notes = _common_messages(folder, {"ours": ours, "stock": stock})
            rounds: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
            for number in range(plan.rounds):
                for name, start in (("ours", ours), ("stock", stock)):
                    with step(f"round {number + 1} of {plan.rounds}: {name}"):
                        rounds[name].append(_round(plan, folder, start, plain, acting))
        except NotReady as problem:
            raise SystemExit(str(problem)) from problem
    for name, measured in rounds.items():
        bad = sum(_bad(one["load"]) for one in measured)
        if bad:
            notes.append(f"{name}: {bad} turns were not answered as meant; they are not counted as answered")
        loads = ", ".join(str(one["load_average"]) for one in measured)
        notes.append(f"{name}: load average of the machine before each round: {loads}")
    return Section("Serving", rows_of(plan, rounds["ours"], rounds["stock"], len(plain)), notes, {"rounds": rounds})


def _round(plan: Plan, folder: Path, start: Start, plain: Sequence[str], acting: Sequence[str]) -> dict[str, Any]:
    load = load_average()
    with start(folder) as system:
        idle = resident(system.bot)
        job = {
            "plain": plain, "acting": acting, "only_check": False, "turns": plan.turns, "seconds": plan.seconds,
            "warm_up": plan.warm_up, "senders": plan.senders, "length": max(plan.probes) + len(plain),
        }  # fmt: skip
        measured = _load({**job, **system.job})
        return {
            "cold_start": round(system.cold_start, 2),
            "idle": round(idle, 1),
            "loaded": round(resident(system.bot), 1),
            "actions_loaded": round(resident(system.actions), 1),
            "load_average": load,
            "load": measured,
        }


def _load(job: Mapping[str, Any]) -> Any:
    command = [str(python_of("bot")), "-m", "tools.bench_load"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), input=json.dumps(job), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit("the load generator failed; its own words are above")
    return json.loads(done.stdout)


def _common_messages(folder: Path, starts: Mapping[str, Start]) -> tuple[list[str], list[str], list[str]]:
    """The messages that both answer as meant, and notes on the others. It also warms up disk and caches for both."""
    notes: list[str] = []
    plain, acting = list(messages.PLAIN), list(messages.ACTING)
    for name, start in starts.items():
        with step(f"check of the messages: {name}"), start(folder) as system:
            job = {"plain": messages.PLAIN, "acting": messages.ACTING, "only_check": True}
            kinds = _load({**job, **system.job})["kinds"]
        for kept, wanted in ((plain, "plain"), (acting, "acted")):
            for text in [text for text in kept if kinds[text] != wanted]:
                kept.remove(text)
                notes.append(f"not used, {name} does not answer it as meant ({wanted}): {text}")
    for note in notes:
        say(note)
    if len(plain) < messages.FEWEST_PLAIN or len(acting) < messages.FEWEST_ACTING:
        sys.exit("too few messages are answered as meant by both; mend the bots, or choose others in tools/bench_messages.py")
    return plain, acting, notes


def _bad(load: Mapping[str, Any]) -> int:
    parts = [load["routine"], load["conversation"], *load["throughput"]]
    return sum(int(part["bad"]) for part in parts)


def around(times: Sequence[float], message: int, width: int) -> float:
    """The median time of ``width`` messages around the ``message``-th: once through all questions, so that windows compare.

    A window that would begin before the first message begins with it.
    """
    first = max(0, message - 1 - width // 2)
    return percentile(times[first : first + width], 0.5)


def rows_of(
    plan: Plan, ours: Sequence[Mapping[str, Any]], stock: Sequence[Mapping[str, Any]], questions: int
) -> list[Row]:
    """The rows out of the rounds of both sides. ``questions`` is how many different plain questions were asked."""

    def row(name: str, unit: str, value: Callable[[Mapping[str, Any]], float], aim: Any = None) -> Row:
        return Row(name, unit, [value(one) for one in ours], [value(one) for one in stock], aim)

    def routine(kind: str, share: float) -> Callable[[Mapping[str, Any]], float]:
        return lambda one: percentile(one["load"]["routine"][kind], share)

    def message(number: int) -> Callable[[Mapping[str, Any]], float]:
        return lambda one: around(one["load"]["conversation"]["times"], number, questions)

    rows = [
        row("cold start, to the first answer", "s", lambda one: one["cold_start"], of_stock("≤", 1 / 3, "1/3")),
        row("resident memory, idle", "MB", lambda one: one["idle"], of_stock("≤", 0.7, "0.7")),
        row("resident memory, after load", "MB", lambda one: one["loaded"], of_stock("≤", 0.7, "0.7")),
        row("routine turn, p50", "ms", routine("plain", 0.5)),
        row("routine turn, p95", "ms", routine("plain", 0.95), of_stock("≤", 0.25, "1/4")),
        row("turn with an action, p50", "ms", routine("acted", 0.5)),
        row("turn with an action, p95", "ms", routine("acted", 0.95)),
        row(
            "turn with an action / without, p50", "×",
            lambda one: routine("acted", 0.5)(one) / routine("plain", 0.5)(one), of_ours(1.6),
        ),
    ]  # fmt: skip
    for place in range(2 * len(plan.senders)):
        one = ours[0]["load"]["throughput"][place]
        kind = "one in three with an action" if one["mixed"] else "plain answers"
        name = f"messages a second, {one['senders']} sender{'s' if one['senders'] > 1 else ''}, {kind}"
        rows.append(row(name, "/s", lambda one, place=place: one["load"]["throughput"][place]["per_second"],  # type: ignore[misc]
                        of_stock("≥", 6, "6")))  # fmt: skip
    rows += [row(f"message {number} of one conversation", "ms", message(number)) for number in plan.probes]
    first, last = plan.probes[0], plan.probes[-1]
    rows.append(row(f"message {last} / message {first}", "×", lambda one: message(last)(one) / message(first)(one), of_ours(1.2)))
    return rows
