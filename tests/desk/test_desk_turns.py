"""Turns run one at a time, in order, again after a crash, never over a person; a failure is owned up to."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from deskkit.bots import Held, said
from deskkit.shop import Shop, buyer, texts
from sqlalchemy import select

from desk import schema
from desk.model import Owner, Sender, TicketKind, TicketState, TicketView
from desk.service import Desk

pytestmark = pytest.mark.asyncio


async def turn_states(desk: Desk) -> list[str]:
    statement = select(schema.turns.c.state).order_by(schema.turns.c.seq)
    return await desk._context.database.read(lambda connection: list(connection.execute(statement).scalars()))


async def test_messages_that_arrive_meanwhile_are_answered_in_order(shop: Shop) -> None:
    desk = await shop.desk()
    first = shop.bot.hold("一")
    await desk.post_buyer_message(buyer(), "c1", "一")
    await first.arrived.wait()
    await desk.post_buyer_message(buyer(), "c2", "二")
    await desk.post_buyer_message(buyer(), "c3", "三")
    assert await turn_states(desk) == ["running", "pending", "pending"]
    first.release()
    await desk.turns.settle()
    assert texts(await shop.transcript(desk))[1:] == ["一", "二", "三", "答：一", "答：二", "答：三"]
    assert shop.bot.most_at_once == {await desk.conversation_of(buyer()): 1}


async def test_conversations_do_not_hold_up_each_other(shop: Shop) -> None:
    desk = await shop.desk()
    slow = shop.bot.hold("慢")
    await desk.post_buyer_message(buyer("u1"), "c1", "慢")
    await slow.arrived.wait()
    await desk.post_buyer_message(buyer("u2"), "c1", "快")
    while len(await shop.transcript(desk, buyer("u2"))) < 3:
        await asyncio.sleep(0.005)
    assert texts(await shop.transcript(desk, buyer("u1")), Sender.BOT)[1:] == []
    slow.release()


async def test_an_answer_that_comes_after_a_takeover_is_never_shown(shop: Shop) -> None:
    desk = await shop.desk()
    shop.store.service_hours.open = False
    await desk.open_conversation(buyer())
    await shop.press(desk, "human")
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    slow = shop.bot.hold("在吗", said("机器人的话", handoff=None))
    await desk.post_buyer_message(buyer(), "c1", "在吗")
    await slow.arrived.wait()
    await desk.claim(agent, ticket.id)
    slow.release()
    await desk.turns.settle()
    assert "机器人的话" not in texts(await shop.transcript(desk))
    assert await turn_states(desk) == ["superseded"]
    state = await desk.state(ticket.conversation)
    assert (state.owner, state.agent and state.agent.name) == (Owner.AGENT, "小王")
    _, events = await desk.ticket(agent, ticket.id)
    assert [event.event for event in events] == ["opened", "claimed", "answer_dropped"]


async def test_an_answer_that_comes_after_a_takeover_and_a_return_is_never_shown(shop: Shop) -> None:
    desk = await shop.desk()
    slow = shop.bot.hold("在吗", said("旧的话"))
    await desk.post_buyer_message(buyer(), "c1", "在吗")
    await slow.arrived.wait()
    await shop.press(desk, "human")
    await shop.press(desk, "leave_queue")
    slow.release()
    await desk.turns.settle()
    await shop.say(desk, "新的问题")
    assert "旧的话" not in texts(await shop.transcript(desk))
    assert "答：新的问题" in texts(await shop.transcript(desk))


@pytest.mark.parametrize(
    ("replies", "problem"),
    [
        ([500, 500], "返回了错误"),
        ([503, 503], "返回了错误"),
        ([400], "返回了错误"),
        ([401], "返回了错误"),
        ([b"not json"], "不合规格"),
        ([b"[]"], "不合规格"),
        ([b"{}"], "不合规格"),
        ([said()], "不合规格"),
        ([said("好", outcome="failed")], "返回了错误"),
        ([said("好", carry="text")], "不合规格"),
        ([said("好", turn="m_another")], "不合规格"),
        ([said("  ")], "不合规格"),
    ],
)
async def test_a_bot_that_fails_is_owned_up_to(shop: Shop, replies: list[object], problem: str) -> None:
    desk = await shop.desk()
    shop.bot.next(*replies)
    await shop.say(desk, "退款什么时候到账")
    await expect_honest_failure(shop, desk, problem)


async def test_a_bot_that_is_down_is_owned_up_to(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.bot.down()
    await shop.say(desk, "退款什么时候到账")
    await expect_honest_failure(shop, desk, "连接不上")


async def test_a_bot_that_is_slow_is_owned_up_to_and_its_late_answer_dropped(shop: Shop) -> None:
    desk = await shop.desk(deadline=0.1)
    slow = shop.bot.hold("退款什么时候到账", said("迟到的话"))
    await shop.say(desk, "退款什么时候到账")
    slow.release()
    await expect_honest_failure(shop, desk, "规定时间")
    assert "迟到的话" not in texts(await shop.transcript(desk))


async def expect_honest_failure(shop: Shop, desk: Desk, problem: str) -> None:
    (line,) = texts(await shop.transcript(desk), Sender.SYSTEM)
    assert "暂时没能处理您的消息" in line and "您的消息我们都已收到" in line and "第 1 位" in line
    agent = await shop.agent(desk)
    ((ticket,), counts) = await desk.tickets(agent, TicketView.WAITING)
    assert (ticket.reason, ticket.group, ticket.kind) == ("bot_failure", "standard", TicketKind.QUEUED)
    assert problem in ticket.reason_text
    assert ticket.card["last_said"] == "退款什么时候到账"
    assert counts.waiting == 1
    state = await desk.state(ticket.conversation)
    assert (state.owner, state.queue_position) == (Owner.QUEUE, 1)


@pytest.mark.parametrize("reply", [500, 409, 503])
async def test_one_hiccup_is_not_noticed(shop: Shop, reply: int) -> None:
    desk = await shop.desk()
    shop.bot.next(reply)
    await shop.say(desk, "在吗")
    assert texts(await shop.transcript(desk))[1:] == ["在吗", "答：在吗"]
    assert len(shop.bot.ran) == 1


async def test_a_bot_that_was_restarted_is_asked_again(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.say(desk, "一")
    await shop.bot.down()
    await shop.bot.up()
    await shop.say(desk, "二")
    assert texts(await shop.transcript(desk))[1:] == ["一", "答：一", "二", "答：二"]


async def test_off_hours_a_failure_is_a_left_message_and_the_bot_goes_on(shop: Shop) -> None:
    desk = await shop.desk()
    shop.store.service_hours.open = False
    shop.store.service_hours.opening = shop.clock.now + timedelta(hours=23)
    shop.bot.next(500, 500)
    await shop.say(desk, "一")
    await shop.say(desk, "二")
    messages = texts(await shop.transcript(desk))[1:]
    assert messages[0] == "一" and "明天 09:00 起" in messages[1] and "没能处理" in messages[1]
    assert messages[2:] == ["二", "答：二"]
    assert (await desk.state(await desk.conversation_of(buyer()))).owner is Owner.BOT


async def test_a_restarted_desk_answers_what_was_stored_before(shop: Shop) -> None:
    before = await shop.desk(start=False)
    before.turns._stopping = True
    await before.post_buyer_message(buyer(), "c1", "一")
    await before.post_buyer_message(buyer(), "c2", "二")
    await before.turns.stop()
    after = await shop.desk()
    await after.turns.settle()
    assert texts(await shop.transcript(after), Sender.BOT)[1:] == ["答：一", "答：二"]


async def test_a_desk_that_stops_gives_its_turn_back(shop: Shop) -> None:
    first, second = await shop.desk(), await shop.desk()
    slow = shop.bot.hold("一")
    await first.post_buyer_message(buyer(), "c1", "一")
    await slow.arrived.wait()
    await first.stop()
    assert await turn_states(second) == ["pending"]
    slow.release()
    await second.turns.recover()
    await second.turns.settle()
    assert texts(await shop.transcript(second), Sender.BOT)[1:] == ["答：一"]


async def test_a_killed_desks_turn_is_taken_over_when_its_lease_runs_out(shop: Shop) -> None:
    first, second = await shop.desk(), await shop.desk()
    slow = shop.bot.hold("一")
    await first.post_buyer_message(buyer(), "c1", "一")
    await slow.arrived.wait()
    await shop.crash(first)
    slow.release()
    await second.turns.recover()
    await second.turns.settle()
    assert await turn_states(second) == ["running"]
    shop.clock.advance(seconds=7)
    await second.turns.recover()
    await second.turns.settle()
    assert texts(await shop.transcript(second), Sender.BOT)[1:] == ["答：一"]
    assert len(shop.bot.ran) == 1


async def test_a_lost_lease_does_not_answer_twice(shop: Shop) -> None:
    first, second = await shop.desk(), await shop.desk()
    slow = shop.bot.hold("一")
    await first.post_buyer_message(buyer(), "c1", "一")
    await slow.arrived.wait()
    shop.clock.advance(seconds=7)
    slow.arrived.clear()
    await second.turns.recover()
    await slow.arrived.wait()
    slow.release()
    await asyncio.gather(first.turns.settle(), second.turns.settle())
    assert texts(await shop.transcript(second), Sender.BOT)[1:] == ["答：一"]


async def test_a_renewed_lease_is_not_taken_over(shop: Shop) -> None:
    first, second = await shop.desk(), await shop.desk()
    slow = shop.bot.hold("一")
    await first.post_buyer_message(buyer(), "c1", "一")
    await slow.arrived.wait()
    for _ in range(3):
        shop.clock.advance(seconds=4)
        await first.turns.renew()
        await second.turns.recover()
        await second.turns.settle()
    assert len(shop.bot.calls) == 1
    slow.release()
    await first.turns.settle()
    assert texts(await shop.transcript(first), Sender.BOT)[1:] == ["答：一"]


async def test_a_turn_that_kills_every_desk_is_given_to_a_person(shop: Shop) -> None:
    holds: list[Held] = []
    for _ in range(3):
        desk = await shop.desk(start=False)
        held = shop.bot.hold("毒")
        holds.append(held)
        if len(holds) == 1:
            await desk.post_buyer_message(buyer(), "c1", "毒")
        else:
            await desk.turns.recover()
        await held.arrived.wait()
        await shop.crash(desk)
        shop.clock.advance(seconds=7)
    desk = await shop.desk()
    await desk.turns.settle()
    (line,) = texts(await shop.transcript(desk), Sender.SYSTEM)
    assert "没能处理" in line
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.OPEN)
    assert ticket.state is TicketState.WAITING and "多次" in ticket.reason_text
    for held in holds:
        held.release()


async def test_turns_that_wait_behind_a_handoff_are_left_to_the_person(shop: Shop) -> None:
    desk = await shop.desk()
    first = shop.bot.hold("一", 500)
    await desk.post_buyer_message(buyer(), "c1", "一")
    await first.arrived.wait()
    await desk.post_buyer_message(buyer(), "c2", "二")
    first.release()
    await desk.turns.settle()
    assert await turn_states(desk) == ["failed", "superseded"]
    assert [call["text"] for call in shop.bot.calls if call["text"] == "二"] == []


async def test_settling_ends_though_work_has_only_just_finished(shop: Shop) -> None:
    """The task is done, but its callback, which takes it out of the list, has not run yet."""
    desk = await shop.desk()

    async def nothing() -> None:
        return None

    desk._context.spawn(nothing())
    await asyncio.sleep(0)
    await asyncio.wait_for(desk._context.settle(), 5)
