"""What the report says beyond the single message: several wants in one, conversations, and stock Rasa beside us."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftersales.reading.model import Reading
from bot import handoff
from bot.channel import LONGEST_TEXT, neutralise
from bot.evaluate_dialogues import Player, read_set
from bot.evaluation.scores import Score, exactly, in_any_order, in_order, macro_f1, share
from bot.evaluation.sets import Several
from bot.evaluation.tables import Cell, Table
from bot.loading import Reader
from bot.wants import PERSON, pieces_of, wants_of

STOCK = Path("var/bench/stock-f1.json")
HOW_TO_GET_STOCK = f"Stock Rasa is not beside it: `make bench` trains it, reads the same sets with it and writes {STOCK}."
MOST_SHOWN = 8
#: A want of these is met by handing over.
FOR_A_PERSON = frozenset({"human_request", "complaint", "compensation_request", "dispute_escalation", "fake_suspect"})
VERDICTS = ("in time", "in time, other reason", "too early", "too late or never")


@dataclass(frozen=True)
class Reached:
    """What a reader reached on the everyday sets."""

    f1: Mapping[str, float]
    strict: float
    lenient: float

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Reached:
        """Out of the benchmark's JSON."""
        return cls({str(name): float(value) for name, value in data["f1"].items()}, float(data["strict"]), float(data["lenient"]))

    @property
    def macro_f1(self) -> float:
        """The mean F1."""
        return sum(self.f1.values()) / max(1, len(self.f1))


@dataclass(frozen=True)
class Stock:
    """What a stock Rasa project reached, how much data it was trained on, and this project's reader on as much."""

    amount: str
    reached: Reached
    ours: Reached | None = None


@dataclass(frozen=True)
class Told:
    """A message and the intents it was answered as, in order; ``divided``: as more than one."""

    several: Several
    found: tuple[str, ...]
    divided: bool

    @property
    def wanted(self) -> list[frozenset[str]]:
        """The intents accepted for each want."""
        return [want | {PERSON} if want & FOR_A_PERSON else want for want in self.several.wants]

    def line(self) -> str:
        """What was wanted and what was found."""
        wanted = ", ".join("|".join(sorted(want)) for want in self.several.wants)
        return f"{self.several.text}  wanted {wanted}; found {', '.join(self.found)}"


def tell_apart(reader: Reader, several: Sequence[Several]) -> list[Told]:
    """The wants of each message as a turn tells them, in a conversation that begins with it."""
    told = []
    for one in several:
        text = neutralise(one.text[:LONGEST_TEXT])
        whole = reader.read(text)
        meant = handoff.in_context(whole, None)
        found = []
        if meant["intent"] == whole["intent"]:
            pieces = {piece: _reading(reader.read(piece)) for piece in pieces_of(text)}
            found = [want.intent for want in wants_of(text, pieces, _reading(whole), None)]
        told.append(Told(one, tuple(found) or (_intent(meant),), bool(found)))
    return told


def wants(told: Sequence[Told]) -> Table:
    """Whether several wants are told apart and one is left whole."""
    title, key = "Several wants in one message", "wants"
    if not told:
        return Table(key, title, "There is no tests/reading/wants.tsv (columns text, intents), so this is not measured.")
    many = [one for one in told if len(one.wanted) > 1]
    single = [one for one in told if len(one.wanted) == 1]
    rows: list[list[Cell]] = []
    for name, part, right in (
        ("several: all found, in order", many, [in_order(one.wanted, one.found) for one in many]),
        ("several: all found, in any order", many, [in_any_order(one.wanted, one.found) for one in many]),
        ("several: exactly these, in order", many, [exactly(one.wanted, one.found) for one in many]),
        ("several: at least divided", many, [one.divided for one in many]),
        ("one: left whole", single, [not one.divided for one in single]),
        ("one: left whole, intent right", single, [exactly(one.wanted, one.found) for one in single]),
    ):
        rows.append([name, len(part), sum(right), share(right)])
    lost = [one for one in many if not in_any_order(one.wanted, one.found)]
    torn = [one for one in single if one.divided]
    after = [one.line() for part in (lost, torn) for one in part[: MOST_SHOWN // 2]]
    note = f"{len(told)} messages, told apart as a turn does it; the bot puts a fault that becomes a case, and what a person has\nto see to, last. A few that went wrong below the table."
    return Table(key, title, note, ("messages with", "messages", "right", "share"), rows, after)


def conversations(reader: Reader) -> Table:
    """The made conversations, both halves."""
    player = Player(reader)
    played = [player.play(dialogue) for dialogue in read_set()]
    halves = [[one for one in played if one.dialogue.held_out is held_out] for held_out in (False, True)]
    rows: list[list[Cell]] = []

    def add(name: str, values: Sequence[Sequence[bool]]) -> None:
        rows.append([name, *(cell for part in values for cell in (sum(part), len(part), share(part)))])

    must = [[one.verdict() for one in half if one.dialogue.latest is not None] for half in halves]
    never = [[one.verdict() for one in half if one.dialogue.latest is None] for half in halves]
    for verdict in VERDICTS:
        add(f"must hand over: {verdict}", [[one == verdict for one in half] for half in must])
    add("must stay: false handoff", [[one == "false handoff" for one in half] for half in never])
    add("half questions: right intent", [[f in a for one in half for _, a, f in one.follow_ups()] for half in halves])
    note = f"{len(played)} made conversations, played turn by turn (docs/conversation.md). The tables were tuned on the seen half only."
    columns = ("conversations that", *(f"{half} {what}" for half in ("seen", "held out") for what in ("count", "of", "share")))
    return Table("conversations", "Conversations", note, columns, rows)


def read_stock(path: Path = STOCK) -> Stock | None:
    """What the benchmark left; None where it has not run. Raises ValueError for a file of another shape."""
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        lines = data["lines_per_intent"]
        ours = Reached.of(data["ours"]) if "ours" in data else None
        return Stock(f"{int(lines)} lines an intent" if lines else "all data", Reached.of(data), ours)
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise ValueError(f"{path}: {wrong!r}; delete it and run `make bench`, which writes it anew") from wrong


def stock(ours: Mapping[str, Score], strict: float | None, lenient: float | None, other: Stock | None, lines: int) -> Table:
    """Stock Rasa and the bot side by side."""
    title, key = "Against stock Rasa", "stock"
    if other is None:
        return Table(key, title, HOW_TO_GET_STOCK, plot="f1-by-intent.png")
    readers = [one for one in (other.ours, other.reached) if one]
    rows: list[list[Cell]] = [
        ["strict", strict, *(one.strict for one in readers)],
        ["lenient", lenient, *(one.lenient for one in readers)],
        ["macro F1", macro_f1(ours), *(one.macro_f1 for one in readers)],
    ]
    stocks = other.reached.f1
    better = sum((one.f1 or 0.0) > stocks.get(name, 0.0) + 0.005 for name, one in ours.items())
    worse = sum((one.f1 or 0.0) < stocks.get(name, 0.0) - 0.005 for name, one in ours.items())
    note = (
        f"{lines} lines, plain and dialogues; stock was trained on {other.amount}. Of {len(ours)} intents the bot's own model\n"
        f"reads {better} better than stock, {worse} worse."
    )
    same = [f"this project, {other.amount}"] if other.ours else []
    return Table(key, title, note, ("", "this project", *same, f"stock, {other.amount}"), rows, plot="f1-by-intent.png")


def _reading(parsed: Mapping[str, Any]) -> Reading:
    return Reading.from_dict(parsed[handoff.READING])


def _intent(parsed: Mapping[str, Any]) -> str:
    return str(parsed["intent"]["name"])
