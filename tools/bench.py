"""``make bench``: this project against a stock Rasa project that was trained on the same share of the data, on this machine.

docs/bench.md says what is measured and how. Sections are listed in ``SECTIONS``; one more is one more function.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from tools import bench_reading, bench_report, bench_serving, bench_systems, bench_training
from tools.bench_report import Row, Section, of_ours, of_stock
from tools.bench_training import Trained, amount
from tools.door import ensure_door
from tools.environments import ROOT, ensure, python_of
from tools.model import ensure_model, environment
from tools.say import say, step
from tools.secrets_file import ensure_secrets, store_ids

REPORTS = ROOT / "reports"
#: Lines of each intent that both are trained on unless ``EXAMPLES`` says otherwise: on all of them stock takes hours.
EXAMPLES = "40"
#: Our reader sets its temperature on a held-out fifth, which needs a few lines of each intent.
FEWEST_EXAMPLES = 10


@dataclass(frozen=True)
class Bench:
    """What a section may use: the options, and the stock model, which is trained when the first one asks for it."""

    quick: bool
    fresh: bool
    last: bool
    #: Lines of each intent for both; None: all.
    lines: int | None = None

    @cached_property
    def stock(self) -> Trained:
        """The stock model for today's data."""
        return bench_training.stock_model(self.lines, fresh=self.fresh, last=self.last, quick=self.quick)

    @cached_property
    def ours_of_share(self) -> tuple[float, float]:
        """Our model of the share is trained when this is first asked for: seconds by the clock, seconds of work."""
        with step("training our model of the same share from nothing"):
            return bench_training.train_ours(self.stock.share() if self.stock.lines_per_intent else None)


def training(bench: Bench) -> Section:
    """Training time of both on the same lines, and of ours on all lines."""
    stock = bench.stock
    share, full = [bench.ours_of_share], []
    for _ in range(1 if bench.quick else 3):
        with step("training our model on all data from nothing"):
            full.append(bench_training.train_ours())
    note = f"stock was trained once, at {stock.measured_at}, ours on the same lines once, at {now()}"
    if stock.load_average is not None:
        note += f"; load average of the machine before stock's training: {stock.load_average}"
    if not stock.full:
        note += "; stock on a slice for fewer epochs, so not comparable"
    rows = []
    for place, name in enumerate(("training", "training, work of all cores")):
        of_stock_model = [(stock.seconds, stock.cpu_seconds)[place]] if stock.full else []
        aim = of_stock("≤", 1 / 8, "1/8") if place == 0 else None
        rows.append(Row(f"{name}, {amount(stock.lines_per_intent)}", "s", [one[place] for one in share], of_stock_model, aim))
        rows.append(Row(f"{name}, ours on all data", "s", [one[place] for one in full]))
    return Section("Training", rows, [note])


def reading(bench: Bench) -> Section:
    """How well both read."""
    stock = bench.stock
    # Its time does not matter here, only that it was trained on the data of today.
    _ = bench.ours_of_share
    return bench_reading.measure(stock)


def serving(bench: Bench) -> Section:
    """Cold start, memory, latency, throughput."""
    trained, secrets = bench.stock, ensure_secrets(store_ids(ROOT / "stores"))
    section = bench_serving.measure(
        bench_serving.QUICK if bench.quick else bench_serving.FULL,
        lambda folder: bench_systems.ours(folder, secrets),
        lambda folder: bench_systems.stock(folder, trained),
    )
    note = f"ours runs with its model of all data, stock with its model of {amount(trained.lines_per_intent)}, which favours stock"
    return replace(section, notes=[note, *section.notes])


