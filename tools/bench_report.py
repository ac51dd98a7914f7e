"""What the benchmark found, as rows with aims, and the table, Markdown and JSON made of them. Pure but for the last function."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True)
class Aim:
    """What a row should reach: ``of`` the ratio ours / stock, or of our figure by itself."""

    of: Literal["ratio", "ours"]
    sign: Literal["≤", "≥"]
    limit: float
    text: str

    def met(self, row: Row) -> bool | None:
        """Whether the row reaches the aim; None when a figure that it needs is missing."""
        value = row.ratio if self.of == "ratio" else middle(row.ours)
        if value is None:
            return None
        return value <= self.limit if self.sign == "≤" else value >= self.limit


def of_stock(sign: Literal["≤", "≥"], limit: float, text: str) -> Aim:
    """An aim for the ratio ours / stock; ``text`` is the limit as people say it (1/4)."""
    return Aim("ratio", sign, limit, f"{sign} {text} × stock")


def of_ours(limit: float) -> Aim:
    """An upper limit for our own figure."""
    return Aim("ours", "≤", limit, f"ours ≤ {limit:g}")


@dataclass(frozen=True)
class Row:
    """One measured thing: a figure for each round on either side; a side that has none was not measured."""

    name: str
    unit: str
    ours: Sequence[float]
    stock: Sequence[float] = ()
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """Median of ours over median of stock."""
        ours, stock = middle(self.ours), middle(self.stock)
        return ours / stock if ours is not None and stock else None

    @property
    def verdict(self) -> str:
        """``met``, ``not met``, or nothing when there is no aim or no figure to judge."""
        met = self.aim.met(self) if self.aim else None
        return "" if met is None else "met" if met else "not met"


@dataclass(frozen=True)
class Section:
    """Rows that belong together, notes a reader needs, and data for plots by a name."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def middle(values: Sequence[float]) -> float | None:
    """The median, or None of nothing."""
    return median(values) if values else None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` (0..1) of them do not exceed. Raises ValueError for no values."""
    if not values:
        raise ValueError("no values to take a percentile of")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def figure(values: Sequence[float], unit: str) -> str:
    """Median with its unit and, from two rounds on, the spread."""
    if not values:
        return "–"
    text = f"{_number(median(values))} {unit}".strip()
    return f"{text} ({_number(min(values))}–{_number(max(values))})" if len(values) > 1 else text


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


HEAD = ("what", "ours", "stock", "ours / stock", "aim", "")


def cells(row: Row) -> tuple[str, ...]:
    """A row as the table's texts."""
    ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
    aim = row.aim.text if row.aim else ""
    return row.name, figure(row.ours, row.unit), figure(row.stock, row.unit), ratio, aim, row.verdict


def table(sections: Sequence[Section]) -> str:
    """All rows in columns for a terminal."""
    lines = [HEAD, *(cells(row) for section in sections for row in section.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    drawn = ["  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([drawn[0], "-" * (sum(widths) + 2 * len(widths) - 2), *drawn[1:]])


def markdown(sections: Sequence[Section], about: Mapping[str, Any]) -> str:
    """The report: what was measured on, a table a section, the notes."""
    lines = ["# Benchmark: this project against a stock Rasa project", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    lines += ["", "Median of the rounds, in brackets the least and the most. docs/bench.md says what each row is.", ""]
    for section in sections:
        lines += [f"## {section.title}", "", "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(cells(row)) + " |" for row in section.rows]
        lines += ["", *(f"- {note}" for note in section.notes), ""]
    lines += ["![plots](bench.png)", ""]
    return "\n".join(lines)


def write(folder: Path, sections: Sequence[Section], about: Mapping[str, Any]) -> None:
    """Write ``bench.md`` and ``bench.json`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(markdown(sections, about), encoding="utf-8")
    content = {
        "about": dict(about),
        "sections": [
            {
                "title": section.title,
                "rows": [{**asdict(row), "ratio": row.ratio, "verdict": row.verdict} for row in section.rows],
                "notes": list(section.notes),
                "data": dict(section.data),
            }
            for section in sections
        ],
    }
    (folder / "bench.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
