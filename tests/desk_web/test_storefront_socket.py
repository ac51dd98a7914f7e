"""The buyer's socket: hello, messages, resume, limits."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from .world import SHOP_PAGE, World, handoff, running

pytestmark = pytest.mark.asyncio


async def test_hello_is_answered_by_welcome_and_the_greeting(world: World) -> None:
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=world.token(), after=0)
    welcome = await tab.next()
    greeting = await tab.next()
    assert welcome == {
        "type": "welcome",
        "conversation": welcome["conversation"],
        "store": {"id": "lantern", "name": "lantern旗舰店"},
        "buyer": {"name": "林女士", "guest": False},
        "state": {
            "owner": "bot",
            "epoch": welcome["state"]["epoch"],
            "queue": None,
            "agent": None,
            "return_offered": False,
        },
        "last_seq": 1,
    }
    assert (greeting["seq"], greeting["sender"], greeting["name"]) == (1, "bot", "智能客服")
    assert greeting.keys() == {"type", "seq", "id", "client_id", "sender", "name", "text", "choices", "at"}


async def test_a_message_is_acknowledged_shown_and_answered(world: World) -> None:
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="我的退款到哪了", choice=None)
    answer = await tab.until("message", sender="bot", text="回答1")
    ack = next(frame for frame in tab.frames if frame["type"] == "ack")
    own = next(frame for frame in tab.messages() if frame["sender"] == "buyer")
    assert (ack["client_id"], ack["seq"], ack["id"]) == ("m-1", own["seq"], own["id"]) and ack["at"] == own["at"]
    assert own["client_id"] == "m-1" and own["text"] == "我的退款到哪了"
    assert answer["client_id"] is None
    assert tab.seqs() == [1, 2, 3]


async def test_the_ack_comes_after_the_commit(world: World) -> None:
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="在吗", choice=None)
    ack = await tab.until("ack")
    conversation = tab.frames[0]["conversation"]
    rows = await world.desk.messages_after(conversation, ack["seq"] - 1)
    assert rows[0].id == ack["id"]


@pytest.mark.parametrize(
    ("first", "code", "error"),
    [
        pytest.param({"type": "ping"}, 4400, "bad_request", id="另一种消息"),
        pytest.param({"type": "hello"}, 4400, "bad_request", id="没有token"),
        pytest.param({"type": "hello", "token": "x", "after": -1}, 4400, "bad_request", id="after为负"),
        pytest.param({"type": "hello", "token": "x", "extra": 1}, 4400, "bad_request", id="未知字段"),
        pytest.param({"type": "hello", "token": ""}, 4401, "token_missing", id="空token"),
        pytest.param({"type": "hello", "token": "不是JWT"}, 4401, "token_invalid", id="乱写的token"),
    ],
)
async def test_a_bad_hello_closes_the_socket(world: World, first: dict[str, Any], code: int, error: str) -> None:
    tab = await world.connect("/ws/storefront")
    await tab.connection.send(json.dumps(first))
    assert await tab.closed() == code
    assert [frame["code"] for frame in tab.frames] == [error]


async def test_who_says_nothing_is_sent_away(tmp_path: Path, template: Path) -> None:
    async with running(tmp_path, template, hello_seconds=0.05) as world:
        tab = await world.connect("/ws/storefront")
        assert await tab.closed() == 4400


async def test_a_token_of_a_store_that_is_gone_is_refused(world: World) -> None:
    token = world.token(store="teahouse")
    world.web.stores = dict
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=token, after=0)
    assert await tab.closed() == 4401


@pytest.mark.parametrize(
    ("origin", "store", "closes"),
    [
        pytest.param(SHOP_PAGE, "lantern", None, id="店铺自己的页面"),
        pytest.param("https://partner.example", "teahouse", None, id="配置的页面"),
        pytest.param("own", "teahouse", None, id="本台的页面"),
        pytest.param(SHOP_PAGE, "teahouse", 4403, id="别家店铺的页面"),
        pytest.param("https://evil.example", "lantern", 4403, id="陌生页面"),
        pytest.param("null", "lantern", 4403, id="沙箱里的页面"),
        pytest.param(SHOP_PAGE + ".evil.example", "lantern", 4403, id="看着像的页面"),
    ],
)
async def test_only_the_stores_own_pages_may_connect(world: World, origin: str, store: str, closes: int | None) -> None:
    tab = await world.connect("/ws/storefront", origin=world.base if origin == "own" else origin)
    await tab.send("hello", token=world.token(store=store), after=0)
    if closes is None:
        await tab.until("welcome")
    else:
        assert await tab.closed() == closes
        assert tab.frames[0]["code"] == "origin_refused"


async def test_a_cut_socket_resumes_without_gap_or_double(world: World) -> None:
    first = await world.buyer()
    await first.send("send", client_id="m-1", text="第一句", choice=None)
    await first.until("message", text="回答1")
    last = first.seqs()[-1]
    world.bot.hold = asyncio.Event()
    await first.send("send", client_id="m-2", text="第二句", choice=None)
    await first.until("ack", client_id="m-2")
    first.cut()
    world.bot.hold.set()
    second = await world.buyer(after=last)
    await second.until("message", sender="bot", text="回答2")
    assert first.seqs()[: first.seqs().index(last) + 1] + second.seqs() == [1, 2, 3, 4, 5]


async def test_a_repeated_send_over_a_new_socket_is_one_message(world: World) -> None:
    first = await world.buyer()
    await first.send("send", client_id="m-1", text="还在吗", choice=None)
    ack = await first.until("ack")
    first.cut()
    second = await world.buyer()
    for _ in range(3):
        await second.send("send", client_id="m-1", text="还在吗", choice=None)
        again = await second.until("ack")
        assert again == ack
    await second.send("ping")
    await second.until("pong")
    await second.send("send", client_id="m-2", text="好", choice=None)
    await second.until("message", text="回答2")
    assert [frame["text"] for frame in second.messages() if frame["sender"] == "buyer"] == ["还在吗", "好"]
    assert [turn["text"] for turn in world.bot.asked] == ["还在吗", "好"]


async def test_the_same_client_id_with_other_words_is_a_conflict(world: World) -> None:
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="一", choice=None)
    await tab.until("ack")
    await tab.send("send", client_id="m-1", text="二", choice=None)
    error = await tab.until("error")
    assert (error["code"], error["client_id"]) == ("conflict", "m-1")


async def test_two_tabs_show_the_same_conversation(world: World) -> None:
    left, right = await world.buyer(), await world.buyer()
    await left.send("send", client_id="m-1", text="左边说的", choice=None)
    for tab in (left, right):
        await tab.until("message", text="回答1")
        assert tab.seqs() == [1, 2, 3]
    assert not [frame for frame in right.frames if frame["type"] == "ack"]


async def test_hello_again_on_an_open_socket_sends_everything_again(world: World) -> None:
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="你好", choice=None)
    await tab.until("message", text="回答1")
    tab.frames.clear()
    await tab.send("hello", token=world.token(), after=1)
    assert (await tab.until("welcome"))["last_seq"] == 3
    await tab.until("message", text="回答1")
    assert tab.seqs() == [2, 3]


async def test_another_buyers_conversation_is_out_of_reach(world: World) -> None:
    mine = await world.buyer("u1")
    await mine.send("send", client_id="m-1", text="我的秘密", choice=None)
    await mine.until("message", text="回答1")
    for stranger in (await world.buyer("u2"), await world.buyer("u1", store="teahouse")):
        assert stranger.frames[0]["conversation"] != mine.frames[0]["conversation"]
        await stranger.send("send", client_id="m-1", text="别人的话", choice=None)
        await stranger.until("message", sender="bot", seq=3)
        assert all("秘密" not in frame["text"] for frame in stranger.messages())


@pytest.mark.parametrize(
    ("frame", "code", "field"),
    [
        pytest.param({"type": "send", "client_id": "a", "text": "   "}, "text_empty", "text", id="空白"),
        pytest.param({"type": "send", "client_id": "a", "text": "长" * 1001}, "text_too_long", "text", id="太长"),
        pytest.param({"type": "send", "client_id": "a", "text": 5}, "bad_request", "text", id="数字"),
        pytest.param({"type": "send", "client_id": "a", "text": "坏\ud800"}, "bad_request", "text", id="半个字符"),
        pytest.param({"type": "send", "client_id": "a", "text": "坏\x00"}, "bad_request", "text", id="NUL"),
        pytest.param({"type": "send", "text": "好"}, "bad_request", "client_id", id="没有client_id"),
        pytest.param(
            {"type": "send", "client_id": "a" * 65, "text": "好"}, "bad_request", "client_id", id="client_id太长"
        ),
        pytest.param(
            {"type": "send", "client_id": "a", "text": "好", "sender": "agent"}, "bad_request", "sender", id="冒充"
        ),
        pytest.param(
            {"type": "send", "client_id": "a", "text": "好", "choice": "别人的"}, "bad_request", None, id="别处的选项"
        ),
        pytest.param({"type": "action", "client_id": "a", "name": "refund"}, "bad_request", "name", id="没有的按钮"),
        pytest.param({"type": "typing", "on": "yes"}, "bad_request", "on", id="on不是真假"),
        pytest.param({"type": "claim"}, "bad_request", "type", id="没有的消息"),
        pytest.param({"type": None}, "bad_request", "type", id="没有类型"),
    ],
)
async def test_a_bad_frame_is_refused_and_the_socket_lives(
    world: World, frame: dict[str, Any], code: str, field: str | None
) -> None:
    tab = await world.buyer()
    await tab.connection.send(json.dumps(frame))
    error = await tab.until("error")
    assert error["code"] == code
    assert field is None or error["field"] == field
    assert error["client_id"] == (frame.get("client_id") if len(frame.get("client_id") or "") <= 64 else None)
    await tab.send("ping")
    await tab.until("pong")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param("不是 JSON", "bad_request", id="文字"),
        pytest.param("[1, 2]", "bad_request", id="数组"),
        pytest.param("[" * 15_000, "bad_request", id="很深的数组"),
        pytest.param(b"\x00\x01", "bad_request", id="二进制"),
        pytest.param(json.dumps({"type": "send", "client_id": "a", "text": "x" * 20_000}), "too_large", id="太大"),
    ],
)
async def test_what_is_no_frame_is_refused_and_the_socket_lives(world: World, raw: str | bytes, code: str) -> None:
    tab = await world.buyer()
    await tab.connection.send(raw)
    assert (await tab.until("error"))["code"] == code
    await tab.send("ping")
    await tab.until("pong")


async def test_a_frame_beyond_all_bounds_closes_the_socket(world: World) -> None:
    tab = await world.buyer()
    await tab.connection.send("x" * 200_000)
    assert await tab.closed() == 1009


async def test_the_twenty_first_frame_in_ten_seconds_is_refused_and_may_come_later(world: World) -> None:
    tab = await world.buyer()
    for number in range(25):
        await tab.send("send", client_id=f"m-{number}", text=f"第{number}句", choice=None)
    refused = [await tab.until("error") for _ in range(6)]
    assert {(error["code"], error["retry"]) for error in refused} == {("too_many", True)}
    assert [error["client_id"] for error in refused] == [f"m-{number}" for number in range(19, 25)]
    world.clock.move(seconds=11)
    await tab.send("send", client_id="m-24", text="第24句", choice=None)
    await tab.until("ack", client_id="m-24")


async def test_a_flood_is_cut_off(world: World) -> None:
    tab = await world.buyer()
    for _ in range(100):
        await tab.send("ping")
    assert await tab.closed() == 4429


async def test_many_tabs_do_not_make_a_buyer_faster(world: World) -> None:
    tabs = [await world.buyer() for _ in range(3)]
    for number in range(24):
        await tabs[number % 3].send("send", client_id=f"m-{number}", text=f"第{number}句", choice=None)
    outcomes: list[str] = []
    for tab in tabs:
        mine = 0
        while mine < 8:
            frame = await tab.next()
            if frame["type"] in ("ack", "error"):
                mine += 1
                outcomes.append(frame["type"])
    assert outcomes.count("ack") == 20 and outcomes.count("error") == 4


async def test_a_buyer_cannot_hold_every_socket(world: World) -> None:
    for _ in range(10):
        await world.buyer()
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=world.token(), after=0)
    assert await tab.closed() == 4429
    await world.buyer("u2")


@pytest.mark.parametrize("text", ["/restart", "/refund_status", '/provide_info{"order_number": "1"}', "／restart"])
async def test_a_slash_command_reaches_the_bot_as_plain_words(world: World, text: str) -> None:
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text=text, choice=None)
    await tab.until("message", text="回答1")
    assert world.bot.asked[0]["choice"] is None
    assert not world.bot.asked[0]["text"].startswith("/")


async def test_a_tapped_choice_brings_its_payload_which_the_browser_never_sees(world: World) -> None:
    payload = '/provide_info{"order_number": "8801"}'
    world.bot.answers["查一下"] = {
        "messages": [
            {"text": "哪一单？", "choices": [{"title": "订单 8801", "payload": payload}], "template": "t", "rules": []}
        ]
    }
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="查一下", choice=None)
    choice = (await tab.until("message", text="哪一单？"))["choices"][0]
    assert choice == {"id": choice["id"], "title": "订单 8801"}
    await tab.send("send", client_id="m-2", text="", choice=choice["id"])
    await tab.until("message", text="回答2")
    assert world.bot.asked[1]["choice"] == payload
    assert "provide_info" not in json.dumps(tab.frames)


async def test_a_token_that_runs_out_closes_the_socket(world: World) -> None:
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=world.token(life=timedelta(minutes=5)), after=0)
    await tab.until("welcome")
    world.clock.move(minutes=5)
    await tab.send("send", client_id="m-1", text="太晚了", choice=None)
    assert await tab.closed() == 4408
    assert tab.frames[-1]["code"] == "token_expired"


async def test_a_token_that_runs_out_closes_a_silent_socket_too(world: World) -> None:
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=world.token(life=timedelta(seconds=1)), after=0)
    await tab.until("welcome")
    world.clock.move(seconds=1)
    assert await tab.closed() == 4408


async def test_a_renewed_token_keeps_the_socket(world: World) -> None:
    tab = await world.connect("/ws/storefront")
    await tab.send("hello", token=world.token(life=timedelta(minutes=5)), after=0)
    await tab.until("welcome")
    await tab.send("renew", token=world.token())
    await tab.send("ping")
    await tab.until("pong")
    world.clock.move(minutes=30)
    await tab.send("ping")
    await tab.until("pong")


@pytest.mark.parametrize(("buyer", "store"), [("u2", "lantern"), ("u1", "teahouse")])
async def test_a_socket_cannot_be_renewed_for_somebody_else(world: World, buyer: str, store: str) -> None:
    tab = await world.buyer()
    await tab.send("renew", token=world.token(buyer, store=store))
    assert (await tab.until("error"))["code"] == "token_invalid"
    await tab.send("send", client_id="m-1", text="我是谁", choice=None)
    await tab.until("ack")
    assert world.bot.asked[0]["buyer"]["id"] == "u1"


async def test_the_human_button_queues_and_leaving_goes_back_to_the_bot(world: World) -> None:
    tab = await world.buyer()
    await tab.send("action", client_id="a-1", name="human")
    queued = await tab.until("state")
    assert queued["owner"] == "queue" and queued["queue"] == {"position": 1, "ahead": 0}
    await tab.send("action", client_id="a-2", name="leave_queue")
    back = await tab.until("state", owner="bot")
    assert back["queue"] is None and back["epoch"] > queued["epoch"]


async def test_an_action_that_changes_nothing_is_still_answered_by_the_state(world: World) -> None:
    tab = await world.buyer()
    await tab.send("action", client_id="a-1", name="decline_return")
    assert (await tab.until("state"))["owner"] == "bot"


async def test_the_queue_position_is_pushed_when_somebody_ahead_leaves(world: World) -> None:
    first, second = await world.buyer("u1"), await world.buyer("u2")
    await first.send("action", client_id="a-1", name="human")
    await first.until("state", owner="queue")
    world.clock.move(seconds=1)
    await second.send("action", client_id="a-1", name="human")
    await second.until("state", owner="queue", queue={"position": 2, "ahead": 1})
    await first.send("action", client_id="a-2", name="leave_queue")
    await second.until("state", owner="queue", queue={"position": 1, "ahead": 0})


async def test_a_bot_that_calls_a_person_moves_the_state(world: World) -> None:
    world.bot.answers["气死我了"] = handoff()
    tab = await world.buyer()
    await tab.send("send", client_id="m-1", text="气死我了", choice=None)
    await tab.until("state", owner="queue")


async def test_the_stop_of_the_desk_says_come_back(world: World) -> None:
    tab = await world.buyer()
    closing = asyncio.create_task(tab.closed())
    await world.stop()
    assert await closing == 1001
