"""Every error the desk raises on purpose, with its code on the wire (see ``docs/protocol.md``).

``message`` is Chinese and may be shown to the person; nothing internal belongs in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from aftersales.errors import AftersalesError

if TYPE_CHECKING:
    from desk.findings import Finding


class DeskError(AftersalesError):
    """The root. ``code`` and ``status`` are fixed by the class, the rest belongs to the case.

    ``field`` names the field of the request at fault; ``client_id`` is set when the error answers a frame that had one.
    ``findings`` are what the compliance door found in a text that was refused.
    """

    code: ClassVar[str] = "unavailable"
    status: ClassVar[int] = 503
    retry: ClassVar[bool] = False
    default: ClassVar[str] = "系统开小差了，请再试一次。"

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        client_id: str | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        self.message = message or self.default
        self.field = field
        self.client_id = client_id
        self.findings = tuple(findings)
        super().__init__(self.message)

    def wire(self, client_id: str | None = None) -> dict[str, object]:
        """Return the one shape of an error, for REST bodies and WebSocket frames alike."""
        body: dict[str, object] = {
            "type": "error",
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "retry": self.retry,
            "client_id": client_id or self.client_id,
        }
        if self.findings:
            body["violations"] = [one.wire() for one in self.findings]
        return body


class BadRequest(DeskError):
    """Not JSON, or a field is missing, unknown or of the wrong type."""

    code, status, default = "bad_request", 400, "请求的内容不完整或格式不对，请刷新页面后再试。"


class TextEmpty(DeskError):
    """Nothing is left to send once control and zero-width characters are gone."""

    code, status, default = "text_empty", 400, "还没有输入内容哦。"


class TextTooLong(DeskError):
    """More than the longest message we take."""

    code, status, default = "text_too_long", 400, "内容有点长，请控制在 1000 字以内，可以分几条发送。"


class TokenMissing(DeskError):
    """No token or session came with the call."""

    code, status, default = "token_missing", 401, "请先登录。"


class TokenInvalid(DeskError):
    """A token, session, or pair of name and password that proves nothing."""

    code, status, default = "token_invalid", 401, "登录信息无效，请刷新页面重新进入。"


class TokenExpired(DeskError):
    """A token or session that was good once."""

    code, status, default = "token_expired", 401, "登录已过期，请刷新页面重新进入。"


class OriginRefused(DeskError):
    """The call comes from a page of a site that may not make it."""

    code, status, default = "origin_refused", 403, "当前页面无法使用在线客服，请从店铺页面进入。"


class Forbidden(DeskError):
    """The person is known and lacks the right."""

    code, status, default = "forbidden", 403, "您没有进行这项操作的权限。"


class NotFound(DeskError):
    """No such thing, or a thing of another buyer, store or group: the caller cannot tell which."""

    code, status, default = "not_found", 404, "没有找到相关内容。"


class Conflict(DeskError):
    """Somebody was faster, or the same client id came with other content; the message says who and what now."""

    code, status, default = "conflict", 409, "状态已经变化，请刷新后再操作。"


class ReplyBlocked(DeskError):
    """The compliance door stopped an agent's reply; nothing was stored."""

    code, status, default = "reply_blocked", 422, "这条回复不能发出，请按提示改一改。"


class ReplyWarned(DeskError):
    """The compliance door asks the agent to confirm a reply with a reason; nothing was stored yet."""

    code, status, default = "reply_warned", 409, "这条回复需要您确认后再发。"


class TooMany(DeskError):
    """A rate limit."""

    code, status, retry, default = "too_many", 429, True, "发送得有点快，请过几秒再试。"


class Unavailable(DeskError):
    """The desk cannot store or read now; the same call may succeed later."""

    code, status, retry, default = "unavailable", 503, True, "系统繁忙，消息暂未送达，请再试一次。"
