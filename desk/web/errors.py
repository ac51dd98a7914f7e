"""One shape for everything that goes wrong on the way in or out; see the table in ``docs/protocol.md``.

What the caller gets is fixed text by code. What really happened goes to the log, without anything a person wrote.
"""

from __future__ import annotations

from typing import Final

import structlog
from sanic import Request
from sanic import exceptions as sanic_errors
from sanic.handlers import ErrorHandler
from sanic.response import HTTPResponse, json

from desk.errors import BadRequest, DeskError, NotFound, TokenExpired, TokenInvalid, TokenMissing, TooMany, Unavailable
from desk.web.tokens import TokenError

log = structlog.stdlib.get_logger("desk.web")


class MethodNotAllowed(DeskError):
    """The address is right, the verb is not."""

    code, status, default = "method_not_allowed", 405, "不支持这种请求方式。"


class TooLarge(DeskError):
    """A body or frame beyond what any call needs."""

    code, status, default = "too_large", 413, "内容太大了，请分几次发送。"


class Internal(DeskError):
    """A mistake of ours; the log has it."""

    code, status, retry, default = "internal", 500, True, "系统开小差了，请再试一次。"


_TOKENS: Final[dict[str, type[DeskError]]] = {
    "token_missing": TokenMissing,
    "token_invalid": TokenInvalid,
    "token_expired": TokenExpired,
}

_BY_STATUS: Final[dict[int, type[DeskError]]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    429: TooMany,
    503: Unavailable,
}


def understand(error: BaseException) -> DeskError:
    """The desk's error for whatever was raised; :class:`Internal` for what nobody expected."""
    if isinstance(error, DeskError):
        return error
    if isinstance(error, TokenError):
        return _TOKENS[error.code]()
    if isinstance(error, sanic_errors.SanicException):
        status = error.status_code or 500
        if status in _BY_STATUS:
            return _BY_STATUS[status]()
        if 400 <= status < 500:
            return BadRequest()
    return Internal()


def note(error: BaseException, understood: DeskError, *, where: str) -> None:
    """Log what went wrong at ``where`` (a path or socket name): loudly when it is our fault, else quietly."""
    if isinstance(understood, Internal):
        log.error("unexpected error", where=where, exc_info=error)
    elif isinstance(understood, Unavailable):
        log.warning("unavailable", where=where, exc_info=error)
    elif isinstance(error, TokenError):
        log.info("token refused", where=where, code=error.code, why=error.why)
    else:
        log.debug("refused", where=where, code=understood.code)


class OneShape(ErrorHandler):
    """Sanic's last resort, replaced: every error of every route leaves as the one JSON shape."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """Answer ``exception``."""
        understood = understand(exception)
        note(exception, understood, where=request.path if request is not None else "-")
        headers: dict[str, str] = {}
        if isinstance(exception, sanic_errors.MethodNotAllowed):
            headers["Allow"] = str(dict(exception.headers).get("Allow", ""))
        if isinstance(understood, TooMany):
            headers["Retry-After"] = "10"
        return json(understood.wire(), status=understood.status, headers=headers, ensure_ascii=False)

    @staticmethod
    def log(request: Request, exception: Exception) -> None:
        """Called by Sanic for a socket's handler that raised; ours never do on purpose."""
        note(exception, understand(exception), where=request.path)
