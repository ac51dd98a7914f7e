"""The stock Rasa project that `make bench` compares with: what `rasa init` makes, on this project's intent data.

The configuration is Rasa's own default, taken from the installed package, with its tokenizer for Chinese. Each intent
gets one response and one rule; a few are answered by a custom action that looks an order up, as this project's do.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench_data import Data, nlu_file
from tools.bench_messages import PLAIN_INTENTS
from tools.environments import ROOT, python_of
from tools.model import environment

#: Set by our reader and never learnt, so a stock project has no use for it.
NOT_LEARNT = frozenset({"handoff"})
#: Answered by a custom action here as there; every other intent has a response.
ACTED = ("logistics_status", "shipping_time", "refund_status", "return_status", "invoice_request", "order_cancel")
#: Three short stories, as many as `rasa init` brings.
STORIES = (
    ("happy path", ("greet", "logistics_status", "thank")),
    ("sad path 1", ("greet", "refund_how", "affirm", "thank")),
    ("sad path 2", ("greet", "promotion_rule", "deny", "goodbye")),
)
#: How the stock answers begin, so that a run can tell which kind it got.
PLAIN_BEGINS, ACTED_BEGINS = "您好，您问的是", "您的订单"
#: What a model depends on; the endpoints change with every run.
TRAINED_ON = ("config.yml", "domain.yml", "data/*.yml")

_TITLE = re.compile(r"^  (\w+): (.+)$")

ENDPOINTS = """\
action_endpoint:
  url: ${STOCK_ACTIONS}
tracker_store:
  type: SQL
  dialect: sqlite
  db: ${STOCK_TRACKERS}
"""

ACTIONS = '''\
"""The stock project's action: looks up the order that the message names, in the same order file as ours."""

import asyncio
import os
import re
from pathlib import Path

from rasa_sdk import Action

from aftersales.orders import BuyerIdentity
from aftersales.orders.sqlite import SqliteOrders

ORDERS = SqliteOrders(Path(os.environ["STOCK_ORDERS"]))


class ActionOrder(Action):
    def name(self):
        return "action_order"

    async def run(self, dispatcher, tracker, domain):
        buyer = BuyerIdentity("jd-digital", tracker.sender_id.partition("-")[0], False)
        number = re.search(r"\\d{8,}", tracker.latest_message["text"])
        order = await asyncio.to_thread(ORDERS.find_order, buyer, number.group()) if number else None
        dispatcher.utter_message(text=f"ACTED_BEGINS{order.number}现在是{order.state}。" if order else "没有找到订单。")
        return []
'''


def titles_of(text: str) -> dict[str, str]:
    """The titles in ``rules/intent_titles.yml``."""
    return {match[1]: match[2] for line in text.splitlines() if (match := _TITLE.match(line))}


def project_files(
    examples: Mapping[str, Sequence[str]], titles: Mapping[str, str], default_config: str, *, epochs: int | None = None
) -> dict[str, str]:
    """The project's files by path. ``epochs`` replaces Rasa's own 100, for a smoke run."""
    intents = [name for name in examples if name not in NOT_LEARNT]
    config = default_config
    for before, after in (
        ("name: WhitespaceTokenizer", "name: JiebaTokenizer"),
        ("language: en", "language: zh"),
        ("placeholder_default", "stock"),
        *([("epochs: 100", f"epochs: {epochs}")] if epochs else []),
    ):
        if before not in config:
            raise ValueError(f"Rasa's default configuration no longer has {before!r}; look at it and mend tools/bench_stock.py")
        config = config.replace(before, after)
    domain = ['version: "3.1"', "intents:", *(f"- {name}" for name in intents), "actions:", "- action_order", "responses:"]
    rules = ['version: "3.1"', "rules:"]
    for name in intents:
        if name not in ACTED:
            domain += [f"  utter_{name}:", f"  - text: {PLAIN_BEGINS}“{titles.get(name, name)}”，按订单页的提示操作就可以。"]
        rules += [f"- rule: {name}", "  steps:", f"  - intent: {name}", f"  - action: {_answer(name)}"]
    domain += ["session_config:", "  session_expiration_time: 60", "  carry_over_slots_to_new_session: true"]
    return {
        "config.yml": config,
        "domain.yml": _text(domain),
        "data/nlu.yml": nlu_file({name: examples[name] for name in intents}),
        "data/rules.yml": _text(rules),
        "data/stories.yml": _text(_stories()),
        "endpoints.yml": ENDPOINTS,
        "credentials.yml": "rest:\n",
        "actions/actions.py": ACTIONS.replace("ACTED_BEGINS", ACTED_BEGINS),
    }


def _answer(intent: str) -> str:
    return "action_order" if intent in ACTED else f"utter_{intent}"


def _stories() -> list[str]:
    lines = ['version: "3.1"', "stories:"]
    for story, intents in STORIES:
        lines += [f"- story: {story}", "  steps:"]
        for intent in intents:
            lines += [f"  - intent: {intent}", f"  - action: {_answer(intent)}"]
    return lines


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Slice:
    """A part of the data and of the training: enough for a model that answers, not for one that compares."""

    intents: frozenset[str]
    examples_an_intent: int
    epochs: int

    def of(self, examples: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        """The examples that belong to it."""
        return {name: lines[: self.examples_an_intent] for name, lines in examples.items() if name in self.intents}


#: For a smoke run: the intents that are asked for, and those of the stories.
SMALL = Slice(frozenset({*PLAIN_INTENTS, *ACTED, *(intent for _, steps in STORIES for intent in steps)}), 60, 30)


def generate(folder: Path, data: Data, part: Slice | None = None) -> None:
    """Write the project on ``data``, or on a ``part`` of it, into ``folder``, over an older one. A trained model is kept."""
    for old in ("data", "actions", "tests"):
        shutil.rmtree(folder / old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    # Rasa's own scaffolding, as `rasa init --no-prompt` calls it; then the parts that are about our data.
    scaffold = "import sys; from rasa.cli.scaffold import create_initial_project as create; create(sys.argv[1])"
    subprocess.run([str(python_of("stock")), "-c", scaffold, str(folder)], cwd=ROOT, env=environment(), check=True)
    shutil.rmtree(folder / "tests", ignore_errors=True)
    default = next(python_of("stock").parent.parent.glob("lib/*/site-packages/rasa/engine/recipes/config_files/default_config.yml"))
    titles = titles_of((ROOT / "rules" / "intent_titles.yml").read_text(encoding="utf-8"))
    chosen = part.of(data.texts()) if part else data.texts()
    files = project_files(chosen, titles, default.read_text(encoding="utf-8"), epochs=part.epochs if part else None)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def fingerprint(folder: Path, lock: str) -> str:
    """One hash over what the model in ``folder`` is made of: its training files and the locked packages (``lock``)."""
    digest = hashlib.sha256(lock.encode())
    for path in sorted(path for pattern in TRAINED_ON for path in folder.glob(pattern)):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
