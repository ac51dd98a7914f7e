"""Reads a merchant's file of canned replies: CSV as Chinese Excel and the platforms write it, or XLSX.

What cannot be read is refused with the file, the place and what to do about it; nothing is guessed silently.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftersales.door.replies_columns import Layout, column_name, find_layout
from aftersales.door.replies_csv import read_table
from aftersales.errors import ConfigurationError

TABLES = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
#: What a workbook may unpack to; a real one of 20 MB stays far below, a bomb does not.
MOST_UNPACKED = 200_000_000
MOST_COLUMNS = 100
#: Formatted but empty rows go on for ever in some workbooks; so many in a row end the sheet.
MOST_EMPTY = 2000
#: The columns that a report adds; a report that comes back, with replies mended, has them already.
ADDED = ("结论", "问题", "依据", "建议")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The rows of a sheet that are not empty, each with its number.
Lines = Iterator[tuple[int, tuple[str, ...]]]
_CARRIAGE_RETURN = re.compile(r"_x000[dD]_")


@dataclass(frozen=True)
class Row:
    """One row as it stands: ``number`` as Excel counts them, all its cells, and the reply among them (maybe empty)."""

    number: int
    cells: tuple[str, ...]
    reply: str


@dataclass(frozen=True)
class Sheet:
    """One sheet (a CSV has one without a name). ``above``: the rows up to the titles, the titles last, none without titles."""

    name: str
    above: tuple[Row, ...]
    titled: bool
    column: int
    rows: tuple[Row, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns; empty when there are none."""
        return self.above[-1].cells if self.titled else ()

    def context(self, row: Row) -> tuple[tuple[str, str], ...]:
        """The other filled cells of ``row``, each with its title or its letter."""
        named = ((self.title(place), cell.strip()) for place, cell in enumerate(row.cells) if place != self.column)
        return tuple((title, cell) for title, cell in named if cell)

    def title(self, place: int) -> str:
        """The title of a column, or ``B列``."""
        titles = self.titles
        return titles[place].strip() if place < len(titles) and titles[place].strip() else f"{column_name(place)}列"


