"""The three processes of a running system: start, wait until really ready, notice a death, end cleanly."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools.environments import ROOT, python_of
from tools.model import MODEL, environment
from tools.say import say

#: Seconds that a process gets to become ready, and to end after it was asked to.
READY_WITHIN = 120
END_WITHIN = 10


class NotReady(Exception):
    """A process died or did not become ready; the message says which and where its log is."""


@dataclass(frozen=True)
class Ports:
    """Where the processes listen, all on loopback."""

    desk: int = 8000
    bot: int = 5005
    actions: int = 5055


@dataclass
class Process:
    """One running process."""

    name: str
    running: subprocess.Popen[bytes]
    ready_address: str
    log: Path


class System:
    """The demo system in a folder of its own (``var/`` by default). Use as a context manager."""

    def __init__(
        self,
        *,
        folder: Path,
        ports: Ports,
        secrets: Mapping[str, str],
        demo_agents: tuple[str, ...],
        database_url: str | None = None,
        orders: str | None = None,
    ) -> None:
        """``database_url`` and ``orders`` default to SQLite files in ``folder``."""
        self._folder, self._ports, self._demo_agents = folder, ports, demo_agents
        self.processes: list[Process] = []
        self._environment = {
            **environment(),
            **{name: value for name, value in secrets.items() if name.startswith("AFTERSALES_")},
            "AFTERSALES_DATABASE_URL": database_url or f"sqlite:///{folder / 'desk.db'}",
            "AFTERSALES_TRACKERS": str(folder / "trackers.db"),
            "AFTERSALES_ORDERS": orders or f"sqlite:{folder / 'orders.db'}",
            "AFTERSALES_DESK_PORT": str(ports.desk),
            "AFTERSALES_BOT_URL": f"http://127.0.0.1:{ports.bot}",
            "AFTERSALES_ACTIONS_URL": f"http://127.0.0.1:{ports.actions}",
            "AFTERSALES_DEMO": "1",
            # The action server has no authentication, so nobody but this machine may reach it.
            "SANIC_HOST": "127.0.0.1",
        }
        self._agents = [part for agent in demo_agents for part in ("--demo-agent", f"{agent}:{secrets['DEMO_AGENT_PASSWORD']}")]

    def __enter__(self) -> System:
        if threading.current_thread() is threading.main_thread():
            # Whoever asks this tool to end means the three processes too.
            signal.signal(signal.SIGTERM, _interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def desk_address(self) -> str:
        """Where the desk's pages are."""
        return f"http://127.0.0.1:{self._ports.desk}"

    def start(self) -> None:
        """Start all three and wait until each says that it is ready. Raises :class:`NotReady`."""
        for name in ("actions", "bot", "desk"):
            self.start_one(name)
        self.wait()

    def start_one(self, name: str) -> Process:
        """Start one of ``actions``, ``bot``, ``desk``."""
        command, address = self._command(name)
        log = self._folder / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            running = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        process = Process(name, running, address, log)
        self.processes = [other for other in self.processes if other.name != name] + [process]
        return process

    def _command(self, name: str) -> tuple[list[str], str]:
        python = str(python_of("desk" if name == "desk" else "bot"))
        ports = self._ports
        if name == "actions":
            command = [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(ports.actions), "--quiet"]
            return command, f"http://127.0.0.1:{ports.actions}/health"
        if name == "bot":
            command = [
                python, "-m", "bot", "run", "--model", str(MODEL.relative_to(ROOT)), "--endpoints", "endpoints.yml",
                "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(ports.bot), "--quiet",
            ]  # fmt: skip
            return command, f"http://127.0.0.1:{ports.bot}/webhooks/desk/ready"
        return [python, "-m", "desk", *self._agents], f"http://127.0.0.1:{ports.desk}/health/ready"

    def wait(self) -> None:
        """Wait until all started processes are ready, telling which became so."""
        deadline = time.monotonic() + READY_WITHIN
        waiting = list(self.processes)
        while waiting:
            for process in list(waiting):
                if process.running.poll() is not None:
                    raise NotReady(f"{process.name} ended with code {process.running.returncode}; its log is {process.log}")
                if _ready(process.ready_address):
                    say(f"{process.name} is ready")
                    waiting.remove(process)
            if waiting and time.monotonic() > deadline:
                names = ", ".join(f"{process.name} ({process.log})" for process in waiting)
                raise NotReady(f"not ready within {READY_WITHIN} s: {names}")
            time.sleep(0.1)

    def dead(self) -> Process | None:
        """A process that has ended by itself."""
        return next((process for process in self.processes if process.running.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to end, desk first so that no buyer meets a bot that is gone; then make sure."""
        if threading.current_thread() is threading.main_thread():
            # A second Ctrl-C must not leave half of them running; each is given a bounded time anyway.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        order = {"desk": 0, "bot": 1, "actions": 2}
        for process in sorted(self.processes, key=lambda process: order[process.name]):
            end(process)
        self.processes = []
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def end(process: Process) -> None:
    """Ask one process to end and make sure that it and its children have."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.running.pid, signal.SIGTERM)
    try:
        process.running.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.running.pid, signal.SIGKILL)
        process.running.wait()


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            json.load(answer)
            return True
    except (urllib.error.URLError, OSError, ValueError):
        return False
