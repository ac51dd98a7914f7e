"""How well both systems read what buyers write: the intents of the held-out lines in ``tests/reading``.

Three readers are compared: the stock one, ours trained on the same share of the data, and ours as it runs. What each holds
to be likeliest counts, also where it would ask back.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bench_report import Row, Section
from tools.bench_training import SCRATCH, Trained, amount, our_model
from tools.environments import ROOT, python_of
from tools.model import MODEL, environment
from tools.say import step

#: The sets whose lines have an intent; written by other hands than the training lines.
SETS = ("heldout_g*.tsv", "heldout_dialogues.tsv")
SCORES = SCRATCH / "stock-f1.json"


@dataclass(frozen=True)
class Line:
    """A held-out line: its intent, and another one that is accepted (or empty)."""

    text: str
    intent: str
    alternative: str


@dataclass(frozen=True)
class Scores:
    """Share of lines read as labelled (``strict``), that or as accepted (``lenient``), and F1 of each labelled intent."""

    strict: float
    lenient: float
    f1: dict[str, float]

    @property
    def macro(self) -> float:
        """The mean F1 of all intents."""
        return sum(self.f1.values()) / len(self.f1)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"strict": self.strict, "lenient": self.lenient, "macro_f1": round(self.macro, 4), "f1": self.f1}


def read_lines(folder: Path = ROOT / "tests" / "reading") -> list[Line]:
    """The labelled lines of all sets."""
    lines = []
    for path in sorted(path for pattern in SETS for path in folder.glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            lines += [Line(row["text"], row["intent"], row["alt"]) for row in rows if row["intent"]]
    return lines


def score(lines: Sequence[Line], found: Sequence[str]) -> Scores:
    """Compare ``found``, one intent a line, with the labels. Raises ValueError for no lines or another number of intents."""
    if not lines or len(lines) != len(found):
        raise ValueError(f"{len(lines)} lines and {len(found)} intents; there must be as many, and some")
    wanted, read = Counter(line.intent for line in lines), Counter(found)
    hits = Counter(line.intent for line, name in zip(lines, found) if name == line.intent)
    lenient = sum(bool(name) and name in (line.intent, line.alternative) for line, name in zip(lines, found))
    return Scores(
        round(hits.total() / len(lines), 4),
        round(lenient / len(lines), 4),
        {name: round(2 * hits[name] / (count + read[name]), 4) for name, count in sorted(wanted.items())},
    )


def report(trained: Trained, lines: int, stock: Scores, share: Scores, ours: Scores) -> Section:
    """The rows, ours on the share and as it runs each against stock. ``lines`` is how many were read."""
    note = f"{lines} held-out lines; what each reader holds to be likeliest counts, also where it would ask back"
    rows = []
    for name in ("strict", "lenient", "macro"):
        title = "macro F1" if name == "macro" else f"intents right, {name}"
        rows.append(Row(f"{title}, both on {amount(trained.lines_per_intent)}", "", [getattr(share, name)], [getattr(stock, name)]))
        rows.append(Row(f"{title}, ours on all data", "", [getattr(ours, name)], [getattr(stock, name)]))
    return Section("Reading", rows, [note])


def content(trained: Trained, stock: Scores, share: Scores, ours: Scores) -> dict[str, Any]:
    """What is kept in ``stock-f1.json``, for plots: the stock reader's figures stand at the top as well."""
    return {
        "lines_per_intent": trained.lines_per_intent,
        **stock.as_dict(),
        "stock": stock.as_dict(),
        "ours": share.as_dict(),
        "ours_all_data": ours.as_dict(),
    }


def measure(trained: Trained) -> Section:
    """Read the sets with all three. Our model of the share must be there. Exits when a model cannot be read with."""
    lines = read_lines()
    found = {}
    for name, environment_of, model in (
        ("stock", "stock", trained.model), ("ours on the same share", "bot", our_model(trained)), ("ours", "bot", MODEL)
    ):  # fmt: skip
        with step(f"reading {len(lines)} held-out lines: {name}"):
            found[name] = score(lines, _read(environment_of, model, [line.text for line in lines]))
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    SCORES.write_text(json.dumps(content(trained, *found.values()), ensure_ascii=False, indent=1), encoding="utf-8")
    return report(trained, len(lines), *found.values())


def _read(name: str, model: Path, texts: Sequence[str]) -> list[str]:
    command = [str(python_of(name)), "-W", "ignore", "-m", "tools.bench_parse", str(model)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), input=json.dumps(texts), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{model.name} could not be read with; the words above say why")
    intents: list[str] = json.loads(done.stdout)
    return intents

