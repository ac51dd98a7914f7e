"""``make -s check``: one reply a line on standard input, one JSON verdict a line on standard output.

With ``--file`` a merchant's whole file of canned replies (CSV, XLSX) is checked and a report is written instead.

Exits 0, with ``--file`` 1 when a reply does not pass; 2 when something cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from aftersales.door.door import Door
from aftersales.door.load import READER, load_door
from aftersales.door.model import SPEAKERS, Speaker
from aftersales.errors import AftersalesError
from aftersales.stores import CHINA, Store, load_stores

#: Bytes of one line that are kept; the door reads far fewer.
LONGEST_LINE = 1_000_000
#: JSON may hold these as they are, but who splits our lines may split at them.
_LINE_ENDS = {"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"}


def main(
    arguments: list[str] | None = None,
    source: BinaryIO | None = None,
    out: BinaryIO | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(CHINA),
) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    try:
        stores = load_stores(options.stores, options.rules)
        if options.store and options.store not in stores:
            print(f"no store {options.store!r}; known: {', '.join(stores)}", file=sys.stderr)
            return 2
        store = stores[options.store] if options.store else next(iter(stores.values()))
        door = load_door(options.rules, None if options.no_reader else options.reader)
        if options.file is None:
            check_lines(source or sys.stdin.buffer, out or sys.stdout.buffer, door, store, options.speaker)
            return 0
        # Loaded here only: who checks lines needs no reports.
        from aftersales.door.check_file import check_file

        return check_file(
            options.file, options.out, options.column, door, options.rules, store, options.speaker, now(), sys.stderr
        )
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2


def check_lines(source: BinaryIO, out: BinaryIO, door: Door, store: Store, speaker: Speaker) -> None:
    """One verdict a line, each flushed at once; an empty line passes, so the lines stay in step."""
    for text in _texts(source):
        out.write(_json(door.check(text, store, speaker).to_dict()) + b"\n")
        out.flush()


def _texts(source: BinaryIO) -> Iterator[str]:
    """The lines as texts: bytes that are no UTF-8 become U+FFFD, and what goes on for ever is read to :data:`LONGEST_LINE`."""
    first = True
    while line := source.readline(LONGEST_LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST_LINE)
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        yield text.removeprefix("\ufeff") if first else text
        first = False


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    for character, escaped in _LINE_ENDS.items():
        text = text.replace(character, escaped)
    return text.encode("utf-8", "backslashreplace")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="aftersales.door", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", default="", help="a store's id; the first one without it")
    parser.add_argument("--speaker", choices=SPEAKERS, default="agent", help="who says it")
    parser.add_argument("--file", type=Path, help="check this CSV or XLSX instead of lines")
    parser.add_argument("--out", type=Path, help="the report, .html, .xlsx or .csv; <file>.check.html without it")
    parser.add_argument("--column", default="", help="the column of replies: its title, letter or number")
    parser.add_argument("--stores", type=Path, default=Path("stores"))
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--reader", type=Path, default=READER, help="the trained part")
    parser.add_argument("--no-reader", action="store_true", help="without the trained part")
    return parser.parse_args(arguments)


def run() -> int:
    """The command with a quiet end when the reader of a pipe has gone, or the person has had enough."""
    try:
        return main()
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
