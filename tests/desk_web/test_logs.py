"""What the log may say: what happened and where, never what somebody wrote or which token they hold."""

from __future__ import annotations

import io
import json
import logging
from decimal import Decimal
from typing import Any

import pytest
import structlog

from desk.web.logs import REDACTED

from .world import World, handoff

SECRET = "我的手机号是13800000000"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJidXllciI6InUxIn0.c2lnbmF0dXJl"


def _lines(logs: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logs.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        pytest.param("code", "too_many", "too_many", id="代码"),
        pytest.param("where", "/ws/storefront", "/ws/storefront", id="路径"),
        pytest.param("conversation", "c_0a1b", "c_0a1b", id="编号"),
        pytest.param("milliseconds", 14, 14, id="数字"),
        pytest.param("codes", ["a", "b c"], ["a", REDACTED], id="列表"),
        pytest.param("anything", SECRET, REDACTED, id="中文"),
        pytest.param("anything", "where is my parcel", REDACTED, id="英文句子"),
        pytest.param("anything", TOKEN, REDACTED, id="token"),
        pytest.param("where", f"/x?token={TOKEN}", REDACTED, id="地址里的token"),
        pytest.param("text", "8801", REDACTED, id="消息里的单号"),
        pytest.param("password", "hunter2", REDACTED, id="密码"),
        pytest.param("authorization", "x", REDACTED, id="授权"),
        pytest.param("nested", {"text": "8801", "code": "x"}, {"text": REDACTED, "code": "x"}, id="嵌套"),
        pytest.param("object", object(), REDACTED, id="对象"),
        pytest.param("data", b"8801", REDACTED, id="字节"),
    ],
)
def test_a_value_is_shown_only_when_it_quotes_nobody(logs: io.StringIO, key: str, value: Any, shown: Any) -> None:
    structlog.stdlib.get_logger("desk.test").info("something happened", **{key: value})
    assert _lines(logs)[-1][key] == shown


def test_an_error_is_logged_by_type_and_place_without_its_words(logs: io.StringIO) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as inner:
            raise ValueError(f"cannot store {TOKEN}") from inner
    except ValueError as error:
        structlog.stdlib.get_logger("desk.test").error("unexpected error", exc_info=error)
    line = _lines(logs)[-1]
    assert line["error"] == ["builtins.ValueError", "builtins.KeyError"]
    assert line["frames"][-1].startswith("tests/desk_web/test_logs.py:")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("the turn %s failed: %s", "m_1", ValueError(SECRET)), "the turn m_1 failed: ValueError"),
        (("%s wrote %s", "u1", SECRET), f"u1 wrote {REDACTED}"),
        (("took %d ms", 12), "took 12 ms"),
        (("one line\n" + SECRET,), "one line"),
        (("100%",), "100%"),
        (("%d rows", Decimal(3)), "%d rows"),
    ],
)
def test_a_librarys_record_loses_what_it_quotes(logs: io.StringIO, args: tuple[Any, ...], said: str) -> None:
    logging.getLogger("some.library").warning(*args)
    assert _lines(logs)[-1]["event"] == said


def test_a_librarys_exception_loses_its_words(logs: io.StringIO) -> None:
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        logging.getLogger("sanic.error").exception("while handling %s", SECRET)
    assert _lines(logs)[-1]["error"] == ["builtins.RuntimeError"]


@pytest.mark.asyncio
async def test_a_whole_conversation_leaves_no_words_in_the_log(world: World, logs: io.StringIO) -> None:
    world.bot.answers["气死我了"] = handoff()
    tab = await world.buyer()
    for number, text in enumerate((SECRET, "/restart", "气死我了", "长" * 1001, " ")):
        await tab.send("send", client_id=f"m-{number}", text=text, choice=None)
    await tab.until("state", owner="queue")
    await tab.connection.send("不是 JSON " + TOKEN)
    await tab.until("error", code="bad_request")

    async def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"row: {SECRET} {world.token()}")

    world.desk.post_buyer_message = fails  # type: ignore[method-assign]
    await world.shop().post("/api/storefront/messages", json={"client_id": "m-9", "text": SECRET, "choice": None})
    await world.client(Authorization=f"Bearer {TOKEN}").get("/api/storefront/messages")
    text = logs.getvalue()
    assert "unexpected error" in text and "token refused" in text
    for quoted in ("13800000000", "restart", "eyJ", "c2lnbmF0dXJl", "林女士", "气死"):
        assert quoted not in text