@dataclass(frozen=True)
class Replies:
    """A file of replies. ``notes``: what its owner should know, in English for the terminal."""

    name: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many replies there are."""
        return sum(1 for sheet in self.sheets for row in sheet.rows if row.reply)


def read_replies(path: Path, column: str = "") -> Replies:
    """The replies in ``path``; ``column`` as in :func:`find_layout`. Raises :class:`ConfigurationError`."""
    where = path.name
    suffix = path.suffix.lower()
    if not path.is_file():
        raise ConfigurationError(where, "FILE", "there is no such file", f"Looked for {path}; check the name")
    if suffix not in TABLES + WORKBOOKS:
        fix = "In Excel or WPS choose 另存为 → .xlsx" if suffix == ".xls" else "Use .csv or .xlsx"
        raise ConfigurationError(where, "FILE", f"{suffix or 'no ending'} is not read here", fix)
    size = path.stat().st_size
    if size == 0:
        raise ConfigurationError(where, "FILE", "is empty", "Export it again")
    if size > MOST_BYTES:
        problem = f"has {size / 1e6:.1f} MB, at most {MOST_BYTES // 1_000_000} MB are read"
        raise ConfigurationError(where, "FILE", problem, "Remove pictures or split the file")
    with path.open("rb") as file:
        start = file.read(8)
    _check_kind(path, suffix, start)
    notes: list[str] = []
    tables = _workbook(path, where, notes) if suffix in WORKBOOKS else [("", read_table(path))]
    sheets = _sheets(tables, where, column, notes)
    replies = Replies(where, sheets, tuple(notes))
    if not len(replies):
        raise ConfigurationError(where, "FILE", "holds no reply", "Fill the column of replies, or name another with COLUMN=")
    return replies


def _check_kind(path: Path, suffix: str, start: bytes) -> None:
    """Excel files under a wrong name, old ones, and those behind a password."""
    where = path.name
    if start.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            fix = "Open it, take the password off (文件 → 信息 → 保护工作簿) and save"
            raise ConfigurationError(where, "FILE", "is protected by a password", fix)
        raise ConfigurationError(where, "FILE", "is an old .xls workbook", "In Excel or WPS choose 另存为 → .xlsx")
    if suffix in TABLES and start.startswith(b"PK\x03\x04"):
        raise ConfigurationError(where, "FILE", f"is a workbook named {suffix}", "Rename it to .xlsx")
    if suffix in WORKBOOKS and not start.startswith(b"PK"):
        fix = "If it is a CSV, rename it to .csv; else save it again as .xlsx"
        raise ConfigurationError(where, "FILE", f"is no workbook although it is named {suffix}", fix)


def _sheets(
    tables: Iterable[tuple[str, Lines]], where: str, column: str, notes: list[str]
) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    refused: ConfigurationError | None = None
    total = 0
    for name, lines in tables:
        place = f"{where}: sheet {name}" if name else where
        table = []
        for number, cells in lines:
            table.append((number, cells[:MOST_COLUMNS]))
            total += 1
            if total > MOST_ROWS:
                raise ConfigurationError(where, "FILE", f"has more than {MOST_ROWS} rows", "Split the file")
        if not table:
            continue
        try:
            layout = find_layout([cells for _, cells in table], place, column)
        except ConfigurationError as error:
            # A sheet of pictures or of settings beside one of replies is no mistake.
            refused = refused or error
            notes.append(f"sheet {name} is left out: {error.problem}" if name else error.problem)
            continue
        sheets.append(_sheet(name, place, table, layout, notes))
    if not sheets:
        raise refused or ConfigurationError(where, "FILE", "is empty", "Export it again")
    return tuple(sheets)


def _sheet(
    name: str, place: str, table: Sequence[tuple[int, tuple[str, ...]]], layout: Layout, notes: list[str]
) -> Sheet:
    first = 0 if layout.header is None else layout.header + 1
    if first and table[first - 1][1][-len(ADDED) :] == ADDED and layout.column < len(table[first - 1][1]) - len(ADDED):
        kept = len(table[first - 1][1]) - len(ADDED)
        table = [(number, cells[:kept]) for number, cells in table]
    above = tuple(Row(number, cells, "") for number, cells in table[:first])
    width = len(above[-1].cells) if above else 0
    rows, torn = [], []
    for number, cells in table[first:]:
        if above and len(cells) > width and any(cell.strip() for cell in cells[width:]):
            if not name and layout.column == width - 1:
                # A comma in the last column that nobody quoted: the rest of the line belongs to the reply.
                cells = (*cells[: width - 1], ",".join(cells[width - 1 :]))
            else:
                torn.append(number)
        reply = cells[layout.column].strip() if layout.column < len(cells) else ""
        rows.append(Row(number, cells, reply))
    if torn:
        notes.append(f"{place}: {len(torn)} rows have more cells than titles, row {torn[0]} first; is a comma unquoted?")
    for other in layout.others:
        letter = column_name(other)
        notes.append(f"{place}: column {letter} looks like replies as well; check it with COLUMN={letter}")
    return Sheet(name, above, layout.header is not None, layout.column, tuple(rows))


def _workbook(path: Path, where: str, notes: list[str]) -> Iterator[tuple[str, Lines]]:
    """Each visible sheet's name and its rows that are not empty. openpyxl is loaded here only: most replies are lines."""
    _check_package(path, where)
    import openpyxl  # type: ignore[import-untyped,unused-ignore]

    try:
        workbook: Any = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        # openpyxl raises whatever its parsers do: KeyError, ValueError, TypeError, ParseError.
        raise _broken(where, "FILE", error) from error
    try:
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, _rows(sheet, where, notes)
            else:
                notes.append(f"sheet {sheet.title} is hidden and left out")
    finally:
        workbook.close()


def _rows(sheet: Any, where: str, notes: list[str]) -> Lines:
    # Exports of the platforms state a wrong size of the sheet; the rows themselves are right.
    sheet.reset_dimensions()
    empty = 0
    try:
        for number, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            cells = tuple(_cell(value) for value in values)
            while cells and not cells[-1]:
                cells = cells[:-1]
            empty = 0 if cells else empty + 1
            if cells:
                yield number, cells
            elif empty == MOST_EMPTY:
                notes.append(f"sheet {sheet.title} is read to row {number - empty}: {MOST_EMPTY} empty rows follow")
                return
    except Exception as error:
        raise _broken(where, f"sheet {sheet.title}", error) from error


def _check_package(path: Path, where: str) -> None:
    """A workbook is a ZIP of XML: refuses what unpacks to too much and what declares its own entities."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                problem = f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB"
                raise ConfigurationError(where, "FILE", problem, "Copy the replies into a new workbook")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as file:
                        if b"<!DOCTYPE" in file.read(4096):
                            raise ConfigurationError(where, part.filename, "declares entities", "Save it with Excel or WPS")
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise _broken(where, "FILE", error) from error


def _broken(where: str, field: str, error: Exception) -> ConfigurationError:
    problem = f"is a broken workbook ({type(error).__name__})"
    return ConfigurationError(where, field, problem, "Open it in Excel or WPS and save it again as .xlsx")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _CARRIAGE_RETURN.sub("", str(value))
