"""The same over REST, guests, the demo's tokens, and who may call from where."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from .world import SHOP_PAGE, World, running

pytestmark = pytest.mark.asyncio


async def test_a_message_is_stored_once_and_read_back(world: World) -> None:
    shop = world.shop()
    body = {"client_id": "m-1", "text": "发票怎么开", "choice": None}
    first = await shop.post("/api/storefront/messages", json=body)
    again = await shop.post("/api/storefront/messages", json=body)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert first.json() == {"type": "ack", "client_id": "m-1"} | {key: first.json()[key] for key in ("seq", "id", "at")}
    tab = await world.buyer()
    await tab.until("message", text="回答1")
    read = (await shop.get("/api/storefront/messages", params={"after": 1})).json()
    assert [row["seq"] for row in read["messages"]] == [2, 3] and read["last_seq"] == 3
    assert read["conversation"] == tab.frames[0]["conversation"]
    assert read["state"]["owner"] == "bot"


async def test_a_button_answers_the_state_after_it(world: World) -> None:
    answer = await _button(world, "human")
    assert answer["state"]["owner"] == "queue" and answer["state"]["queue"] == {"position": 1, "ahead": 0}


async def _button(world: World, name: str) -> Any:
    shop = world.shop()
    await shop.get("/api/storefront/messages")
    return (await shop.post("/api/storefront/actions", json={"client_id": "a-1", "name": name})).json()


async def test_another_buyer_reads_only_their_own(world: World) -> None:
    await world.shop("u1").post(
        "/api/storefront/messages", json={"client_id": "m-1", "text": "我的秘密", "choice": None}
    )
    for stranger in (world.shop("u2"), world.shop("u1", store="teahouse")):
        assert "秘密" not in (await stranger.get("/api/storefront/messages")).text


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("Bearer", "token_missing"),
        ("Basic dTE6cA==", "token_missing"),
        ("Bearer x.y.z", "token_invalid"),
        ("Bearer " + "e" * 5000, "token_invalid"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "messages"), ("POST", "messages"), ("POST", "actions")])
async def test_nothing_works_without_a_token(
    world: World, header: str | None, code: str, method: str, path: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = await world.client().request(method, f"/api/storefront/{path}", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_an_agents_session_is_no_buyers_token(world: World) -> None:
    agent = await world.agent()
    answer = await world.client(Authorization=f"Bearer {agent.cookies['desk_session']}").get("/api/storefront/messages")
    assert answer.json()["code"] == "token_invalid"


async def test_the_pace_over_rest_is_that_of_the_socket(world: World) -> None:
    shop = world.shop()
    statuses = [
        (
            await shop.post("/api/storefront/messages", json={"client_id": f"m-{n}", "text": "喂", "choice": None})
        ).status_code
        for n in range(22)
    ]
    assert statuses == [202] * 20 + [429] * 2
    world.clock.move(seconds=11)
    assert (
        await shop.post("/api/storefront/messages", json={"client_id": "m-21", "text": "喂", "choice": None})
    ).status_code == 202


async def test_a_guest_gets_a_token_and_a_conversation_without_a_name(world: World) -> None:
    answer = (await world.client().post("/api/storefront/guest", json={"store": "lantern"})).json()
    assert answer.keys() == {"token", "expires_at"}
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=answer["token"], after=0)
    assert (await tab.until("welcome"))["buyer"] == {"name": "", "guest": True}


@pytest.mark.parametrize(
    ("waited", "same"),
    [
        pytest.param(timedelta(minutes=30), True, id="还没过期"),
        pytest.param(timedelta(hours=24), True, id="刚过期不久"),
        pytest.param(timedelta(hours=26), False, id="过期太久"),
    ],
)
async def test_a_guest_who_comes_back_is_the_same_guest(world: World, waited: timedelta, same: bool) -> None:
    client = world.client()
    first = (await client.post("/api/storefront/guest", json={"store": "lantern"})).json()["token"]
    begun = world.web.keys.verify_buyer(first, now=world.clock.now).buyer
    world.clock.move(seconds=waited.total_seconds())
    second = (await client.post("/api/storefront/guest", json={"store": "lantern", "token": first})).json()["token"]
    assert (world.web.keys.verify_buyer(second, now=world.clock.now).buyer == begun) is same


async def test_a_buyers_token_does_not_make_a_guest(world: World) -> None:
    body = {"store": "lantern", "token": world.token("u1")}
    fresh = (await world.client().post("/api/storefront/guest", json=body)).json()["token"]
    assert world.web.keys.verify_buyer(fresh, now=world.clock.now).buyer != "u1"


async def test_a_guest_of_an_unknown_store_gets_nothing(world: World) -> None:
    assert (await world.client().post("/api/storefront/guest", json={"store": "nowhere"})).status_code == 404


async def test_guests_are_not_handed_out_without_end(world: World) -> None:
    client = world.client()
    statuses = [(await client.post("/api/storefront/guest", json={"store": "lantern"})).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


async def test_the_demo_lists_its_stores_and_signs_for_its_buyers(world: World) -> None:
    client = world.client(Origin=world.base)
    stores = (await client.get("/demo/stores")).json()["stores"]
    assert stores[0] == {
        "id": "lantern",
        "name": "lantern旗舰店",
        "platform": "own",
        "tagline": "小店",
        "buyers": [{"id": "u1", "name": "林女士", "note": "退款中"}],
    }
    signed = (await client.post("/demo/token", json={"store": "lantern", "buyer": "u1"})).json()
    assert world.web.keys.verify_buyer(signed["token"], now=world.clock.now).name == "林女士"


@pytest.mark.parametrize(
    ("store", "buyer", "status"), [("lantern", "u9", 404), ("nowhere", "u1", 404), ("teahouse", "u1", 404)]
)
async def test_the_demo_signs_for_nobody_else(world: World, store: str, buyer: str, status: int) -> None:
    answer = await world.client(Origin=world.base).post("/demo/token", json={"store": store, "buyer": buyer})
    assert answer.status_code == status


async def test_a_foreign_page_gets_no_demo_token(world: World) -> None:
    answer = await world.client(Origin=SHOP_PAGE).post("/demo/token", json={"store": "lantern", "buyer": "u1"})
    assert answer.json()["code"] == "origin_refused"


async def test_without_demo_data_its_routes_do_not_exist(tmp_path: Path, template: Path) -> None:
    async with running(tmp_path, template, demo=False) as world:
        client = world.client(Origin=world.base)
        answers = [
            await client.get("/demo/stores"),
            await client.post("/demo/token", json={"store": "lantern", "buyer": "u1"}),
            await client.get("/"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize(
    ("origin", "store", "allowed"),
    [
        pytest.param(SHOP_PAGE, "lantern", True, id="店铺自己的页面"),
        pytest.param("https://partner.example", "teahouse", True, id="配置的页面"),
        pytest.param(SHOP_PAGE, "teahouse", False, id="别家店铺的页面"),
        pytest.param("https://evil.example", "lantern", False, id="陌生页面"),
    ],
)
async def test_a_shops_page_may_call_for_its_own_store(world: World, origin: str, store: str, allowed: bool) -> None:
    client = world.shop(store=store)
    answer = await client.get("/api/storefront/messages", headers={"Origin": origin})
    assert answer.status_code == (200 if allowed else 403)
    if allowed:
        assert answer.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_preflight_is_answered_for_known_pages_only(world: World) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    client = world.client(**asked)
    known = await client.options("/api/storefront/messages", headers={"Origin": SHOP_PAGE})
    assert known.status_code == 204 and known.headers["access-control-allow-origin"] == SHOP_PAGE
    assert "authorization" in known.headers["access-control-allow-headers"] and known.headers["vary"] == "Origin"
    foreign = await client.options("/api/storefront/messages", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and "access-control-allow-origin" not in foreign.headers


@pytest.mark.parametrize("path", ["/api/console/tickets", "/demo/stores", "/health/live", "/console"])
async def test_nothing_else_is_shared_with_other_pages(world: World, path: str) -> None:
    answer = await world.client().get(path, headers={"Origin": SHOP_PAGE})
    assert "access-control-allow-origin" not in answer.headers
