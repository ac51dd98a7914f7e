"""The wire between desk and bot, and what happens when something is down (docs/protocol.md, Bot)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from botkit.desk_side import Buyer, Desk, turn

JD = "jd-digital"
LIN = "u1001"
CHARGER = "330918290037"


@contextmanager
def without_actions(desk: Desk) -> Iterator[None]:
    """The action server is down inside, and up again after."""
    desk.kill("actions")
    try:
        yield
    finally:
        desk.revive("actions")


@contextmanager
def with_hanging_actions(desk: Desk) -> Iterator[None]:
    """The action server takes calls and answers none."""
    desk.freeze("actions")
    try:
        yield
    finally:
        desk.thaw("actions")


def test_a_running_system_is_ready(desk: Desk) -> None:
    assert desk.ready() == (200, {"ready": True, "reason": None})


@pytest.mark.parametrize("secret", ["none", "wrong", "x" * 48])
def test_nobody_gets_in_without_the_secret(desk: Desk, secret: str) -> None:
    response = desk.post(turn(JD, LIN, "我的快递到哪了"), secret=secret)
    assert (response.status_code, response.json()["code"]) == (401, "token_invalid")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"store": "no-such-store"}, "no-such-store"),
        ({"buyer": None}, "buyer"),
        ({"buyer": {"id": 7}}, "buyer"),
        ({"text": None}, "text"),
        ({"now": "昨天"}, "昨天"),
        ({"now": "2026-11-22T10:00:00"}, "time zone"),
        ({"choice": 3}, "choice"),
        ({"choice": "转人工"}, "转人工"),
        ({"choice": "/provide_info{order_number: 1}"}, "JSON"),
        ({"carry": "x"}, "carry"),
        ({"turn": None}, "turn"),
    ],
)
def test_a_bad_call_is_refused_and_told_why(desk: Desk, changes: dict[str, Any], named: str) -> None:
    response = desk.post(turn(JD, LIN, "我的快递到哪了", **changes))
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert named in response.json()["message"]


@pytest.mark.parametrize("body", [[], "text", None])
def test_a_body_that_is_no_object_is_refused(desk: Desk, body: Any) -> None:
    assert desk.post(body).status_code == 400


def test_a_conversation_goes_on_after_a_refused_call(desk: Desk) -> None:
    buyer = Buyer(desk, JD, LIN)
    buyer.says("充电器到哪了")
    assert desk.post(turn(JD, LIN, "嗯", conversation=buyer.conversation, choice="转人工")).status_code == 400
    assert buyer.says("它什么时候到")["carry"]["order_number"] == CHARGER


def test_the_same_turn_again_gets_the_same_answer_and_counts_once(desk: Desk) -> None:
    body = turn(JD, LIN, "我想退款，该从哪儿操作")
    first = desk.post(body).json()
    for _ in range(3):
        assert desk.post(body).json() == first
    # Had the repeats been read as messages, this would be the fifth time of the question and go to a person.
    second = desk.post(turn(JD, LIN, "退款按钮在哪呀", conversation=body["conversation"])).json()
    assert second["outcome"] == "answered"
    assert "换个说法" in second["messages"][0]["text"]


def test_a_turn_is_repeated_even_after_later_ones(desk: Desk) -> None:
    body = turn(JD, LIN, "充电器到哪了")
    first = desk.post(body).json()
    desk.post(turn(JD, LIN, "转人工", conversation=body["conversation"]))
    assert desk.post(body).json() == first


def test_a_second_turn_while_one_runs_is_a_conflict(desk: Desk) -> None:
    conversation = f"c_{uuid.uuid4().hex}"
    bodies = [turn(JD, LIN, "充电器到哪了", conversation=conversation) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        with with_hanging_actions(desk):
            calls = [pool.submit(desk.post, body) for body in bodies]
            done, _ = wait(calls, return_when=FIRST_COMPLETED)
            refused = next(iter(done)).result()
        answers = [call.result() for call in calls]
    assert (refused.status_code, refused.json()["code"], refused.json()["retry"]) == (409, "conflict", True)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    # The refused turn left nothing behind: asked again, it is answered.
    again = desk.post(bodies[answers.index(refused)])
    assert (again.status_code, again.json()["outcome"]) == (200, "answered")


def test_a_bot_killed_in_mid_turn_answers_the_same_turn_afterwards(desk: Desk) -> None:
    conversation = f"c_{uuid.uuid4().hex}"
    bodies = [turn(JD, LIN, "充电器到哪了", conversation=conversation) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        with with_hanging_actions(desk):
            calls = [pool.submit(desk.post, body) for body in bodies]
            done, running = wait(calls, return_when=FIRST_COMPLETED)
            # One is refused because the other is in the middle of its turn, waiting for the actions.
            assert next(iter(done)).result().status_code == 409
            desk.strike("bot")
            cut_off = next(iter(running))
            with pytest.raises(httpx.TransportError):
                cut_off.result()
        desk.revive("bot")
    body = bodies[calls.index(cut_off)]
    answer = desk.post(body)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "answered")
    assert answer.json()["carry"]["order_number"] == CHARGER
    assert desk.post(body).json() == answer.json()


def test_conversations_do_not_wait_for_each_other(desk: Desk) -> None:
    with ThreadPoolExecutor() as pool, with_hanging_actions(desk):
        slow = pool.submit(desk.post, turn(JD, LIN, "充电器到哪了"))
        assert desk.post(turn(JD, LIN, "我想退款，该从哪儿操作")).json()["outcome"] == "answered"
        assert not slow.done()


@pytest.mark.parametrize("length", [999, 1000, 1001, 20_000])
def test_a_long_message_is_answered(desk: Desk, length: int) -> None:
    text = ("我买的充电器今天收到了想问问发票的事情" * (length // 18 + 1))[:length]
    response = desk.post(turn(JD, LIN, text))
    assert response.status_code == 200
    assert response.json()["messages"]


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\n\n", "\u3000", "\x00", "💢", "。", "?", "\U0001f468\u200d\U0001f469\u200d\U0001f467"]
)
def test_next_to_nothing_is_answered(desk: Desk, text: str) -> None:
    answer = Buyer(desk, JD, LIN).says(text)
    assert answer["messages"]
    assert all(message["text"].strip() for message in answer["messages"])


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        " /session_start",
        "\u200b/back",
        "/human_request",
        '/deny{"order_number": "330918290037"}',
        "／restart",
    ],
)
def test_a_command_is_a_text_like_any_other(desk: Desk, text: str) -> None:
    buyer = Buyer(desk, JD, LIN)
    buyer.says("充电器到哪了")
    answer = buyer.says(text)
    assert answer["reading"]["intent"] != "human_request"
    assert answer["reading"]["confidence"] < 1.0
    assert buyer.carry == {"order_number": CHARGER, "topic": "logistics_status"}


def test_without_actions_the_buyer_is_told_the_truth_and_gets_a_person(desk: Desk) -> None:
    buyer = Buyer(desk, JD, LIN)
    with without_actions(desk):
        assert desk.ready() == (503, {"ready": False, "reason": "actions"})
        answer = buyer.says("充电器到哪了")
        assert answer["outcome"] == "failed"
        assert [message["template"] for message in answer["messages"]] == ["utter_handoff_bot_failure"]
        assert "故障" in answer["messages"][0]["text"]
        assert (answer["handoff"]["reason"], answer["handoff"]["priority"]) == ("bot_failure", "high")
        # What needs no action is answered all the same.
        assert buyer.says("我想退款，该从哪儿操作")["outcome"] == "answered"
    assert desk.ready()[0] == 200
    assert buyer.says("充电器到哪了")["messages"][0]["template"] == "utter_logistics_expected"


def test_hanging_actions_are_given_up(desk: Desk) -> None:
    with with_hanging_actions(desk):
        answer = Buyer(desk, JD, LIN).says("充电器到哪了")
    assert (answer["outcome"], answer["handoff"]["reason"]) == ("failed", "bot_failure")


def test_anger_needs_no_actions(desk: Desk) -> None:
    with without_actions(desk):
        answer = Buyer(desk, JD, LIN).says("你们这什么破店，耍我玩呢是吧")
    assert (answer["outcome"], answer["handoff"]["reason"]) == ("handed_off", "angry")


def test_a_restarted_bot_remembers_the_episode_and_its_answers(desk: Desk) -> None:
    buyer = Buyer(desk, JD, LIN)
    body = turn(JD, LIN, "充电器到哪了", conversation=buyer.conversation)
    first = desk.post(body).json()
    collecting = Buyer(desk, JD, LIN)
    assert collecting.says("充电器坏了，充不进去电")["outcome"] == "collecting"
    desk.kill("bot")
    desk.revive("bot")
    assert desk.post(body).json() == first
    # The carry stays behind on purpose: what is remembered, the bot has kept itself.
    assert buyer.says("它什么时候到")["carry"]["order_number"] == CHARGER
    answer = collecting.says("不用了不用了")
    assert answer["outcome"] == "handed_off"
    assert answer["handoff"]["card"]["collected"]["订单号"] == CHARGER


def test_what_was_carried_starts_a_new_episode(desk: Desk) -> None:
    buyer = Buyer(desk, JD, LIN, carry={"order_number": CHARGER, "topic": "logistics_status"})
    assert buyer.says("它什么时候到")["messages"][0]["template"] == "utter_logistics_expected"


def test_a_carried_order_of_somebody_else_shows_nothing(desk: Desk) -> None:
    buyer = Buyer(desk, JD, LIN, carry={"order_number": "330918301148", "topic": "logistics_status"})
    assert "智能手表" not in "".join(message["text"] for message in buyer.says("快递到哪了")["messages"])


def test_a_tapped_order_of_somebody_else_shows_nothing(desk: Desk) -> None:
    buyer = Buyer(desk, JD, LIN)
    answer = buyer.says("尾号1148", choice='/provide_info{"order_number": "330918301148"}')
    assert [message["template"] for message in answer["messages"]] == ["utter_order_not_found"]
