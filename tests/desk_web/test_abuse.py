"""The abuse protocol over REST: what the console is told, and a person's decision."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .world import Tab, World, handoff

pytestmark = pytest.mark.asyncio

ABUSE = "你们客服都是傻逼"
FILED = {"decision": "filed", "days": 30, "note": "受理编号 7"}


async def _waiting(world: World, platform: str = "own") -> tuple[Tab, httpx.AsyncClient, str]:
    """A buyer in the queue of a store on ``platform``, an agent, and the ticket's address."""
    stores: Any = world.web.stores()
    stores["lantern"].platform = platform
    world.bot.answers["气死我了"] = handoff()
    tab = await world.buyer("u1")
    await tab.send("send", client_id="m-0", text="气死我了", choice=None)
    await tab.until("state", owner="queue")
    client = await world.agent()
    (ticket,) = (await client.get("/api/console/tickets")).json()["tickets"]
    return tab, client, f"/api/console/tickets/{ticket['id']}"


async def _abuse(world: World, tab: Tab, times: int) -> None:
    for _ in range(times):
        world.clock.move(minutes=1)
        id = f"m-{world.clock.seconds}"
        await tab.send("send", client_id=id, text=ABUSE, choice=None)
        await tab.until("ack", client_id=id)
    world.clock.move(minutes=1)


async def test_a_calm_conversation_shows_nothing(world: World) -> None:
    _, client, ticket = await _waiting(world)
    answer = await client.get(f"{ticket}/abuse")
    assert answer.status_code == 200
    assert answer.json() == {
        "step": "nothing", "counts": {"abusive": 0, "after_reminder": 0}, "reminded_at": None, "draft": None,
        "request": None, "decision": None,
    }  # fmt: skip


async def test_the_holder_is_offered_the_reminder_and_sends_it_as_a_reply(world: World) -> None:
    tab, client, ticket = await _waiting(world)
    claimed = (await client.post(f"{ticket}/claim")).json()["ticket"]
    await _abuse(world, tab, 2)
    due = (await client.get(f"{ticket}/abuse")).json()
    assert (due["step"], due["counts"]) == ("remind", {"abusive": 2, "after_reminder": 0})
    sent = await client.post(
        f"/api/console/conversations/{claimed['conversation']}/messages",
        json={"client_id": "r-1", "text": due["draft"]},
    )
    assert sent.status_code == 202
    await _abuse(world, tab, 1)
    after = (await client.get(f"{ticket}/abuse")).json()
    assert (after["step"], after["draft"], after["counts"]["after_reminder"]) == ("stay_kind", None, 1)
    assert after["reminded_at"] == sent.json()["at"]


async def test_the_prepared_request_has_everything_a_person_needs(world: World) -> None:
    tab, client, ticket = await _waiting(world, "jd")
    await _abuse(world, tab, 8)
    told = (await client.get(f"{ticket}/abuse")).json()
    request = told["request"]
    assert told["step"] == "prepare_request"
    assert (request["longest_months"], request["longest_days"], request["lift_within_hours"]) == (3, 90, 2)
    assert [one["text"] for one in request["evidence"]] == [ABUSE] * 6
    assert request["evidence"][0].keys() == {"seq", "at", "text"}
    assert [one["id"] for one in request["rules"]] == ["BLK-01", "BLK-02", "BLK-03", "BLK-05", "BLK-06"]
    assert all(one["statement"] and one["checked"] for one in request["rules"])
    assert request["reminded_at"] == told["reminded_at"]

    decided = await client.post(f"{ticket}/abuse", json=FILED)
    assert decided.status_code == 200
    decision = decided.json()["decision"]
    assert (decision["decision"], decision["agent"]["name"], decision["days"]) == ("filed", "小王", 30)
    again = await client.post(f"{ticket}/abuse", json=FILED)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "decision"),
        ({"decision": "send"}, "decision"),
        (FILED | {"days": 91}, "days"),
        (FILED | {"days": -1}, "days"),
        (FILED | {"days": "30"}, "days"),
        ({"decision": "filed", "note": "受理编号 7"}, "days"),
        (FILED | {"note": None}, "note"),
        (FILED | {"note": "长" * 201}, "note"),
        (FILED | {"send": True}, "send"),
    ],
)
async def test_a_decision_of_another_shape_is_refused(world: World, body: dict[str, Any], field: str) -> None:
    tab, client, ticket = await _waiting(world, "jd")
    await _abuse(world, tab, 8)
    answer = await client.post(f"{ticket}/abuse", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_request", field)


async def test_who_may_not_see_the_ticket_is_told_nothing(world: World) -> None:
    tab, client, ticket = await _waiting(world, "jd")
    await _abuse(world, tab, 8)
    stranger = await world.agent("小赵", stores=("teahouse",))
    nobody = world.client(Origin=world.base)
    elsewhere = world.client(Origin="https://evil.example")
    elsewhere.cookies = client.cookies
    for who, status in ((stranger, 404), (nobody, 401)):
        assert (await who.get(f"{ticket}/abuse")).status_code == status
        assert (await who.post(f"{ticket}/abuse", json=FILED)).status_code == status
    assert (await elsewhere.post(f"{ticket}/abuse", json=FILED)).status_code == 403
    assert (await client.get(f"{ticket}/abuse")).json()["decision"] is None
    assert (await client.get("/api/console/tickets/t_none/abuse")).status_code == 404
