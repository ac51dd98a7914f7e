"""Logs that may be shown to anybody: they say what happened and where, never what a person wrote or holds.

A log line is kept by people who have no right to read conversations. So the rule is turned round: free text does not
pass unless its key is listed; what passes by itself are numbers and things that look like an id, a path or a code.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import datetime
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

REDACTED: Final = "[redacted]"
#: Keys whose text is written by us in the code, so it may contain spaces.
OUR_OWN_WORDS: Final = frozenset({"event", "level", "logger", "timestamp", "why"})
#: Keys that are dropped even when the value looks harmless: "8801" may be all that a buyer wrote.
NEVER: Final = frozenset(
    {
        "text", "message", "messages", "title", "note", "body", "data", "frame", "payload", "content", "card",
        "evidence", "last_said", "last_text", "carry", "name",
        "token", "authorization", "cookie", "password", "secret", "session",
    }
)  # fmt: skip

_PLAIN = re.compile(r"[A-Za-z0-9_.,:/@+\-*<>\[\]=% ]{0,200}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,2}")
_LONGEST_EVENT = 200

EventDict = MutableMapping[str, Any]


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: keep only what :mod:`desk.web.logs` allows."""
    return {key: _clean(key, value) for key, value in event.items()}


def trace(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: turn ``exc_info`` into the error's type and frames.

    An error's own text is left out: databases and parsers quote the row or the message they choked on.
    """
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["error"] = _names(info[1])
        event["frames"] = _frames(info[2])
    event.pop("stack_info", None)
    return event


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send our logs and those of the libraries through the same redaction, as JSON lines, to ``stream`` (stderr)."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        trace,
        redact,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, floor in _LIBRARIES.items():
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True
        library.setLevel(max(logging.getLevelName(level), floor))


#: Libraries that would fill the log, or quote what went through them, below these levels.
_LIBRARIES: Final = {
    "sanic.root": logging.WARNING,
    "sanic.server": logging.WARNING,
    "sanic.error": logging.WARNING,
    "sanic.access": logging.CRITICAL,
    "sanic.websockets": logging.ERROR,
    "websockets": logging.ERROR,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "asyncio": logging.WARNING,
    "alembic": logging.WARNING,
}


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Records of plain :mod:`logging`: the template stays, its arguments only when they quote nobody."""

    def format(self, record: logging.LogRecord) -> str:
        if not isinstance(record.msg, dict):
            record = logging.makeLogRecord(record.__dict__)
            template = str(record.msg).split("\n", 1)[0]
            args = record.args if isinstance(record.args, tuple) else ()
            try:
                record.msg = template % tuple(_argument(one) for one in args) if args else template
            except (TypeError, ValueError):
                record.msg = template
            record.args = ()
        return super().format(record)


def _argument(value: Any) -> Any:
    if isinstance(value, BaseException):
        code = getattr(value, "code", None) or getattr(value, "problem", None)
        return f"{type(value).__name__}({code})" if isinstance(code, str) else type(value).__name__
    return _clean("argument", value)


def _clean(key: str, value: Any) -> Any:
    if key in NEVER:
        return REDACTED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        if key in OUR_OWN_WORDS:
            return _JWT.sub(REDACTED, value[:_LONGEST_EVENT])
        return value if _PLAIN.fullmatch(value) and not _JWT.search(value) and value.count(" ") == 0 else REDACTED
    if isinstance(value, list | tuple):
        return [_clean(key, item) for item in value]
    if isinstance(value, dict):
        return {str(name): _clean(str(name), item) for name, item in value.items()}
    return REDACTED


def _names(error: BaseException | None) -> list[str]:
    names: list[str] = []
    while error is not None and len(names) < 8:
        names.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return names


def _frames(traceback: TracebackType | None) -> list[str]:
    frames: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        place = "/".join(code.co_filename.split("/")[-3:])
        frames.append(f"{place}:{traceback.tb_lineno}:{code.co_name}")
        traceback = traceback.tb_next
    return frames[-12:]
