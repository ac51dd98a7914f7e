"""The report as the merchant's own table with four more columns: 结论, 问题, 依据, 建议.

A canned reply may begin with ``=`` or ``@``; no cell is ever written so that a spreadsheet would calculate it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aftersales.door.model import Verdict
from aftersales.door.replies_file import ADDED, Row, Sheet
from aftersales.door.report import CONCLUSIONS, Report, pieces

#: Excel's own limit of a cell.
LONGEST_CELL = 32_000
#: The name of the sheet when the replies came without one.
SHEET = "话术"
#: What a spreadsheet takes for the beginning of a formula; East Asian ones take the full width signs too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FILLS = {"block": "FFF4C7C3", "warn": "FFFFE6B0", "pass": "FFD9EFE0"}
_INKS = {"block": "FFB3261E", "warn": "FFA35200"}
_WIDTHS = (10, 34, 44, 44)


def render_csv(report: Report) -> bytes:
    """All sheets below one another, for Excel: UTF-8 with a mark; a cell like a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    for sheet in report.sheets:
        width = _width(sheet)
        for cells, _ in _lines(report, sheet, width):
            writer.writerow([_harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def render_xlsx(report: Report) -> bytes:
    """One sheet each, with the verdicts in colour and the words in question in red or brown."""
    # Loaded here only: who checks lines needs none of it.
    import openpyxl  # type: ignore[import-untyped,unused-ignore]

    workbook: Any = openpyxl.Workbook(write_only=True)
    for sheet in report.sheets:
        _write_sheet(workbook.create_sheet(sheet.name or SHEET), report, sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _write_sheet(page: Any, report: Report, sheet: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped,unused-ignore]

    width = _width(sheet)
    wrapped = Alignment(wrap_text=True, vertical="top")
    fills = {level: PatternFill("solid", start_color=colour) for level, colour in _FILLS.items()}
    for place in range(width):
        page.column_dimensions[get_column_letter(place + 1)].width = 60 if place == sheet.column else 14
    for place, wide in enumerate(_WIDTHS, width + 1):
        page.column_dimensions[get_column_letter(place)].width = wide
    head = max(1, len(sheet.above))
    page.freeze_panes = f"A{head + 1}"
    for number, (texts, verdict) in enumerate(_lines(report, sheet, width), 1):
        cells: list[Any] = []
        for place, text in enumerate(texts):
            if not text:
                cells.append(None)
                continue
            marked = verdict is not None and place == sheet.column and verdict.violations
            cell = WriteOnlyCell(page, value=_rich(text, verdict) if marked and verdict else _clean(text))
            if not marked:
                # Whatever it begins with, it is a text.
                cell.data_type = "s"
            if text.startswith(_FORMULA):
                # Stays a text when somebody edits the cell.
                cell.quotePrefix = True
            cell.alignment = wrapped
            if number == head:
                cell.font = Font(bold=True)
            elif verdict is not None and place == width:
                cell.fill = fills[verdict.level]
            cells.append(cell)
        page.append(cells)


def _rich(text: str, verdict: Verdict) -> Any:
    """The reply with the words in question coloured."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.cell.text import InlineFont  # type: ignore[import-untyped,unused-ignore]

    # The spans count from the reply, which is the cell without the space around it.
    rich = CellRichText()
    for piece in pieces(text.strip()[:LONGEST_CELL], verdict.violations):
        words = _clean(piece.text)
        rich.append(words if piece.level == "pass" else TextBlock(InlineFont(b=True, color=_INKS[piece.level]), words))
    return rich


def _lines(report: Report, sheet: Sheet, width: int) -> Iterator[tuple[list[str], Verdict | None]]:
    """The sheet's rows with the added cells; the titles are added when it has none."""
    verdicts = {one.row.number: one.verdict for one in report.checked if one.sheet is sheet}
    for row in sheet.above[:-1]:
        yield _padded(row, width), None
    titles = [*sheet.titles, *[""] * (width - len(sheet.titles))]
    yield [*titles, *ADDED], None
    for row in sheet.rows:
        verdict = verdicts.get(row.number)
        added = [""] * len(ADDED) if verdict is None else _added(report, verdict)
        yield [*_padded(row, width), *added], verdict


def _added(report: Report, verdict: Verdict) -> list[str]:
    found = verdict.violations
    return [
        CONCLUSIONS[verdict.level],
        _listed([f"{report.kinds[one.kind].title}：“{_short(one.span)}”，{one.why}" for one in found]),
        _listed([f"{one.rule} {_statement(report, one.rule)}".strip() for one in found]),
        _listed([one.instead for one in found]),
    ]


def _listed(texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


def _short(span: str) -> str:
    return span if len(span) <= 30 else f"{span[:29]}…"


def _statement(report: Report, rule: str) -> str:
    known: Mapping[str, Any] = report.rules
    return known[rule].statement if rule in known else ""


def _width(sheet: Sheet) -> int:
    return max((len(row.cells) for row in (*sheet.above, *sheet.rows)), default=1)


def _padded(row: Row, width: int) -> list[str]:
    return [*row.cells, *[""] * (width - len(row.cells))]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)[:LONGEST_CELL]
