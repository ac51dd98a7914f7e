"""A table of the report: as text for the terminal, as Markdown, and as plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

Cell = Union[str, int, float, None]


@dataclass(frozen=True)
class Table:
    """One question and its answer in numbers.

    key: its name in ``eval.json``. note: what the numbers rest on. after: lines below the table. plot: file of the
    picture that shows the same.
    """

    key: str
    title: str
    note: str
    columns: tuple[str, ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    after: Sequence[str] = field(default_factory=tuple)
    plot: str = ""

    def values(self) -> list[dict[str, Cell]]:
        """A mapping for each row."""
        return [{name: _short(value) for name, value in zip(self.columns, row, strict=True)} for row in self.rows]


def as_text(table: Table) -> str:
    """For a terminal: Chinese characters are two columns wide."""
    lines = [table.title, *(f"  {part}" for part in table.note.splitlines())]
    if table.rows:
        cells = [list(table.columns), *([told(value) for value in row] for row in table.rows)]
        widths = [max(_width(row[place]) for row in cells) for place in range(len(table.columns))]
        right = [_is_number(table, place) for place in range(len(table.columns))]
        lines += ["    " + "  ".join(_pad(*one) for one in zip(row, widths, right)).rstrip() for row in cells]
    return "\n".join([*lines, *(f"    {line}" for line in table.after)])


def as_markdown(table: Table) -> str:
    """For a page, with its picture."""
    parts = [f"## {table.title}", table.note]
    if table.rows:
        bars = ["--:" if _is_number(table, place) else "---" for place in range(len(table.columns))]
        rows = [list(table.columns), bars, *([_safe(told(value)) for value in row] for row in table.rows)]
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
    if table.after:
        parts.append("\n".join(f"- {_safe(line.strip())}" for line in table.after))
    if table.plot:
        parts.append(f"![{table.title}]({table.plot})")
    return "\n\n".join(part for part in parts if part)


def as_json(tables: Sequence[Table]) -> Mapping[str, Any]:
    """All tables by key."""
    return {table.key: {"title": table.title, "note": table.note, "rows": table.values()} for table in tables}


def told(value: Cell) -> str:
    """A cell as it is read: a share with three places, – for what cannot be said."""
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def _short(value: Cell) -> Cell:
    return round(value, 4) if isinstance(value, float) else value


def _is_number(table: Table, place: int) -> bool:
    return all(not isinstance(row[place], str) for row in table.rows)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int, right: bool) -> str:
    fill = " " * (width - _width(text))
    return fill + text if right else text + fill


def _safe(text: str) -> str:
    return text.replace("|", "\\|")
