"""The benchmark's figures as one picture. Runs in the ``bot`` environment, which has matplotlib."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

COLOURS = {"ours": "#1f6f8b", "stock": "#c9a227"}
#: The single figures that are drawn as bars, by the beginning of the row's name.
BARS = ("training", "cold start", "resident memory, after load", "routine turn, p50", "routine turn, p95", "turn with an action, p50")


def plot(report: Mapping[str, Any], out: Path) -> None:
    """Draw ``report`` (what is in bench.json) into ``out``: single figures, throughput, growth with the conversation."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = [row for section in report["sections"] for row in section["rows"]]
    rounds = next((section["data"]["rounds"] for section in report["sections"] if "rounds" in section["data"]), None)
    figure, axes = plt.subplots(1, 3 if rounds else 1, figsize=(18 if rounds else 7, 5), squeeze=False)
    _single(axes[0][0], [row for row in rows if row["name"].startswith(BARS) and row["ours"] and row["stock"]])
    if rounds:
        _throughput(axes[0][1], [row for row in rows if row["name"].startswith("messages a second")])
        _growth(axes[0][2], rounds)
    figure.suptitle(f"{report['about']['measured']}, {report['about']['machine']}", fontsize=9)
    figure.tight_layout()
    figure.savefig(out, dpi=90)


def _single(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Ours as a share of stock: the figures have different units."""
    names = [row["name"].split(", to the")[0] for row in rows]
    axes.barh(names, [row["ratio"] for row in rows], color=COLOURS["ours"])
    axes.axvline(1, color=COLOURS["stock"])
    for place, row in enumerate(rows):
        text = f" {_short(row['ours'])} / {_short(row['stock'])} {row['unit']}"
        axes.text(row["ratio"], place, text, va="center", fontsize=8)
    axes.set_xlim(0, 1.5)
    axes.invert_yaxis()
    axes.set_title("ours / stock (the line is stock; less is better)")


def _short(values: Sequence[float]) -> str:
    value = median(values)
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _throughput(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    names = [
        row["name"].removeprefix("messages a second, ").replace(", ", "\n").replace("one in three with an", "1/3 with\nan")
        for row in rows
    ]
    for shift, side in ((-0.2, "ours"), (0.2, "stock")):
        places = [place + shift for place in range(len(rows))]
        bars = axes.bar(places, [median(row[side]) for row in rows], 0.4, color=COLOURS[side], label=side)
        axes.bar_label(bars, fmt="%.0f", fontsize=8)
    axes.set_xticks(range(len(rows)), names, fontsize=7)
    axes.set_title("messages a second, durable trackers")
    axes.legend()


def _growth(axes: Any, rounds: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for side, measured in rounds.items():
        runs = [one["load"]["conversation"]["times"] for one in measured]
        times = [median(values) for values in zip(*runs)]
        axes.plot(range(1, len(times) + 1), times, color=COLOURS[side], label=side, linewidth=0.9)
    axes.set_yscale("log")
    axes.set_xlabel("message of one conversation")
    axes.set_title("milliseconds a message, log scale")
    axes.legend()


if __name__ == "__main__":
    plot(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
