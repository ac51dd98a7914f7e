"""Checks a whole file of canned replies and writes the report: ``make check FILE=… OUT=…``."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TextIO

from aftersales.door.door import Door
from aftersales.door.model import Speaker
from aftersales.door.replies_file import read_replies
from aftersales.door.report import WORST_FIRST, check_replies
from aftersales.door.report_html import render_html
from aftersales.door.report_table import render_csv, render_xlsx
from aftersales.errors import ConfigurationError
from aftersales.rules import load_catalogue
from aftersales.stores.model import Store

OUTPUTS = (".html", ".htm", ".xlsx", ".csv")
#: Width of the bar on a terminal.
BAR = 30


class Progress:
    """How far the check is: a bar on a terminal, else a line each tenth."""

    def __init__(self, out: TextIO):
        self._out, self._terminal, self._tenths, self._shown = out, out.isatty(), 0, -1

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` replies are checked."""
        if self._terminal:
            filled = done * BAR // total
            percent = done * 100 // total
            if percent != self._shown:
                self._shown = percent
                end = "\n" if done == total else ""
                print(f"\r[{'█' * filled}{'·' * (BAR - filled)}] {done} of {total}", end=end, file=self._out, flush=True)
        elif done * 10 // total > self._tenths:
            self._tenths = done * 10 // total
            print(f"{done} of {total} replies ({done * 100 // total} %)", file=self._out, flush=True)


def check_file(
    source: Path, out: Path | None, column: str, door: Door, rules: Path, store: Store, speaker: Speaker,
    at: datetime, messages: TextIO,
) -> int:  # fmt: skip
    """Read ``source``, check it, write ``out`` (``None``: ``<source>.check.html`` beside it). ``at``: the moment on the report.

    Returns 0 when every reply passes, 1 when one does not. Raises :class:`ConfigurationError` for a file that cannot be
    read or written.
    """
    target = out or source.with_name(f"{source.stem}.check.html")
    check_target(source, target)
    replies = read_replies(source, column)
    for note in replies.notes:
        print(f"note: {note}", file=messages)
    report = check_replies(replies, door, load_catalogue(rules / "catalogue"), store, speaker, at, Progress(messages))
    suffix = target.suffix.lower()
    if suffix == ".xlsx":
        data = render_xlsx(report)
    elif suffix == ".csv":
        data = render_csv(report)
    else:
        data = render_html(report).encode("utf-8", "replace")
    _write(target, data)
    counts = ", ".join(f"{report.count(level)} {level}" for level in WORST_FIRST)
    print(f"{len(report.checked)} replies: {counts}. The report: {target}", file=messages)
    return 0 if report.count("pass") == len(report.checked) else 1


def check_target(source: Path, target: Path) -> None:
    """Refuse, before any work, a report that cannot be written or would overwrite the replies."""
    if target.suffix.lower() not in OUTPUTS:
        problem = f"{target.suffix or 'no ending'} is no kind of report"
        raise ConfigurationError(target.name, "OUT", problem, f"Use one of {', '.join(OUTPUTS)}")
    if target.resolve() == source.resolve():
        raise ConfigurationError(target.name, "OUT", "is the file of replies itself", "Choose another name")
    if target.is_dir() or not target.parent.is_dir():
        raise ConfigurationError(target.name, "OUT", f"{target.parent} is no folder to write in", "Create it first")


def _write(target: Path, data: bytes) -> None:
    """All of it or nothing: a report that was open in Excel is not left half written."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            # mkstemp's files are for the owner alone; a report is to be passed on.
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise ConfigurationError(target.name, "OUT", problem, "Close it in Excel, or choose another place") from error
