"""What the desk does with the bot: one call a turn, carrying along what the last answer said to bring."""

from __future__ import annotations

import os
import signal
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import httpx

from tools.processes import System, end

#: Longer than the bot's own deadlines for two tries at an action.
PATIENCE = 20.0


@dataclass
class Desk:
    """The running bot, as the desk sees it."""

    system: System
    address: str
    secret: str

    def post(self, body: Any, *, secret: str | None = None) -> httpx.Response:
        """One call to the turn address, with the right secret unless another is given."""
        headers = {"Authorization": f"Bearer {self.secret if secret is None else secret}"}
        return httpx.post(f"{self.address}/turn", json=body, headers=headers, timeout=PATIENCE)

    def ready(self) -> tuple[int, dict[str, Any]]:
        """Status and body of the readiness check."""
        response = httpx.get(f"{self.address}/ready", timeout=PATIENCE)
        return response.status_code, response.json()

    def kill(self, name: str) -> None:
        """End one process of the system (``actions`` or ``bot``)."""
        end(self._process(name))

    def strike(self, name: str) -> None:
        """Kill one process on the spot: it gets no chance to finish anything."""
        running = self._process(name).running
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()

    def revive(self, name: str) -> None:
        """Start it again and wait until it is ready."""
        self.system.start_one(name)
        self.system.wait()

    def freeze(self, name: str) -> None:
        """Let a process hang without ending it."""
        os.killpg(self._process(name).running.pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        os.killpg(self._process(name).running.pid, signal.SIGCONT)

    def _process(self, name: str) -> Any:
        return next(process for process in self.system.processes if process.name == name)


def turn(store: str, buyer: str, text: str, /, **changes: Any) -> dict[str, Any]:
    """The body of one turn in a conversation of its own; ``changes`` replace fields. ``guest`` is nobody we know."""
    return {
        "turn": f"m_{uuid.uuid4().hex}",
        "conversation": f"c_{uuid.uuid4().hex}",
        "store": store,
        "buyer": {"id": buyer, "name": None, "guest": buyer == "guest"},
        "text": text,
        "choice": None,
        "now": datetime.now(timezone.utc).isoformat(),
        "agents_on_duty": True,
        "carry": None,
        **changes,
    }


@dataclass
class Buyer:
    """A buyer in one conversation."""

    desk: Desk
    store: str
    id: str
    conversation: str = field(default_factory=lambda: f"c_{uuid.uuid4().hex}")
    carry: dict[str, Any] | None = None
    offered: list[dict[str, str]] = field(default_factory=list)

    def says(self, text: str, **changes: Any) -> dict[str, Any]:
        """Send a message; returns the bot's answer."""
        body = turn(self.store, self.id, text, conversation=self.conversation, carry=self.carry, **changes)
        response = self.desk.post(body)
        assert response.status_code == 200, f"{text}: {response.status_code} {response.text}"
        answer: dict[str, Any] = response.json()
        self.carry = answer["carry"]
        self.offered = [choice for message in answer["messages"] for choice in message["choices"]]
        return answer

    def taps(self, title: str) -> dict[str, Any]:
        """Tap the one offered choice whose title contains ``title``."""
        fitting = [choice for choice in self.offered if title in choice["title"]]
        titles = [choice["title"] for choice in self.offered]
        assert len({choice["payload"] for choice in fitting}) == 1, f"no single choice {title!r} among {titles}"
        return self.says(fitting[0]["title"], choice=fitting[0]["payload"])
