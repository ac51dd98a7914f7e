"""``make answers``: docs/answers.md, what the bot says to each routine question in each demo store.

Starts the action server and the bot on free ports with a folder of their own, puts every question of
``tools/answers_questions.yml`` to the bot as the desk would, and writes down what the buyer reads. The desk is not started:
it passes the bot's words on as they are. Demo orders and turns are dated :data:`CLOCK`, so the page changes only when
answers do. The answers are also kept in ``reports/answers.json``; ``--recorded`` writes the page from there again.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from aftersales.orders.demo import load_demo_buyers, load_demo_orders
from aftersales.orders.sqlite import write_orders
from tools.answers_render import Shop, render
from tools.environments import ROOT
from tools.ports import free_ports
from tools.processes import NotReady, System
from tools.say import say, step

QUESTIONS = ROOT / "tools" / "answers_questions.yml"
PAGE = ROOT / "docs" / "answers.md"
RECORD = ROOT / "reports" / "answers.json"
#: The moment at which everything is asked: a working morning in every demo store. Each turn tells the bot its time, and
#: demo orders are dated relative to it.
CLOCK = datetime(2026, 11, 24, 10, 20, tzinfo=timezone(timedelta(hours=8)))
#: Intents that are no question the bot answers by itself: a person takes over, or it asks what was meant.
NOT_ROUTINE = frozenset({"handoff", "human_request", "nlu_fallback", "other"})
#: Seconds to wait for one answer; longer than the bot's own deadlines for two tries at an action.
PATIENCE = 30.0


@dataclass(frozen=True)
class Question:
    """What a demo buyer asks; ``taps``: part of a choice's title tapped after the first answer, or empty."""

    topic: str
    intent: str
    store: str
    buyer: str
    says: str
    taps: str = ""


def load_questions(path: Path = QUESTIONS) -> list[Question]:
    """All questions in the order of the file. Raises ValueError naming the intent for one that is not complete."""
    questions = []
    for topic, intents in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for intent, stores in intents.items():
            for store, asked in stores.items():
                unknown = set(asked) - {"as", "says", "taps"}
                if unknown or not asked.get("as") or not asked.get("says"):
                    raise ValueError(f"{path}: {intent} in {store}: write as, says and perhaps taps, not {sorted(asked)}")
                questions.append(Question(topic, intent, store, asked["as"], asked["says"], asked.get("taps", "")))
    return questions


class Bot:
    """The running bot, asked as the desk asks it."""

    def __init__(self, address: str, secret: str) -> None:
        self._address, self._secret = address, secret

    def ask(self, number: int, question: Question) -> dict[str, Any]:
        """One question in a conversation of its own: the question, each exchange, what was read, what came of it.

        Raises ValueError when there is no choice to tap as the question says.
        """
        first = self._turn(number, question, question.says, None, None)
        exchanges = [_exchange(question.says, first)]
        last = first
        if question.taps:
            choices = [choice for message in first["messages"] for choice in message["choices"]]
            fitting = [choice for choice in choices if question.taps in choice["title"]]
            if not fitting:
                raise ValueError(f"{question.says}: no choice {question.taps!r} among {[one['title'] for one in choices]}")
            last = self._turn(number, question, fitting[0]["title"], fitting[0]["payload"], first["carry"])
            exchanges.append(_exchange(fitting[0]["title"], last))
        read = first["reading"]["intent"]
        return {**asdict(question), "read": read, "outcome": last["outcome"], "exchanges": exchanges}

    def _turn(self, number: int, question: Question, text: str, choice: str | None, carry: Any) -> dict[str, Any]:
        body = {
            "turn": f"m_{number}_{'tap' if choice else 'says'}",
            "conversation": f"c_{number}",
            "store": question.store,
            "buyer": {"id": question.buyer, "name": None, "guest": False},
            "text": text,
            "choice": choice,
            "now": CLOCK.isoformat(),
            "agents_on_duty": True,
            "carry": carry,
        }
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._address, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


def _exchange(said: str, answer: dict[str, Any]) -> dict[str, Any]:
    messages = [
        {"text": one["text"], "buttons": [choice["title"] for choice in one["choices"]], "template": one["template"]}
        for one in answer["messages"]
    ]
    return {"buyer": said, "bot": messages}


def ask_all(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Start bot and actions, ask everything, end them. Raises NotReady."""
    with tempfile.TemporaryDirectory() as name:
        folder, ports, secret = Path(name), free_ports(), secrets.token_urlsafe(36)
        write_orders(folder / "orders.db", load_demo_orders(ROOT / "stores", CLOCK))
        with System(folder=folder, ports=ports, secrets={"AFTERSALES_BOT_SECRET": secret}, demo_agents=()) as system:
            with step("starting actions and bot"):
                system.start_one("actions")
                system.start_one("bot")
                system.wait()
            bot = Bot(f"http://127.0.0.1:{ports.bot}/webhooks/desk/turn", secret)
            answers = []
            for number, question in enumerate(questions):
                answers.append(bot.ask(number, question))
                if (number + 1) % 20 == 0 or number + 1 == len(questions):
                    say(f"{number + 1} of {len(questions)} questions answered")
            return answers


def shops(folder: Path = ROOT / "stores") -> list[Shop]:
    """The demo stores with their demo buyers, by id."""
    found = []
    for store, buyers in load_demo_buyers(folder).items():
        terms = yaml.safe_load((folder / store / "store.yml").read_text(encoding="utf-8"))
        people = {buyer.id: (buyer.name, buyer.note) for buyer in buyers}
        found.append(Shop(store, terms["name"], terms["platform"], terms["tagline"], people))
    return found


def problems(answers: Iterable[dict[str, Any]]) -> list[str]:
    """What is wrong with the answers: misread, failed, or without a word."""
    found = []
    for one in answers:
        where = f"{one['store']}: {one['says']}"
        if one["read"] != one["intent"]:
            found.append(f"{where}: read as {one['read']}, meant {one['intent']}")
        if one["outcome"] in ("failed", "asked_back") or not all(exchange["bot"] for exchange in one["exchanges"]):
            found.append(f"{where}: {one['outcome']}")
    return found


def main() -> int:
    """Returns 0 when every question was read as meant and answered."""
    parser = argparse.ArgumentParser(prog="make answers", description=__doc__)
    parser.add_argument("--recorded", type=Path, help=f"write the page from these answers, such as {RECORD.name}")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write")
    options = parser.parse_args()
    if options.recorded:
        answers = json.loads(options.recorded.read_text(encoding="utf-8"))
    else:
        try:
            answers = ask_all(load_questions())
        except (NotReady, ValueError) as problem:
            print(problem, file=sys.stderr)
            return 1
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        RECORD.write_text(json.dumps(answers, ensure_ascii=False, indent=1), encoding="utf-8")
    options.page.write_text(render(answers, shops(), CLOCK), encoding="utf-8")
    found = problems(answers)
    for line in found:
        print(line, file=sys.stderr)
    say(f"{options.page.name}: {len(answers)} answers, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted; nothing is left running")
        sys.exit(130)
