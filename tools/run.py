"""``make run``: everything from nothing to a running demo, with progress; Ctrl-C ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from tools.door import ensure_door
from tools.environments import ROOT, ensure, python_of
from tools.model import ensure_model, environment
from tools.processes import NotReady, Ports, System
from tools.say import say, step
from tools.secrets_file import ensure_secrets, store_ids

DEMO_AGENTS = ("小王", "小李")


def main() -> int:
    """Prepare, start, and stay until Ctrl-C or until a process ends. Returns the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    # A shell that starts this in the background ignores Ctrl-C for it; `kill -INT` should end it all the same.
    signal.signal(signal.SIGINT, _interrupt)
    ports = Ports()
    for name, port in vars(ports).items():
        if _taken(port):
            return _fail(f"Port {port}, which {name} needs, is taken. Is another `make run` going? End it first.")
    ensure("bot", "desk")
    ensure_model()
    ensure_door()
    secrets = ensure_secrets(store_ids(ROOT / "stores"))
    load_demo_orders("var/orders.db")
    with System(
        folder=ROOT / "var",
        ports=ports,
        secrets=secrets,
        demo_agents=DEMO_AGENTS,
        database_url=os.environ.get("AFTERSALES_DATABASE_URL"),
        orders=os.environ.get("AFTERSALES_ORDERS"),
    ) as system:
        try:
            with step("starting actions, bot and desk"):
                system.start()
            _print_addresses(system, secrets["DEMO_AGENT_PASSWORD"])
            while (dead := system.dead()) is None:
                time.sleep(0.5)
            return _fail(f"{dead.name} ended by itself with code {dead.running.returncode}; its log is {dead.log}")
        except NotReady as problem:
            return _fail(str(problem))
        except KeyboardInterrupt:
            say("ending …")
    say("ended")
    return 0


def load_demo_orders(into: str) -> None:
    """Write the demo stores' orders, with times relative to now."""
    command = [str(python_of("bot")), "-m", "aftersales.orders.demo", "--stores", "stores", "--into", into]
    (ROOT / into).parent.mkdir(parents=True, exist_ok=True)
    with step("demo orders"):
        subprocess.run(command, cwd=ROOT, env=environment(), check=True)


def _print_addresses(system: System, password: str) -> None:
    print(
        f"""
  买家页面 (demo storefront)   {system.desk_address}/
  客服工作台 (agent console)   {system.desk_address}/console
      登录 (login)  {DEMO_AGENTS[0]} / {password}      或 {DEMO_AGENTS[1]} / {password}

  Logs: var/logs/   Ctrl-C ends all three processes.
""",
        flush=True,
    )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _fail(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted before everything was up; nothing is left running")
        sys.exit(130)
