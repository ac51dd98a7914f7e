"""Replies at the compliance door over REST: refused in clear words, confirmed with a reason, checked while typing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .world import Tab, World, handoff

pytestmark = pytest.mark.asyncio

GOOD = "我看到这笔退款已经审核通过，原路退回。"
WAIT = "您稍等一下"
CONTACT = "加我微信聊"
SOON = "我现在去查物流，10分钟内回复您结果"
CONFIRM = {"reason": "规则误判", "kinds": ["waiting"]}


async def _held(world: World) -> tuple[Tab, httpx.AsyncClient, str]:
    """A buyer, the agent who holds the conversation, and its address."""
    world.bot.answers["气死我了"] = handoff()
    tab = await world.buyer("u1")
    await tab.send("send", client_id="m-1", text="气死我了", choice=None)
    await tab.until("state", owner="queue")
    client = await world.agent()
    (ticket,) = (await client.get("/api/console/tickets")).json()["tickets"]
    await client.post(f"/api/console/tickets/{ticket['id']}/claim")
    await tab.until("state", owner="agent")
    return tab, client, f"/api/console/conversations/{ticket['conversation']}"


async def _reply(client: httpx.AsyncClient, address: str, text: str, id: str = "r-1", **more: Any) -> httpx.Response:
    return await client.post(f"{address}/messages", json={"client_id": id, "text": text, **more})


async def test_a_blocked_reply_names_rule_words_and_a_better_way(world: World) -> None:
    tab, client, address = await _held(world)
    answer = await _reply(client, address, CONTACT, confirm={"reason": "已与主管确认", "kinds": ["offsite_contact"]})
    error = answer.json()
    assert (answer.status_code, error["code"], error["field"], error["retry"]) == (422, "reply_blocked", "text", False)
    assert error["message"] == "这条回复不能发出：引到站外联系。请按提示改一改。"
    (violation,) = error["violations"]
    assert violation.keys() == {"kind", "title", "level", "rule", "span", "start", "end", "why", "instead"}
    assert (violation["kind"], violation["level"], violation["span"]) == ("offsite_contact", "block", "加我微信")
    assert (violation["start"], violation["end"]) == (0, 4)
    assert (await _reply(client, address, GOOD, "r-2")).status_code == 202
    assert (await tab.until("message", sender="agent"))["text"] == GOOD


async def test_a_warned_reply_is_sent_with_a_reason(world: World) -> None:
    tab, client, address = await _held(world)
    warned = await _reply(client, address, WAIT)
    assert (warned.status_code, warned.json()["code"], warned.json()["field"]) == (409, "reply_warned", "confirm")
    assert [one["kind"] for one in warned.json()["violations"]] == ["waiting"]
    sent = await _reply(client, address, WAIT, confirm=CONFIRM)
    again = await _reply(client, address, WAIT)
    assert (sent.status_code, again.status_code) == (202, 200) and sent.json() == again.json()
    assert (await tab.until("message", sender="agent"))["text"] == WAIT


@pytest.mark.parametrize(
    ("confirm", "field"),
    [
        ("yes", "confirm"),
        ([], "confirm"),
        ({}, "confirm.reason"),
        ({"reason": "规则误判"}, "confirm.kinds"),
        ({"reason": 3, "kinds": []}, "confirm.reason"),
        ({"reason": "是", "kinds": ["waiting"]}, "confirm.reason"),
        ({"reason": "长" * 201, "kinds": ["waiting"]}, "confirm.reason"),
        ({"reason": "规则误判", "kinds": "waiting"}, "confirm.kinds"),
        ({"reason": "规则误判", "kinds": [3]}, "confirm.kinds"),
        ({"reason": "规则误判", "kinds": ["k" * 33]}, "confirm.kinds"),
        ({"reason": "规则误判", "kinds": ["k"] * 65}, "confirm.kinds"),
        ({"reason": "规则误判", "kinds": ["waiting"], "force": True}, "confirm.force"),
    ],
)
async def test_a_confirmation_of_another_shape_is_refused(world: World, confirm: Any, field: str) -> None:
    _, client, address = await _held(world)
    answer = await _reply(client, address, WAIT, confirm=confirm)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_request", field)


@pytest.mark.parametrize(
    ("text", "verdict", "kinds"),
    [(GOOD, "pass", []), (WAIT, "warn", ["waiting"]), (f"{CONTACT}，{WAIT}", "block", ["offsite_contact", "waiting"])],
)
async def test_a_check_while_typing(world: World, text: str, verdict: str, kinds: list[str]) -> None:
    tab, client, address = await _held(world)
    answer = await client.post(f"{address}/check", json={"text": text})
    assert answer.status_code == 200 and answer.json()["verdict"] == verdict
    assert [one["kind"] for one in answer.json()["violations"]] == kinds
    assert not [frame for frame in tab.messages() if frame["sender"] == "agent"]


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "bad_request"), ({"text": " "}, "text_empty"), ({"text": "长" * 1001}, "text_too_long"), ({"text": "好", "store": "x"}, "bad_request")],
)
async def test_a_check_of_nothing_is_refused(world: World, body: dict[str, Any], code: str) -> None:
    _, client, address = await _held(world)
    answer = await client.post(f"{address}/check", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_checks_have_a_pace_of_their_own(world: World) -> None:
    _, client, address = await _held(world)
    statuses = [(await client.post(f"{address}/check", json={"text": GOOD})).status_code for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    assert (await _reply(client, address, GOOD)).status_code == 202
    world.clock.move(seconds=11)
    assert (await client.post(f"{address}/check", json={"text": GOOD})).status_code == 200


async def test_the_door_answers_the_holder_on_the_desks_own_page_only(world: World) -> None:
    _, client, address = await _held(world)
    other = await world.agent("小李")
    nobody = world.client(Origin=world.base)
    for caller, status in ((other, 403), (nobody, 401)):
        assert (await caller.post(f"{address}/check", json={"text": CONTACT})).status_code == status
        assert (await _reply(caller, address, CONTACT)).status_code == status
    assert (await nobody.get(f"{address}/promises")).status_code == 401
    stranger = await world.agent("茶馆", stores=("teahouse",))
    assert (await stranger.get(f"{address}/promises")).status_code == 404
    client.headers["Origin"] = "https://elsewhere.example"
    for answer in (
        await client.post(f"{address}/check", json={"text": CONTACT}),
        await client.put(f"{address}/promises/p_1", json={"state": "kept"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


async def test_a_promise_is_shown_ticked_and_counted(world: World) -> None:
    _, client, address = await _held(world)
    assert (await client.get(f"{address}/promises")).json() == {"promises": []}
    await _reply(client, address, SOON)
    (made,) = (await client.get(f"{address}/promises")).json()["promises"]
    assert made.keys() == {
        "id", "seq", "matter", "span", "amount", "unit", "within", "agent", "made_at", "due_at", "state", "overdue",
    }  # fmt: skip
    assert (made["span"], made["due_at"], made["overdue"]) == ("10分钟内回复", "2026-11-22T02:10:00.000+00:00", False)
    world.clock.move(minutes=11)
    (late,) = (await client.get(f"{address}/promises")).json()["promises"]
    assert late["overdue"] is True
    metrics = (await client.get("/metrics")).text
    assert 'aftersales_promises{state="open"} 1' in metrics and 'aftersales_promises{state="overdue"} 1' in metrics
    kept = await client.put(f"{address}/promises/{made['id']}", json={"state": "kept"})
    assert [(one["state"], one["overdue"]) for one in kept.json()["promises"]] == [("kept", False)]
    assert 'aftersales_promises{state="overdue"} 0' in (await client.get("/metrics")).text


@pytest.mark.parametrize(
    ("promise", "body", "status"),
    [("p_none", {"state": "kept"}, 404), ("p_none", {"state": "done"}, 400), ("p_none", {}, 400)],
)
async def test_a_promise_that_is_not_there(world: World, promise: str, body: dict[str, Any], status: int) -> None:
    _, client, address = await _held(world)
    assert (await client.put(f"{address}/promises/{promise}", json=body)).status_code == status