def door(bench: Bench) -> Section:
    """What the compliance door takes for a reply; stock Rasa has nothing to compare with."""
    rounds = []
    for _ in range(1 if bench.quick else 3):
        with step("replies through the compliance door"):
            done = subprocess.run(
                [str(python_of("desk")), "-m", "tools.bench_door"], cwd=ROOT, env=environment(), capture_output=True, check=True
            )
            rounds.append(json.loads(done.stdout))
    rows = [
        Row("door, 100 characters, p50", "ms", [bench_report.percentile(taken, 0.5) for taken in rounds]),
        Row("door, 100 characters, p99", "ms", [bench_report.percentile(taken, 0.99) for taken in rounds], aim=of_ours(1)),
    ]
    return Section("Compliance door", rows, [f"{len(rounds[0])} replies of about 100 characters, one core"])


SECTIONS: dict[str, Callable[[Bench], Section]] = {
    "training": training,
    "reading": reading,
    "serving": serving,
    "door": door,
}


def main() -> int:
    """Measure, print the table, write the reports. Returns 0 when everything could be measured, whatever was found."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few messages, one round: does it run, not how fast")
    parser.add_argument("--fresh", action="store_true", help="train the stock model anew")
    parser.add_argument("--stock", choices=("cached", "last"), default="cached",
                        help="cached: a stock model of today's share; last: the last one and its share for both")  # fmt: skip
    parser.add_argument("--examples", type=_lines, default=_lines(os.environ.get("EXAMPLES") or EXAMPLES), metavar="N",
                        help="lines of each intent that both are trained on, or `all`; default: EXAMPLES, or 40")  # fmt: skip
    parser.add_argument("--only", nargs="*", choices=SECTIONS, default=list(SECTIONS), help="sections to measure")
    options = parser.parse_args()
    ensure("bot", "stock", "desk")
    ensure_model()
    ensure_door()
    bench = Bench(quick=options.quick, fresh=options.fresh, last=options.stock == "last", lines=options.examples)
    about = about_this_run(bench)
    sections = []
    for name in options.only or SECTIONS:
        say(f"--- {name}")
        sections.append(SECTIONS[name](bench))
    if set(options.only or SECTIONS) != {"door"}:
        about["stock model"] = _about_stock(bench)
    bench_report.write(REPORTS, sections, about)
    command = [str(python_of("bot")), "-m", "tools.bench_plot", str(REPORTS / "bench.json"), str(REPORTS / "bench.png")]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)
    print(bench_report.table(sections))
    for section in sections:
        for note in section.notes:
            print(f"  {note}")
    print(f"reports: {REPORTS.relative_to(ROOT)}/bench.md, bench.json, bench.png")
    return 0


def _about_stock(bench: Bench) -> str:
    return (
        f"{amount(bench.stock.lines_per_intent) if bench.stock.full else 'a slice of the data'}"
        f"{', drawn from older data' if bench.stock.outdated else ''}, "
        f"{bench.stock.seconds} s to train ({bench.stock.cpu_seconds} s of work), "
        f"measured {bench.stock.measured_at}, fingerprint {bench.stock.fingerprint[:16]}"
    )


def now() -> str:
    """The time in UTC, to the minute."""
    return datetime.now(timezone.utc).isoformat(timespec="minutes")


def about_this_run(bench: Bench) -> dict[str, Any]:
    """Where and when the figures come from."""
    revision = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return {
        "measured": now(),
        "revision": revision.stdout.strip() or "unknown",
        "machine": f"{os.cpu_count()} cores, {_processor()}, {platform.system()}",
        "plan": "quick: one round of few messages, for a smoke test" if bench.quick else "full: three rounds",
    }


def _lines(text: str) -> int | None:
    """``40`` or ``all``. Raises argparse's error for anything else."""
    if text == "all":
        return None
    if not text.isdigit() or int(text) < FEWEST_EXAMPLES:
        raise argparse.ArgumentTypeError(f"{text!r} is neither `all` nor a number from {FEWEST_EXAMPLES} on")
    return int(text)


def _processor() -> str:
    names = Path("/proc/cpuinfo")
    lines = names.read_text().splitlines() if names.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
