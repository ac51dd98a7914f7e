"""``make eval``: the reading measured on the project's own held-out sets, as tables and as plots in ``reports/``.

The sets in ``tests/reading/`` were written by other hands than the training lines of the same intents and are never
trained on.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.loading import Reader
from bot.parse import reading_of

SETS = Path("tests/reading")
REPORTS = Path("reports")
HOT = ("angry", "abusive")
BINS = 10


@dataclass(frozen=True)
class Row:
    """A held-out line with what it should be and what it was read as. ``intent`` may be empty: not labelled."""

    text: str
    intent: str
    alternative: str
    emotion: str
    needs_human: bool
    reading: dict[str, Any]

    def strict(self) -> bool:
        """Whether the intent is the labelled one."""
        return bool(self.reading["intent"] == self.intent)

    def lenient(self) -> bool:
        """Whether the intent is the labelled or the accepted second one."""
        return self.reading["intent"] in (self.intent, self.alternative)


def read_rows(reader: Reader, paths: Iterable[Path]) -> list[Row]:
    """Read and parse every line of the sets."""
    rows: list[Row] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                rows.append(
                    Row(
                        line["text"],
                        line.get("intent") or "",
                        line.get("alt") or "",
                        line["emotion"],
                        line["needs_human"] == "yes",
                        reading_of(reader, line["text"]),
                    )
                )
    return rows


def scores(wanted: Sequence[bool], found: Sequence[bool]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hits = sum(a and b for a, b in zip(wanted, found))
    precision, recall = hits / max(1, sum(found)), hits / max(1, sum(wanted))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def f1_by_intent(rows: Sequence[Row]) -> dict[str, tuple[float, int]]:
    """F1 and number of rows of each labelled intent."""
    wanted, found = Counter(row.intent for row in rows), Counter(row.reading["intent"] for row in rows)
    hits = Counter(row.intent for row in rows if row.strict())
    return {name: (2 * hits[name] / (count + found[name]), count) for name, count in wanted.items()}


def calibration(rows: Sequence[Row]) -> tuple[list[tuple[float, float, int]], float]:
    """(mean confidence, share right, rows) of each bin, and the expected calibration error."""
    bins: list[list[Row]] = [[] for _ in range(BINS)]
    for row in rows:
        bins[min(BINS - 1, int(row.reading["confidence"] * BINS))].append(row)
    points = [
        (sum(r.reading["confidence"] for r in part) / len(part), sum(r.strict() for r in part) / len(part), len(part))
        for part in bins
        if part
    ]
    return points, sum(count * abs(confidence - right) for confidence, right, count in points) / max(1, len(rows))


def main() -> None:
    """Print the tables and write the plots."""
    reader = Reader()
    rows = read_rows(reader, sorted(SETS.glob("heldout_g*.tsv")))
    signals = read_rows(reader, sorted(SETS.glob("heldout_signals.tsv")))
    by_intent = f1_by_intent(rows)
    answered = [row for row in rows if not row.reading["below_line"]]
    points, error = calibration(rows)
    print(f"intents: {len(rows)} held-out lines, {len(by_intent)} intents")
    print(f"  strict {_share(row.strict() for row in rows)}   lenient {_share(row.lenient() for row in rows)}")
    print(f"  macro F1 {sum(score for score, _ in by_intent.values()) / max(1, len(by_intent)):.3f}")
    print(f"  asked back {1 - len(answered) / max(1, len(rows)):.3f}   lenient among the answered "
          f"{_share(row.lenient() for row in answered)}")  # fmt: skip
    print(f"  expected calibration error {error:.3f}")
    print("  weakest: " + "  ".join(f"{n} {s:.2f}" for n, (s, _) in sorted(by_intent.items(), key=lambda i: i[1][0])[:12]))
    confused = Counter((row.intent, row.reading["intent"]) for row in rows if not row.lenient())
    print("  most confused: " + "  ".join(f"{a}→{b} {n}" for (a, b), n in confused.most_common(12)))
    for name, part in (("intent sets", rows), ("signal set", signals)):
        if not part:
            continue
        needs = scores([row.needs_human for row in part], [row.reading["needs_human"] for row in part])
        hot = scores([row.emotion in HOT for row in part], [row.reading["emotion"] in HOT for row in part])
        calm = [row for row in part if not row.needs_human]
        print(f"{name}: {len(part)} lines")
        print("  needs a person    precision {:.3f}  recall {:.3f}  F1 {:.3f}".format(*needs))
        print(f"  false alarms      {_share(row.reading['needs_human'] for row in calm)} of {len(calm)} lines that need nobody")
        print("  angry or abusive  precision {:.3f}  recall {:.3f}  F1 {:.3f}".format(*hot))
    REPORTS.mkdir(exist_ok=True)
    plot(rows, by_intent, points)
    print(f"plots: {REPORTS}/", file=sys.stderr)


def plot(rows: Sequence[Row], by_intent: dict[str, tuple[float, int]], points: list[tuple[float, float, int]]) -> None:
    """Confusion matrix, reliability and F1 by intent as pictures."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    names = sorted(by_intent)
    index = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for row in rows:
        if row.reading["intent"] in index:
            matrix[index[row.intent], index[row.reading["intent"]]] += 1
    figure, axes = plt.subplots(figsize=(18, 16))
    axes.imshow(matrix / np.maximum(1, matrix.sum(axis=1, keepdims=True)), cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    for (y, x), count in np.ndenumerate(matrix):
        if count:
            axes.text(x, y, int(count), ha="center", va="center", fontsize=7, color="white" if count > 8 else "black")
    axes.set_xlabel("read as")
    axes.set_ylabel("labelled")
    figure.tight_layout()
    figure.savefig(REPORTS / "confusion.png", dpi=80)
    figure, axes = plt.subplots(figsize=(6, 6))
    axes.plot([0, 1], [0, 1], "--", color="grey")
    axes.plot([confidence for confidence, _, _ in points], [right for _, right, _ in points], "o-")
    for confidence, right, count in points:
        axes.annotate(str(count), (confidence, right), textcoords="offset points", xytext=(5, -10))
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right")
    figure.savefig(REPORTS / "reliability.png", dpi=90)
    figure, axes = plt.subplots(figsize=(10, 14))
    ordered = sorted(names, key=lambda name: by_intent[name][0])
    axes.barh(ordered, [by_intent[name][0] for name in ordered])
    axes.set_xlabel("F1")
    figure.tight_layout()
    figure.savefig(REPORTS / "f1-by-intent.png", dpi=80)
    plt.close("all")


def _share(values: Iterable[bool]) -> str:
    kept = list(values)
    return f"{sum(kept) / max(1, len(kept)):.3f}"


if __name__ == "__main__":
    main()
