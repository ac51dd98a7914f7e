"""Agents' marks over REST: set, changed, taken back, seen by colleagues, and refused in clear words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .world import Tab, World, handoff

pytestmark = pytest.mark.asyncio

ANGRY = "气死我了"


async def _handed_over(world: World) -> tuple[Tab, httpx.AsyncClient, dict[str, Any], int]:
    """A buyer in the queue, an agent, the ticket, and the number of the message that led to it."""
    world.bot.answers[ANGRY] = handoff()
    tab = await world.buyer("u1")
    await tab.send("send", client_id="m-1", text=ANGRY, choice=None)
    await tab.until("state", owner="queue")
    client = await world.agent()
    (ticket,) = (await client.get("/api/console/tickets")).json()["tickets"]
    events = (await client.get(f"/api/console/tickets/{ticket['id']}")).json()["events"]
    return tab, client, ticket, events[0]["detail"]["seq"]


def _address(ticket: dict[str, Any], seq: object) -> str:
    return f"/api/console/conversations/{ticket['conversation']}/messages/{seq}/mark"


async def _marks(client: httpx.AsyncClient, ticket: dict[str, Any], seq: int) -> list[dict[str, Any]]:
    """The marks of a message, as the console fetches the conversation."""
    address = f"/api/console/conversations/{ticket['conversation']}/messages"
    (message, *_) = (await client.get(address, params={"after": seq - 1})).json()["messages"]
    assert message["seq"] == seq
    marks: list[dict[str, Any]] = message["marks"]
    return marks


async def test_a_needless_handoff_is_marked_and_taken_back(world: World) -> None:
    _, client, ticket, seq = await _handed_over(world)
    assert await _marks(client, ticket, seq) == []
    body = {"kind": "needless", "ticket": ticket["id"], "intent": None, "note": "只是语气急"}
    answer = await client.put(_address(ticket, seq), json=body)
    assert answer.status_code == 200
    (mark,) = answer.json()["marks"]
    assert mark.pop("agent")["name"] == "小王"
    assert mark.pop("at") == "2026-11-22T02:00:00.000+00:00"
    assert mark == body
    assert len(await _marks(client, ticket, seq)) == 1
    changed = await client.put(_address(ticket, seq), json={"kind": "misread", "intent": "refund_status"})
    assert [(mark["kind"], mark["ticket"]) for mark in changed.json()["marks"]] == [("misread", None)]
    cleared = await client.delete(_address(ticket, seq))
    assert (cleared.status_code, cleared.json()) == (200, {"marks": []})
    assert await _marks(client, ticket, seq) == []


async def test_colleagues_see_marks_over_the_socket_too_and_buyers_never(world: World) -> None:
    tab, client, ticket, seq = await _handed_over(world)
    await client.put(_address(ticket, seq), json={"kind": "missed"})
    colleague = await world.agent("小李")
    assert [mark["agent"]["name"] for mark in await _marks(colleague, ticket, seq)] == ["小王"]
    console = await world.console(colleague)
    await console.send("watch", conversation=ticket["conversation"], after=seq - 1)
    frame = await console.until("message")
    assert [mark["kind"] for mark in frame["message"]["marks"]] == ["missed"]
    again = await world.buyer("u1")
    await again.until("message")
    shown = (await world.shop("u1").get("/api/storefront/messages")).json()["messages"]
    assert all("marks" not in message for message in [*shown, *tab.messages(), *again.messages()])


async def test_the_choices_are_titled_and_grouped(world: World) -> None:
    client = await world.agent()
    choices = (await client.get("/api/console/intents")).json()["intents"]
    assert {"intent": "refund_how", "title": "怎么申请退款", "group": "咨询和售后"} in choices
    assert {"intent": "complaint", "title": "投诉或给差评", "group": "其他"} in choices


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"kind": "wrong"}, "kind", "不完整"),
        ({}, "kind", "不完整"),
        ({"kind": "missed", "extra": 1}, "extra", "不完整"),
        ({"kind": "missed", "note": 1}, "note", "不完整"),
        ({"kind": "missed", "note": "长" * 201}, "note", "备注最多 200 字"),
        ({"kind": "missed", "intent": "no_such"}, "intent", "没有这个意图"),
        ({"kind": "misread"}, "intent", "请选择"),
        ({"kind": "needless"}, "ticket", "哪一次转接"),
        ({"kind": "needless", "ticket": "t_other"}, "ticket", "不属于这个会话"),
    ],
)
async def test_a_wrong_mark_is_refused_by_its_field(world: World, body: dict[str, Any], field: str, words: str) -> None:
    _, client, ticket, seq = await _handed_over(world)
    answer = await client.put(_address(ticket, seq), json=body)
    error = answer.json()
    assert (answer.status_code, error["code"], error["field"]) == (400, "bad_request", field)
    assert words in error["message"]
    assert await _marks(client, ticket, seq) == []


@pytest.mark.parametrize(
    ("seq", "status", "field"),
    [("99", 404, "seq"), ("1", 400, "seq"), ("x", 400, "seq"), ("-1", 400, "seq"), ("9" * 30, 400, "seq"), ("２", 400, "seq")],
)
async def test_only_a_buyers_message_that_exists_can_be_marked(world: World, seq: str, status: int, field: str) -> None:
    _, client, ticket, _ = await _handed_over(world)
    for answer in (
        await client.put(_address(ticket, seq), json={"kind": "missed"}),
        await client.delete(_address(ticket, seq)),
    ):
        assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_marking_needs_the_right_to_read_the_conversation(world: World) -> None:
    _, client, ticket, seq = await _handed_over(world)
    for name, rights in (("茶馆", {"stores": ("teahouse",)}), ("标准", {"groups": ("standard",)})):
        stranger = await world.agent(name, **rights)
        assert (await stranger.put(_address(ticket, seq), json={"kind": "missed"})).status_code == 404
        assert (await stranger.delete(_address(ticket, seq))).status_code == 404
    assert await _marks(client, ticket, seq) == []


async def test_marking_needs_a_session_and_the_desks_own_page(world: World) -> None:
    _, client, ticket, seq = await _handed_over(world)
    nobody = world.client(Origin=world.base)
    assert (await nobody.put(_address(ticket, seq), json={"kind": "missed"})).status_code == 401
    assert (await nobody.delete(_address(ticket, seq))).status_code == 401
    assert (await nobody.get("/api/console/intents")).status_code == 401
    client.headers["Origin"] = "https://elsewhere.example"
    for answer in (
        await client.put(_address(ticket, seq), json={"kind": "missed"}),
        await client.delete(_address(ticket, seq)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    client.headers["Origin"] = world.base
    assert await _marks(client, ticket, seq) == []


async def test_marking_has_a_pace_of_its_own(world: World) -> None:
    _, client, ticket, seq = await _handed_over(world)
    answers = [await client.put(_address(ticket, seq), json={"kind": "missed"}) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {200}
    assert (answers[30].status_code, answers[30].json()["message"]) == (429, "标记得有点快，请过几秒再试。")
    assert (await client.get("/api/console/tickets")).status_code == 200
    world.clock.move(seconds=31)
    assert (await client.delete(_address(ticket, seq))).status_code == 200
