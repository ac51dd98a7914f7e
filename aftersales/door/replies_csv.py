"""Reads a CSV as Chinese Excel, WPS and the platforms write it: UTF-8 with or without a mark, UTF-16, GB18030; comma,
semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from aftersales.errors import ConfigurationError

#: Lines that are looked at for the delimiter.
LOOKED_AT = 200
#: Never in a file; with it as the delimiter a line is one cell.
_NO_DELIMITER = "\x1f"
#: An apostrophe that a report put before what a spreadsheet would calculate; it is not part of the reply.
_NEUTRALISED = re.compile(r"'\s*[=+\-@＝＋－＠\t\r\n]")


def read_table(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows that are not empty, each with its number as Excel counts them. Raises :class:`ConfigurationError`."""
    where = path.name
    text = _decoded(path.read_bytes(), where).replace("\0", "")
    # Plain text is cut at tabs only: in a list of sentences every line may well hold one comma.
    delimiter = _delimiter(text, "\t" if path.suffix.lower() == ".txt" else ",;\t")
    # Not str.splitlines: it also cuts at signs that may stand in a reply.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                yield number, tuple(cell[1:] if _NEUTRALISED.match(cell) else cell for cell in cells)
    except csv.Error as error:
        fix = "Look for a quotation mark that is not closed before it"
        raise ConfigurationError(where, f"row {number + 1}", f"cannot be read ({error})", fix) from error


def _decoded(data: bytes, where: str) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, encoding, where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A damaged UTF-8 file can often be read as GB18030 too, as nonsense: few bad places in much text give it away.
    lenient = data.decode("utf-8", "replace")
    wide = sum(1 for character in lenient if character > "\x7f")
    if lenient.count("\ufffd") * 10 <= wide:
        return _strictly(data, "utf-8", where)
    return _strictly(data, "gb18030", where)


def _strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fix = "Save it again as CSV UTF-8 (Excel: 另存为 → CSV UTF-8)"
        raise ConfigurationError(where, f"line {line}", f"is no readable {encoding} text", fix) from error


def _delimiter(text: str, signs: str) -> str:
    """The sign that cuts most lines into the same number of cells; none when no sign does."""
    best, delimiter = 0.5, _NO_DELIMITER
    for sign in signs:
        widths = _widths(text, sign)
        width, times = Counter(widths).most_common(1)[0] if widths else (1, 0)
        if width > 1:
            # The titles weigh as much as all lines: texts may hold further commas.
            share = max(times / len(widths), 0.6 if widths[0] > 1 else 0)
            if share > best:
                best, delimiter = share, sign
    return delimiter


def _widths(text: str, sign: str) -> list[int]:
    """How many cells the first lines have when they are cut at ``sign``."""
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) == LOOKED_AT:
                break
    except csv.Error:
        # The reading itself tells where.
        return widths
    return widths
