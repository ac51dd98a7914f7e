"""The one error shape, the headers, the pages, health and metrics."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from desk.errors import Unavailable

from .world import World, running

pytestmark = pytest.mark.asyncio

SHAPE = {"type", "code", "message", "field", "retry", "client_id"}


async def _unavailable(*_: Any, **__: Any) -> Any:
    raise Unavailable


async def _broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("SELECT secret FROM internals")


async def _answer(world: World, case: str) -> httpx.Response:
    shop = world.shop()
    message = {"client_id": "m-1", "text": "你好", "choice": None}
    post = "/api/storefront/messages"
    match case:
        case "not json":
            return await shop.post(post, content="{oops")
        case "wrong type":
            return await shop.post(post, json=message | {"text": 1})
        case "empty":
            return await shop.post(post, json=message | {"text": " "})
        case "long":
            return await shop.post(post, json=message | {"text": "长" * 1001})
        case "no token":
            return await world.client().get(post)
        case "bad token":
            return await world.client(Authorization="Bearer x").get(post)
        case "old token":
            world.clock.move(hours=2)
            return await shop.get(post)
        case "origin":
            return await shop.get(post, headers={"Origin": "https://evil.example"})
        case "unknown page":
            return await shop.get("/api/nothing/here")
        case "unknown file":
            return await shop.get("/static/nothing.js")
        case "wrong verb":
            return await shop.delete(post)
        case "conflict":
            await shop.post(post, json=message)
            return await shop.post(post, json=message | {"text": "别的"})
        case "too large":
            return await shop.post(post, content="x" * 70_000)
        case "too many":
            for _ in range(20):
                await shop.post(post, json=message)
            return await shop.post(post, json=message)
        case "unavailable":
            world.desk.post_buyer_message = _unavailable  # type: ignore[method-assign]
            return await shop.post(post, json=message)
        case "internal":
            world.desk.post_buyer_message = _broken  # type: ignore[method-assign]
            return await shop.post(post, json=message)
    raise AssertionError(case)


@pytest.mark.parametrize(
    ("case", "status", "code", "field", "retry"),
    [
        ("not json", 400, "bad_request", None, False),
        ("wrong type", 400, "bad_request", "text", False),
        ("empty", 400, "text_empty", "text", False),
        ("long", 400, "text_too_long", "text", False),
        ("no token", 401, "token_missing", None, False),
        ("bad token", 401, "token_invalid", None, False),
        ("old token", 401, "token_expired", None, False),
        ("origin", 403, "origin_refused", None, False),
        ("unknown page", 404, "not_found", None, False),
        ("unknown file", 404, "not_found", None, False),
        ("wrong verb", 405, "method_not_allowed", None, False),
        ("conflict", 409, "conflict", None, False),
        ("too large", 413, "too_large", None, False),
        ("too many", 429, "too_many", None, True),
        ("unavailable", 503, "unavailable", None, True),
        ("internal", 500, "internal", None, True),
    ],
)
async def test_every_error_has_the_one_shape(
    world: World, case: str, status: int, code: str, field: str | None, retry: bool
) -> None:
    answer = await _answer(world, case)
    body = answer.json()
    assert answer.status_code == status
    assert body.keys() == SHAPE and body["type"] == "error"
    assert (body["code"], body["retry"]) == (code, retry)
    assert case == "conflict" or body["field"] == field
    assert any("\u4e00" <= character <= "\u9fff" for character in body["message"])
    for internal in ("SELECT", "Error", "Traceback", "sanic", "/api/"):
        assert internal not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("broken", "close"), [(_unavailable, 1013), (_broken, 1011)])
async def test_a_socket_whose_reading_fails_says_so_and_closes(world: World, broken: Any, close: int) -> None:
    tab = await world.buyer()
    world.desk.messages_after = broken  # type: ignore[method-assign]
    world.desk.bus.publish(tab.frames[0]["conversation"])
    assert await tab.closed() == close
    assert tab.frames[-1].keys() == SHAPE and "SELECT" not in json.dumps(tab.frames)


async def test_a_send_that_cannot_be_stored_is_never_acknowledged(world: World) -> None:
    tab = await world.buyer()
    world.desk.post_buyer_message = _unavailable  # type: ignore[method-assign]
    await tab.send("send", client_id="m-1", text="存不进去", choice=None)
    error = await tab.until("error")
    assert (error["code"], error["retry"], error["client_id"]) == ("unavailable", True, "m-1")
    await tab.send("ping")
    await tab.until("pong")
    assert not [frame for frame in tab.frames if frame["type"] == "ack"]


async def test_what_is_no_http_is_sent_away(world: World) -> None:
    address = urlsplit(world.base)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"NONSENSE\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400") and b'"code":"bad_request"' in answer


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/console", "text/html; charset=utf-8"),
        ("/console/", "text/html; charset=utf-8"),
        ("/static/storefront/main.js", "text/javascript; charset=utf-8"),
        ("/static/console/style.css", "text/css; charset=utf-8"),
    ],
)
async def test_a_page_comes_with_its_type_a_tag_and_no_inline_script(world: World, path: str, kind: str) -> None:
    client = world.client()
    answer = await client.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';") and "unsafe" not in policy
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/../outside.js",
        "/static/%2e%2e/outside.js",
        "/static/storefront/..%2f..%2foutside.js",
        "/static//etc/passwd",
        "/static/console/.secret.js",
        "/static/storefront",
        "/static/storefront/main.js%00.html",
        "/static/desk.db",
        "/static/package.json",
        "/static/tests/view.js",
    ],
)
async def test_nothing_outside_the_pages_is_served(world: World, path: str) -> None:
    address = urlsplit(world.base)
    with socket.create_connection((address.hostname or "", address.port or 0)) as raw:
        reader, writer = await asyncio.open_connection(sock=raw)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
    assert b" 404 " in answer.split(b"\r\n")[0] and b"outside" not in answer


async def test_a_link_out_of_the_pages_leads_nowhere(world: World) -> None:
    (world.web.pages / "storefront" / "link.js").symlink_to(world.web.pages.parent / "outside.js")
    assert (await world.client().get("/static/storefront/link.js")).status_code == 404


async def test_live_and_ready(world: World) -> None:
    client = world.client()
    assert (await client.get("/health/live")).json() == {"live": True}
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "database": True, "bot": True, "bot_reason": None},
    )


async def test_a_bot_that_is_down_is_noticed_within_two_seconds_and_does_not_stop_the_desk(world: World) -> None:
    client = world.client()
    await client.get("/health/ready")
    world.bot.up = False
    assert (await client.get("/health/ready")).status_code == 200
    world.clock.move(seconds=2)
    down = await client.get("/health/ready")
    assert (down.status_code, down.json()["bot"]) == (503, False)
    assert (await client.get("/health/ready", params={"need": "database"})).status_code == 200


async def test_metrics_count_and_name_nobody(world: World) -> None:
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="统计我", choice=None)
    await tab.until("message", text="回答1")
    await tab.send("action", client_id="a-1", name="human")
    await tab.until("state", owner="queue")
    text = (await world.client().get("/metrics")).text
    assert 'aftersales_sockets{side="storefront"} 1' in text
    assert 'aftersales_tickets{state="waiting"} 1' in text
    assert "aftersales_store_seconds_count 1" in text
    assert "u1" not in text and tab.frames[0]["conversation"] not in text and "统计我" not in text
    families = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(set(families)) == len(families)
    assert all(re.fullmatch("[a-z_]+", family) for family in families)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_metrics_are_not_for_those_behind_a_proxy(world: World, header: str) -> None:
    assert (await world.client().get("/metrics", headers={header: "203.0.113.9"})).status_code == 404
    assert "bot_reason" not in (await world.client().get("/health/ready", headers={header: "203.0.113.9"})).json()


async def test_outside_the_demo_the_cookie_needs_tls_unless_the_browser_is_local(
    tmp_path: Path, template: Path
) -> None:
    async with running(tmp_path, template, demo=False) as world:
        await world.agent("小王")
        body = {"name": "小王", "password": "correct horse 9"}
        for host, secure in (
            ("desk.example", True),
            ("desk.example:8443", True),
            ("127.0.0.1:8000", False),
            ("[::1]:80", False),
        ):
            answer = await world.client(Host=host, Origin=f"https://{host}").post("/api/console/login", json=body)
            assert ("secure" in answer.headers["set-cookie"].lower()) is secure, host
