"""Agents at work: log-in, the queue, the conversation, and the hand-back, over REST and socket."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .world import PASSWORD, Tab, World, handoff

pytestmark = pytest.mark.asyncio


async def _angry(world: World, buyer: str = "u1") -> Tab:
    """A buyer who stands in the queue."""
    world.bot.answers["气死我了"] = handoff()
    tab = await world.buyer(buyer)
    await tab.send("send", client_id="m-1", text="气死我了", choice=None)
    await tab.until("state", owner="queue")
    return tab


async def _waiting(client: httpx.AsyncClient) -> dict[str, Any]:
    """The first ticket in the waiting list."""
    listed = (await client.get("/api/console/tickets", params={"state": "waiting"})).json()
    ticket: dict[str, Any] = listed["tickets"][0]
    return ticket


async def _do(client: httpx.AsyncClient, ticket: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/console/tickets/{ticket['id']}/{verb}", json=body or None)


async def test_log_in_gives_a_cookie_no_script_can_read(world: World) -> None:
    await world.desk.create_agent("小王", PASSWORD, groups=("complaint",))
    client = world.client(Origin=world.base)
    answer = await client.post("/api/console/login", json={"name": "小王", "password": PASSWORD})
    agent = answer.json()["agent"]
    assert agent == {"id": agent["id"], "name": "小王", "role": "agent", "groups": ["complaint"], "stores": []}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie and "max-age=43200" in cookie
    assert PASSWORD not in answer.text
    assert (await client.get("/api/console/me")).json() == {"agent": agent}


@pytest.mark.parametrize(("name", "password"), [("小王", "wrong password"), ("没有这个人", PASSWORD)])
async def test_a_wrong_name_and_a_wrong_password_sound_the_same(world: World, name: str, password: str) -> None:
    await world.desk.create_agent("小王", PASSWORD)
    answer = await world.client(Origin=world.base).post("/api/console/login", json={"name": name, "password": password})
    assert answer.status_code == 401 and answer.json()["message"] == "用户名或密码不对。"
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down_by_name_and_address(world: World) -> None:
    await world.desk.create_agent("小王", PASSWORD)
    await world.desk.create_agent("小李", PASSWORD)
    client = world.client(Origin=world.base)

    async def guess(name: str, password: str) -> int:
        return (await client.post("/api/console/login", json={"name": name, "password": password})).status_code

    assert [await guess("小王", f"guess {number}") for number in range(6)] == [401] * 5 + [429]
    assert await guess("小王", PASSWORD) == 429
    assert await guess("小李", PASSWORD) == 200
    world.clock.move(minutes=6)
    assert await guess("小王", PASSWORD) == 200


async def test_guessing_many_names_from_one_address_is_slowed_down_too(world: World) -> None:
    client = world.client(Origin=world.base)
    statuses = [
        (await client.post("/api/console/login", json={"name": f"n{number}", "password": "x"})).status_code
        for number in range(32)
    ]
    assert statuses == [401] * 30 + [429] * 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 403, id="不知来自哪里"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="别的网站"),
        pytest.param({"Origin": "null"}, 403, id="沙箱"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="跨站"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="同站不同源"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="同源"),
    ],
)
async def test_changes_are_taken_from_the_desks_own_page_only(
    world: World, headers: dict[str, str], status: int
) -> None:
    agent = await world.agent()
    await _angry(world)
    ticket = await _waiting(agent)
    client = world.client(Cookie=f"desk_session={agent.cookies['desk_session']}", **headers)
    answers = [
        await _do(client, ticket, "claim"),
        await client.post("/api/console/logout"),
    ]
    assert [answer.status_code for answer in answers] == [status] * 2


async def test_a_log_out_ends_the_session_for_copies_of_the_cookie_too(world: World) -> None:
    client = await world.agent()
    copy = world.client(Cookie=f"desk_session={client.cookies['desk_session']}")
    tab = await world.console(client)
    assert (await copy.get("/api/console/me")).status_code == 200
    assert (await client.post("/api/console/logout")).status_code == 200
    assert (await copy.get("/api/console/me")).json()["code"] == "token_expired"
    await tab.send("ping")
    assert await tab.closed() == 4401


async def test_a_session_is_over_after_twelve_hours(world: World) -> None:
    client = await world.agent()
    tab = await world.console(client)
    world.clock.move(hours=12)
    assert (await client.get("/api/console/me")).json()["code"] == "token_expired"
    await tab.send("ping")
    assert await tab.closed() == 4408


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "me"),
        ("GET", "tickets"),
        ("GET", "tickets/t_1"),
        ("GET", "conversations/c_1/messages"),
        ("POST", "conversations/c_1/messages"),
        *[("POST", f"tickets/t_1/{verb}") for verb in ("claim", "release", "offer_return", "return", "close")],
    ],
)
async def test_nothing_works_without_a_session(world: World, method: str, path: str) -> None:
    buyer = world.token()
    for cookie in ("", f"desk_session={buyer}"):
        client = world.client(Origin=world.base, Cookie=cookie)
        answer = await client.request(method, f"/api/console/{path}")
        assert answer.status_code == 401, answer.text


@pytest.mark.parametrize(
    ("origin", "cookie", "code"),
    [("own", False, 4401), ("https://evil.example", True, 4403), (None, True, 4403)],
)
async def test_the_socket_needs_a_session_and_the_desks_own_page(
    world: World, origin: str | None, cookie: bool, code: int
) -> None:
    client = await world.agent()
    tab = await world.connect(
        "/ws/console",
        origin=world.base if origin == "own" else origin,
        cookie=f"desk_session={client.cookies['desk_session']}" if cookie else None,
    )
    assert await tab.closed() == code
    assert [frame["type"] for frame in tab.frames] == ["error"]


async def test_a_ticket_shows_why_and_what(world: World) -> None:
    agent = await world.agent()
    await _angry(world)
    listed = (await agent.get("/api/console/tickets", params={"state": "waiting"})).json()
    ticket = listed["tickets"][0]
    assert listed["counts"] == {"waiting": 1, "mine": 0, "open": 1}
    assert ticket.keys() == {
        "id", "conversation", "store", "buyer", "kind", "state", "group", "group_name", "priority", "reason",
        "reason_text", "evidence", "card", "agent", "return_offered", "opened_at", "assigned_at", "ended_at", "due_at",
        "last_text", "last_at",
    }  # fmt: skip
    assert ticket["store"] == {"id": "lantern", "name": "lantern旗舰店"}
    assert ticket["buyer"] == {"name": "林女士", "guest": False}
    assert (ticket["state"], ticket["group_name"], ticket["priority"]) == ("waiting", "投诉", "high")
    assert ticket["evidence"][0]["label"] == "angry" and ticket["agent"] is None and ticket["assigned_at"] is None
    one = (await agent.get(f"/api/console/tickets/{ticket['id']}")).json()
    assert one["ticket"] == ticket
    assert one["events"][0]["event"] == "opened"
    assert one["events"][0].keys() == {"at", "event", "actor", "detail"}


async def test_claim_reply_and_hand_back_over_the_sockets(world: World) -> None:
    agent = await world.agent()
    desk = await world.console(agent)
    assert (await desk.until("tickets"))["counts"]["waiting"] == 0
    buyer = await _angry(world)
    listed = await desk.until("tickets", counts={"waiting": 1, "mine": 0, "open": 1})
    ticket = listed["tickets"][0]
    conversation = ticket["conversation"]

    await desk.send("watch", conversation=conversation, after=0)
    first = await desk.until("message")
    assert (first["conversation"], first["message"]["seq"]) == (conversation, 1)
    await desk.until("state", conversation=conversation)
    said = [frame["message"] for frame in desk.frames if frame["type"] == "message"]
    asked = next(message for message in said if message["sender"] == "buyer")
    assert asked["reading"]["intent"] == "other" and asked["client_id"] is None

    claimed = (await _do(agent, ticket, "claim")).json()["ticket"]
    assert (claimed["state"], claimed["agent"]["name"]) == ("assigned", "小王")
    state = await buyer.until("state", owner="agent")
    assert state["agent"] == {"name": "小王"} and state["queue"] is None
    assert (await desk.until("state"))["state"]["agent"] == claimed["agent"]

    await desk.send("typing", conversation=conversation, on=True)
    assert await buyer.until("typing", who="agent") == {"type": "typing", "who": "agent", "on": True}
    body = {"client_id": "r-1", "text": "您好，我来处理"}
    sent = await agent.post(f"/api/console/conversations/{conversation}/messages", json=body)
    repeat = await agent.post(f"/api/console/conversations/{conversation}/messages", json=body)
    assert (sent.status_code, repeat.status_code) == (202, 200) and sent.json() == repeat.json()
    heard = await buyer.until("message", sender="agent")
    assert (heard["text"], heard["name"], heard["client_id"]) == ("您好，我来处理", "客服 小王", None)
    own = await desk.until("message")
    while own["message"]["sender"] != "agent":
        own = await desk.until("message")
    assert own["message"]["client_id"] == "r-1"

    await buyer.send("typing", on=True)
    assert await desk.until("typing") == {"type": "typing", "conversation": conversation, "on": True}
    offered = (await _do(agent, ticket, "offer_return")).json()["ticket"]
    assert offered["return_offered"] is True
    await buyer.until("state", return_offered=True)
    await buyer.send("action", client_id="a-1", name="accept_return")
    back = await buyer.until("state", owner="bot")
    assert back["return_offered"] is False and back["agent"] is None
    ended = (await agent.get("/api/console/tickets", params={"state": "ended"})).json()["tickets"]
    assert [(one["id"], one["state"]) for one in ended] == [(ticket["id"], "returned")]
    assert buyer.seqs() == list(range(1, len(buyer.seqs()) + 1))


@pytest.mark.parametrize(
    ("verb", "state", "owner"),
    [("return", "returned", "bot"), ("close", "closed", "closed"), ("release", "waiting", "queue")],
)
async def test_the_holder_ends_or_puts_back(world: World, verb: str, state: str, owner: str) -> None:
    agent = await world.agent()
    buyer = await _angry(world)
    ticket = await _waiting(agent)
    await _do(agent, ticket, "claim")
    await buyer.until("state", owner="agent")
    body = {"note": "已处理"} if verb == "close" else {}
    answer = await _do(agent, ticket, verb, **body)
    assert answer.json()["ticket"]["state"] == state
    await buyer.until("state", owner=owner)


async def test_only_one_agent_gets_a_ticket_and_the_other_learns_who(world: World) -> None:
    wang, li = await world.agent("小王"), await world.agent("小李")
    await _angry(world)
    ticket = await _waiting(wang)
    assert (await _do(wang, ticket, "claim")).status_code == 200
    late = await _do(li, ticket, "claim")
    assert late.status_code == 409 and "小王" in late.json()["message"]
    reply = await li.post(
        f"/api/console/conversations/{ticket['conversation']}/messages", json={"client_id": "r-1", "text": "我来"}
    )
    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    assert (await _do(li, ticket, "close")).status_code == 403


async def test_an_agent_sees_neither_other_stores_nor_other_groups(world: World) -> None:
    await _angry(world)
    for number, rights in enumerate(({"stores": ("teahouse",)}, {"groups": ("standard",)})):
        other = await world.agent(f"外人{number}", **rights)
        assert (await other.get("/api/console/tickets")).json()["tickets"] == []
        boss = await world.agent(f"主管{number}")
        ticket = await _waiting(boss)
        desk = await world.console(other)
        await desk.send("watch", conversation=ticket["conversation"], after=0)
        assert (await desk.until("error"))["code"] == "not_found"
        answers = [
            await other.get(f"/api/console/tickets/{ticket['id']}"),
            await other.get(f"/api/console/conversations/{ticket['conversation']}/messages"),
            await _do(other, ticket, "claim"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 3


async def test_an_unwatched_conversation_is_quiet(world: World) -> None:
    agent = await world.agent()
    buyer = await _angry(world)
    desk = await world.console(agent)
    conversation = (await _waiting(agent))["conversation"]
    await desk.send("watch", conversation=conversation, after=0)
    await desk.until("state")
    await desk.send("unwatch", conversation=conversation)
    await desk.send("ping")
    await desk.until("pong")
    desk.frames.clear()
    await buyer.send("send", client_id="m-2", text="有人吗", choice=None)
    await buyer.until("ack", client_id="m-2")
    await desk.until("tickets")
    await desk.send("ping")
    await desk.until("pong")
    assert desk.messages() == []


async def test_nobody_but_the_holder_is_seen_typing(world: World) -> None:
    wang, li = await world.agent("小王"), await world.agent("小李")
    buyer = await _angry(world)
    ticket = await _waiting(wang)
    await _do(wang, ticket, "claim")
    desk = await world.console(li)
    await desk.send("watch", conversation=ticket["conversation"], after=0)
    await desk.until("state")
    await desk.send("typing", conversation=ticket["conversation"], on=True)
    await desk.send("ping")
    await desk.until("pong")
    await buyer.send("ping")
    await buyer.until("pong")
    assert not [frame for frame in buyer.frames if frame["type"] == "typing" and frame["who"] == "agent"]


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ({"type": "watch", "after": 0}, "conversation"),
        ({"type": "watch", "conversation": "c_1", "after": "0"}, "after"),
        ({"type": "typing", "conversation": "c_1", "on": True}, "conversation"),
        ({"type": "claim", "ticket": "t_1"}, "type"),
    ],
)
async def test_a_bad_frame_is_refused_and_the_socket_lives(world: World, frame: dict[str, Any], field: str) -> None:
    desk = await world.console(await world.agent())
    await desk.send(**frame)
    error = await desk.until("error")
    assert (error["code"], error["field"]) == ("bad_request", field)
    await desk.send("ping")
    await desk.until("pong")


@pytest.mark.parametrize(
    ("query", "field"), [({"state": "all"}, "state"), ({"limit": "0"}, "limit"), ({"limit": "x"}, "limit")]
)
async def test_a_list_that_does_not_exist_is_refused(world: World, query: dict[str, str], field: str) -> None:
    answer = await (await world.agent()).get("/api/console/tickets", params=query)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
