"""The two systems under measurement, each with its bot and its action server, from process start to the first answer."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from tools.bench_messages import BUYER, PLAIN, STORE
from tools.bench_stock import ACTED_BEGINS, PLAIN_BEGINS
from tools.bench_training import Trained
from tools.environments import ROOT, python_of
from tools.model import environment
from tools.ports import free_ports
from tools.processes import NotReady, Process, System, end

#: Seconds that a system gets for its first answer, and between two tries: the error of a cold start.
ANSWER_WITHIN = 600
TRY_EVERY = 0.02


@dataclass(frozen=True)
class Running:
    """A system that has given its first answer: how long that took (seconds), and what a load job needs to reach it."""

    cold_start: float
    bot: Process
    actions: Process
    job: Mapping[str, Any]


@contextmanager
def ours(folder: Path, secrets: Mapping[str, str]) -> Iterator[Running]:
    """Bot and actions as ``make run`` starts them, without the desk. ``folder`` has ``orders.db``. Raises NotReady."""
    secret = secrets["AFTERSALES_BOT_SECRET"]
    with System(folder=folder, ports=free_ports(), secrets=secrets, demo_agents=()) as system:
        started = time.monotonic()
        actions = system.start_one("actions")
        bot = system.start_one("bot")
        url = bot.ready_address.removesuffix("/ready") + "/turn"

        def turn(sender: str, text: str) -> dict[str, Any]:
            return {
                "turn": uuid.uuid4().hex, "conversation": sender, "store": STORE, "text": text, "choice": None,
                "buyer": {"id": BUYER, "name": None, "guest": False}, "now": datetime.now(timezone.utc).isoformat(),
                "agents_on_duty": True, "carry": None,
            }  # fmt: skip

        _first_answer(bot, url, turn, {"Authorization": f"Bearer {secret}"})
        cold_start = time.monotonic() - started
        yield Running(cold_start, bot, actions, {"kind": "desk", "url": url, "secret": secret, "store": STORE, "buyer": BUYER})


@contextmanager
def stock(folder: Path, trained: Trained) -> Iterator[Running]:
    """The stock project with its REST channel and a SQLite tracker store in ``folder``. Raises NotReady."""
    ports = free_ports()
    project, python = ROOT / trained.folder, str(python_of("stock"))
    variables = {
        **environment(),
        "STOCK_ACTIONS": f"http://127.0.0.1:{ports.actions}/webhook",
        "STOCK_TRACKERS": str(folder / "stock-trackers.db"),
        "STOCK_ORDERS": str(folder / "orders.db"),
        "SANIC_HOST": "127.0.0.1",
    }
    running: list[Process] = []

    def start(name: str, arguments: list[str]) -> Process:
        log = folder / f"stock-{name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [python, "-m", *arguments], cwd=project, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        running.append(Process(name, popen, "", log))
        return running[-1]

    try:
        started = time.monotonic()
        actions = start("actions", ["rasa_sdk", "--actions", "actions", "--port", str(ports.actions), "--quiet"])
        bot = start("bot", [
            "rasa", "run", "--model", "models/stock.tar.gz", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
            "--interface", "127.0.0.1", "--port", str(ports.bot), "--quiet",
        ])  # fmt: skip
        url = f"http://127.0.0.1:{ports.bot}/webhooks/rest/webhook"
        _first_answer(bot, url, lambda sender, text: {"sender": sender, "message": text}, {})
        cold_start = time.monotonic() - started
        job = {"kind": "rest", "url": url, "buyer": BUYER, "plain_begins": PLAIN_BEGINS, "acted_begins": ACTED_BEGINS}
        yield Running(cold_start, bot, actions, job)
    finally:
        for process in reversed(running):
            end(process)


def _first_answer(bot: Process, url: str, body: Callable[[str, str], Any], headers: Mapping[str, str]) -> None:
    """Ask until there is an answer with something in it. Raises NotReady when the bot ends or takes too long.

    Each try is a new sender, and after an empty answer another question, so that no try makes the next one slower.
    """
    deadline = time.monotonic() + ANSWER_WITHIN
    number = 0
    while time.monotonic() < deadline:
        content = json.dumps(body(f"{BUYER}-first{uuid.uuid4().hex}", PLAIN[number % len(PLAIN)])).encode()
        request = urllib.request.Request(url, content, {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:
                if json.load(answer):
                    return
                number += 1
        except (urllib.error.URLError, OSError, ValueError):
            pass
        if bot.running.poll() is not None:
            break
        time.sleep(TRY_EVERY)
    # The log lies in a scratch folder that is gone by the time that anybody reads this.
    end_of_log = bot.log.read_text(errors="replace")[-2000:]
    raise NotReady(f"{bot.log.stem} gave no answer within {ANSWER_WITHIN} s, or ended; its last words:\n{end_of_log}")


def resident(process: Process) -> float:
    """Resident memory of a process in MB, without that of children (neither bot has any)."""
    status = Path(f"/proc/{process.running.pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        kilobytes = int(line.split()[1])
    else:
        command = ["ps", "-o", "rss=", "-p", str(process.running.pid)]
        kilobytes = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return kilobytes / 1024


def load_average() -> float:
    """What else the machine was doing in the last minute."""
    return round(os.getloadavg()[0], 2)
