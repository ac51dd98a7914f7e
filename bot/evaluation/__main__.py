"""``python -m bot.evaluation``: read every held-out set once, print the tables, write plots, ``eval.md`` and ``eval.json``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.evaluation import about_intents, about_people, about_talk, sets
from bot.evaluation.plot_confusion import plot_confusion, plot_confusions
from bot.evaluation.plots import plot_f1, plot_need, plot_reliability
from bot.evaluation.readings import Line, QuickReader, read_all
from bot.evaluation.scores import share
from bot.evaluation.tables import Table, as_json, as_markdown, as_text
from bot.marks_data import same_line

REPORTS = Path("reports")
TOP = 25


def main() -> None:
    """Measure, print and write."""
    began = time.monotonic()
    items, several = sets.read_sets(), sets.read_several()
    _say("loading the model …")
    reader = QuickReader()
    _say("reading the held-out sets …")
    read = read_all(reader, items)
    _say("telling wants apart, playing conversations …")
    told = about_talk.tell_apart(reader, several)
    other, everyday = about_talk.read_stock(), about_intents.everyday(read)
    tables = [
        _about(read, len(several)),
        about_intents.overall(read),
        about_intents.weakest(everyday),
        about_intents.confused(everyday),
        about_intents.confidence(everyday),
        about_people.needs_person(read),
        about_people.other_lines(read),
        about_people.emotions(read),
        about_people.risks(read),
        about_people.false_alarms(read),
        about_people.contrast(read["contrast"]),
        about_people.disguises(read),
        about_talk.wants(told),
        about_talk.conversations(reader),
        about_talk.stock(
            about_intents.scores_of(everyday), share(line.strict for line in everyday),
            share(line.lenient for line in everyday), other, len(everyday),
        ),
    ]  # fmt: skip
    print("\n\n".join(as_text(table) for table in tables))
    _say("drawing …")
    REPORTS.mkdir(exist_ok=True)
    _draw(read, everyday, other)
    _write([*tables, about_intents.all_intents(everyday)])
    _say(f"{time.monotonic() - began:.0f} s; plots, eval.md and eval.json are in {REPORTS}/")


def _about(read: Mapping[str, Sequence[Line]], several: int) -> Table:
    counts = {**{name: len(lines) for name, lines in read.items()}, "conversations": len(about_talk.read_set()), "wants": several}
    taught = sets.taught()
    also = {name: sum(same_line(line.item.text) in taught for line in lines) for name, lines in read.items()}
    rows = [[name, counts[name], also.get(name), told] for name, told in sets.ABOUT.items()]
    note = "All in tests/reading. also taught: lines that a training line happens to equal, marks and numbers apart."
    return Table("sets", "The sets", note, ("set", "lines", "also taught", "what it is"), rows)


def _draw(read: Mapping[str, Sequence[Line]], everyday: Sequence[Line], other: about_talk.Stock | None) -> None:
    plot_confusion(everyday, sets.families(), REPORTS / "confusion.png")
    contrast = read["contrast"]
    top = about_intents.confused_pairs(everyday, contrast, TOP)
    plot_confusions(top, (len(everyday), len(contrast)), REPORTS / "confusions-top.png")
    plot_reliability(everyday, REPORTS / "reliability.png")
    plot_need({name: about_people.group(read, name) for name in about_people.GROUPS}, REPORTS / "needs-person.png")
    plot_f1(about_intents.scores_of(everyday), other, REPORTS / "f1-by-intent.png")


def _write(tables: Sequence[Table]) -> None:
    page = "# The reading, measured\n\nWritten by `make eval`.\n\n" + "\n\n".join(as_markdown(table) for table in tables) + "\n"
    (REPORTS / "eval.md").write_text(page, encoding="utf-8")
    (REPORTS / "eval.json").write_text(json.dumps(as_json(tables), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
