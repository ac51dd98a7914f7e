"""``python -m desk`` serves; ``python -m desk add-agent NAME`` makes somebody who may log in to the console."""

from __future__ import annotations

import argparse
import asyncio
import gc
import getpass
import os
import sys
from collections.abc import Sequence

from aftersales.errors import AftersalesError
from aftersales.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Answers 1, with the reason on stderr, when the desk cannot start."""
    chosen = _parser().parse_args(arguments)
    try:
        settings = load_settings(os.environ)
        if chosen.command == "add-agent":
            return asyncio.run(_add_agent(settings, chosen))
        return _serve(settings, chosen.demo_agent)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 1


def _serve(settings: Settings, demo_agents: Sequence[str]) -> int:
    # What is made while starting lives to the end: collecting garbage among it is a sixth of the start's time.
    gc.disable()
    from desk.app import DemoAgent, build
    from desk.web.logs import configure

    if demo_agents and not settings.demo:
        print("--demo-agent: is for demos. Set AFTERSALES_DEMO=1, or use `python -m desk add-agent`", file=sys.stderr)
        return 1
    agents = []
    for pair in demo_agents:
        name, colon, password = pair.partition(":")
        if not colon or not name or not password:
            print("--demo-agent: is not NAME:PASSWORD. Write both with a colon between them", file=sys.stderr)
            return 1
        agents.append(DemoAgent(name, password))
    configure(settings.log_level)
    app = build(settings, demo_agents=agents)
    app.after_server_start(_collect_from_here)
    app.run(
        host=settings.desk_host,
        port=settings.desk_port,
        single_process=True,
        access_log=False,
        motd=False,
        debug=False,
    )
    return 0


async def _collect_from_here(*_: object) -> None:
    gc.freeze()
    gc.enable()


async def _add_agent(settings: Settings, chosen: argparse.Namespace) -> int:
    from desk.app import add_agent
    from desk.model import Role

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    agent = await add_agent(
        settings,
        chosen.name,
        password,
        role=Role(chosen.role),
        groups=tuple(chosen.group),
        stores=tuple(chosen.store),
    )
    print(f"{agent.name} may log in ({agent.id})")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m desk", description="The after-sales desk.")
    parser.add_argument(
        "--demo-agent",
        action="append",
        default=[],
        metavar="NAME:PASSWORD",
        help="make this agent for a demo, unless the name exists; may be repeated",
    )
    commands = parser.add_subparsers(dest="command")
    add = commands.add_parser("add-agent", help="make an agent; the password is asked for, or read from stdin")
    add.add_argument("name")
    add.add_argument("--role", choices=("agent", "lead"), default="agent")
    add.add_argument("--group", action="append", default=[], help="only tickets of this group; may be repeated")
    add.add_argument("--store", action="append", default=[], help="only tickets of this store; may be repeated")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
