"""``make chat``: the same bot in the terminal, with the real actions behind it, as a demo buyer."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tools.environments import ROOT, ensure
from tools.model import ensure_model
from tools.ports import free_ports
from tools.processes import NotReady, System
from tools.run import load_demo_orders
from tools.say import step
from tools.secrets_file import ensure_secrets, store_ids

BEIJING = timezone(timedelta(hours=8))


def main() -> int:
    """Start bot and actions on free ports, then talk until the end of input."""
    stores = store_ids(ROOT / "stores")
    parser = argparse.ArgumentParser(prog="make chat", description=__doc__)
    parser.add_argument("--store", default=stores[0], choices=stores)
    parser.add_argument("--buyer", default="u1001", help="id of a demo buyer (stores/<id>/demo.yml), or guest")
    options = parser.parse_args()
    ensure("bot")
    ensure_model()
    secrets = ensure_secrets(stores)
    with tempfile.TemporaryDirectory() as folder:
        load_demo_orders(f"{folder}/orders.db")
        with System(folder=Path(folder), ports=free_ports(), secrets=secrets, demo_agents=()) as system:
            try:
                with step("starting bot and actions"):
                    system.start_one("actions")
                    bot = system.start_one("bot")
                    system.wait()
            except NotReady as problem:
                print(problem, file=sys.stderr)
                return 1
            address = bot.ready_address.removesuffix("/ready") + "/turn"
            talk(address, secrets["AFTERSALES_BOT_SECRET"], options.store, options.buyer)
    return 0


def talk(address: str, secret: str, store: str, buyer: str) -> None:
    """Read lines, show answers; a number taps a choice; Ctrl-D ends."""
    conversation, carry, choices = f"chat-{uuid.uuid4().hex[:8]}", None, []
    print(f"店铺 {store}，买家 {buyer}。直接输入问题；输入数字点选项；Ctrl-D 结束。")
    while True:
        try:
            line = input("买家> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not line:
            continue
        chosen = choices[int(line) - 1] if line.isdigit() and 0 < int(line) <= len(choices) else None
        answer = ask(address, secret, {
            "turn": uuid.uuid4().hex,
            "conversation": conversation,
            "store": store,
            "buyer": {"id": buyer, "name": None, "guest": buyer == "guest"},
            "text": chosen["title"] if chosen else line,
            "choice": chosen["payload"] if chosen else None,
            "now": datetime.now(BEIJING).isoformat(),
            "agents_on_duty": True,
            "carry": carry,
        })  # fmt: skip
        carry, choices = answer["carry"], []
        for message in answer["messages"]:
            print("\n".join(f"  {part}" for part in message["text"].splitlines()))
            for choice in message["choices"]:
                choices.append(choice)
                print(f"    [{len(choices)}] {choice['title']}")
        print(f"    — {describe(answer)}")


def describe(answer: dict[str, Any]) -> str:
    """One line on what the bot understood and decided."""
    reading = answer["reading"]
    parts = [answer["outcome"], f"{reading['intent']} {reading['confidence']:.2f}", reading["emotion"], *reading["risk"]]
    if answer["handoff"]:
        parts.append(f"→ {answer['handoff']['group']}/{answer['handoff']['priority']}: {answer['handoff']['reason_text']}")
    return " · ".join(parts)


def ask(address: str, secret: str, turn: dict[str, Any]) -> dict[str, Any]:
    """One turn over the desk's channel."""
    request = urllib.request.Request(
        address,
        json.dumps(turn).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


if __name__ == "__main__":
    sys.exit(main())
