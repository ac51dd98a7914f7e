"""One running bot with its action server for the whole session: real model, real channel, real actions, demo orders."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator

import pytest
from botkit.desk_side import Desk

from tools.environments import ROOT, python_of
from tools.model import MODEL, environment
from tools.ports import free_ports
from tools.processes import System


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk's side of the wire to a bot that runs in a folder and on ports of its own."""
    if not MODEL.is_file():
        pytest.fail(f"{MODEL} is missing; run `make model`")
    folder = tmp_path_factory.mktemp("system")
    orders = folder / "orders.db"
    command = [str(python_of("bot")), "-m", "aftersales.orders.demo", "--stores", "stores", "--into", str(orders)]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)
    ports = free_ports()
    secret = secrets.token_urlsafe(36)
    with pytest.MonkeyPatch.context() as patch:
        # The demo orders of this folder, whatever order system the developer's own environment names.
        patch.setenv("AFTERSALES_ORDERS", f"sqlite:{orders}")
        system = System(
            folder=folder,
            ports=ports,
            secrets={"AFTERSALES_BOT_SECRET": secret, "DEMO_AGENT_PASSWORD": "unused"},
            demo_agents=(),
        )
    with system:
        system.start_one("actions")
        system.start_one("bot")
        system.wait()
        yield Desk(system, f"http://127.0.0.1:{ports.bot}/webhooks/desk", secret)
