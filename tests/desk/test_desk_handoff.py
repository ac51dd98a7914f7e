"""From the bot to a person and back: one open ticket, one holder, and lines that say what is so."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from deskkit.bots import handoff, said
from deskkit.shop import MORNING, Shop, buyer, texts

from desk.errors import BadRequest, Conflict, Forbidden, NotFound
from desk.model import Agent, Owner, Priority, Role, Sender, Ticket, TicketKind, TicketState, TicketView
from desk.service import Desk

pytestmark = pytest.mark.asyncio


async def only_ticket(desk: Desk, agent: Agent, view: TicketView = TicketView.OPEN) -> Ticket:
    ((ticket,), _) = await desk.tickets(agent, view)
    return ticket


async def claimed(shop: Shop, desk: Desk) -> tuple[Agent, Ticket]:
    """An agent who holds the buyer's conversation."""
    await desk.open_conversation(buyer())
    await shop.press(desk, "human")
    agent = await shop.agent(desk)
    return agent, await desk.claim(agent, (await only_ticket(desk, agent)).id)


async def test_a_handoff_queues_with_all_that_the_agent_needs(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.next(said("非常抱歉让您着急了。", outcome="handed_off", handoff=handoff()))
    await shop.say(desk, "骗子")
    agent = await shop.agent(desk)
    ticket = await only_ticket(desk, agent)
    assert (ticket.state, ticket.kind, ticket.group, ticket.group_name) == (
        TicketState.WAITING,
        TicketKind.QUEUED,
        "complaint",
        "投诉",
    )
    assert (ticket.priority, ticket.reason, ticket.reason_text) == (Priority.URGENT, "angry", "买家明显生气：骗子")
    assert ticket.evidence[0]["source"] == "lexicon:anger"
    assert ticket.card == {
        "intent": "refund_status",
        "order_number": "880155",
        "collected": {"问题描述": "退款没到"},
        "last_said": "骗子",
    }
    assert ticket.due_at == MORNING + timedelta(minutes=3)
    assert (ticket.store_name, ticket.buyer_name, ticket.last_text) == (
        "京选数码旗舰店",
        "林女士",
        "非常抱歉让您着急了。",
    )
    state = await desk.state(ticket.conversation)
    assert (state.owner, state.epoch, state.queue_position, state.queue_ahead) == (Owner.QUEUE, 2, 1, 0)
    assert texts(await shop.transcript(desk))[2] == "非常抱歉让您着急了。"
    assert "投诉" in texts(await shop.transcript(desk))[3] and "第 1 位" in texts(await shop.transcript(desk))[3]


async def test_an_unknown_group_goes_to_the_standard_one(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.next(said("好的。", handoff=handoff(group="no_such_group")))
    await shop.say(desk, "骗子")
    agent = await shop.agent(desk)
    ticket = await only_ticket(desk, agent)
    assert ticket.group == "standard"
    assert (await desk.ticket(agent, ticket.id))[1][0].detail["unknown_group"] == "no_such_group"


async def test_nobody_talks_over_the_queue(shop: Shop) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    await shop.press(desk, "human")
    before = await shop.transcript(desk)
    await shop.say(desk, "在吗")
    assert texts(await shop.transcript(desk)) == [*texts(before), "在吗"]
    assert shop.bot.calls == []


async def test_positions_follow_priority_then_age_and_move_up(shop: Shop) -> None:
    desk = await shop.desk()
    agent = await shop.agent(desk)
    for id in ("u1", "u2", "u3"):
        await desk.open_conversation(buyer(id))
        await shop.press(desk, "human", buyer(id))
        shop.clock.advance(seconds=1)
    shop.bot.next(said("抱歉。", handoff=handoff(group="standard", priority="urgent")))
    await shop.say(desk, "骗子", buyer("u4"))

    async def positions() -> list[int | None]:
        return [
            (await desk.state(await desk.conversation_of(buyer(id)))).queue_position for id in ("u1", "u2", "u3", "u4")
        ]

    assert await positions() == [2, 3, 4, 1]
    listed, _ = await desk.tickets(agent, TicketView.WAITING)
    assert [ticket.priority for ticket in listed] == [Priority.URGENT, *[Priority.NORMAL] * 3]
    third = await desk.conversation_of(buyer("u3"))
    async with desk.bus.subscribe(third) as signals:
        await desk.claim(agent, listed[0].id)
        assert (await asyncio.wait_for(anext(signals), 5)).topic == third
    await shop.press(desk, "leave_queue", buyer("u1"))
    assert await positions() == [None, 1, 2, None]


async def test_the_human_button_queues_without_asking_the_bot(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.say(desk, "退款什么时候到账")
    state = await shop.press(desk, "human")
    assert (state.owner, state.queue_position) == (Owner.QUEUE, 1)
    agent = await shop.agent(desk)
    ticket = await only_ticket(desk, agent)
    assert (ticket.reason, ticket.group, ticket.priority) == ("human_request", "standard", Priority.NORMAL)
    assert (ticket.card["last_said"], ticket.card["intent"]) == ("退款什么时候到账", "refund_status")
    assert len(shop.bot.calls) == 1


async def test_the_bot_learns_that_the_buyer_left_the_queue(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.say(desk, "退款什么时候到账")
    await shop.press(desk, "human")
    await shop.press(desk, "leave_queue")
    await shop.say(desk, "那运费呢")
    assert [(call["carry"] or {}).get("declined_handoff") for call in shop.bot.calls] == [None, True]


async def test_a_repeated_press_does_nothing_even_later(shop: Shop) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    for _ in range(2):
        assert (await desk.buyer_action(buyer(), "p1", "human")).owner is Owner.QUEUE
    assert (await desk.buyer_action(buyer(), "p2", "leave_queue")).owner is Owner.BOT
    state = await desk.buyer_action(buyer(), "p1", "human")
    assert (state.owner, state.epoch) == (Owner.BOT, 3)


@pytest.mark.parametrize("name", ["leave_queue", "accept_return", "decline_return"])
async def test_a_button_that_does_not_apply_changes_nothing(shop: Shop, name: str) -> None:
    desk = await shop.desk()
    before = await desk.open_conversation(buyer())
    assert await shop.press(desk, name) == before


async def test_an_unknown_button_is_refused(shop: Shop) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    with pytest.raises(BadRequest):
        await shop.press(desk, "explode")
    with pytest.raises(NotFound):
        await shop.press(desk, "human", buyer("u-unknown"))


async def test_leaving_the_queue_goes_on_with_the_bot(shop: Shop) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    await shop.press(desk, "human")
    assert (await shop.press(desk, "leave_queue")).owner is Owner.BOT
    await shop.say(desk, "在吗")
    assert texts(await shop.transcript(desk))[-1] == "答：在吗"
    agent = await shop.agent(desk)
    assert (await only_ticket(desk, agent, TicketView.ENDED)).state is TicketState.ABANDONED
    with pytest.raises(Conflict):
        await desk.claim(agent, (await only_ticket(desk, agent, TicketView.ENDED)).id)


async def test_off_hours_a_request_is_a_left_message(shop: Shop) -> None:
    desk = await shop.desk()
    hours = shop.store.service_hours
    hours.open, hours.opening = False, MORNING + timedelta(hours=23)
    await desk.open_conversation(buyer())
    state = await shop.press(desk, "human")
    assert (state.owner, state.queue_position) == (Owner.BOT, None)
    agent = await shop.agent(desk)
    ticket = await only_ticket(desk, agent)
    assert (ticket.kind, ticket.due_at) == (TicketKind.LEFT_MESSAGE, MORNING + timedelta(hours=23, minutes=15))
    assert "明天 09:00 起，" in texts(await shop.transcript(desk))[-1]
    await shop.say(desk, "那先问问退货")
    assert texts(await shop.transcript(desk))[-1] == "答：那先问问退货"
    assert shop.bot.calls[-1]["agents_on_duty"] is False
    shop.bot.next(said("抱歉。", handoff=handoff()))
    await shop.say(desk, "骗子")
    raised = await only_ticket(desk, agent)
    assert (raised.id, raised.priority, raised.group) == (ticket.id, Priority.URGENT, "complaint")
    assert "已经在客服的列表里" in texts(await shop.transcript(desk))[-1]
    hours.open = True
    assert (await shop.press(desk, "human")).owner is Owner.QUEUE
    queued = await only_ticket(desk, agent)
    assert (queued.id, queued.kind, queued.priority) == (ticket.id, TicketKind.QUEUED, Priority.URGENT)
    _, events = await desk.ticket(agent, ticket.id)
    assert [event.event for event in events] == ["opened", "raised", "queued"]


async def test_a_left_message_can_be_taken_while_the_bot_is_speaking(shop: Shop) -> None:
    desk = await shop.desk()
    shop.store.service_hours.open = False
    agent, ticket = await claimed(shop, desk)
    assert ticket.state is TicketState.ASSIGNED
    assert (await desk.state(ticket.conversation)).owner is Owner.AGENT


async def test_an_agent_takes_answers_and_closes(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await claimed(shop, desk)
    assert ticket.agent is not None and ticket.agent.name == "小王" and ticket.assigned_at == MORNING
    posted = await desk.reply(agent, ticket.conversation, "r1", "您好，我来帮您看")
    again = await desk.reply(agent, ticket.conversation, "r1", "您好，我来帮您看")
    assert (again.message.id, again.repeated) == (posted.message.id, True)
    with pytest.raises(Conflict):
        await desk.reply(agent, ticket.conversation, "r1", "别的话")
    assert (posted.message.sender, posted.message.name) == (Sender.AGENT, "客服 小王")
    await shop.say(desk, "好的")
    assert shop.bot.calls == []
    closed = await desk.close(agent, ticket.id, "已补发")
    assert (closed.state, closed.ended_at) == (TicketState.CLOSED, MORNING)
    assert (await desk.state(ticket.conversation)).owner is Owner.CLOSED
    _, events = await desk.ticket(agent, ticket.id)
    assert [(event.event, event.actor) for event in events] == [
        ("opened", "buyer"),
        ("claimed", "小王"),
        ("closed", "小王"),
    ]
    assert events[-1].detail == {"note": "已补发"}
    await shop.say(desk, "还有个问题")
    messages = texts(await shop.transcript(desk))
    assert "客服 小王 已接入，接下来由 TA 为您服务。" in messages
    assert messages[-1] == "答：还有个问题"
    assert (await desk.reply(agent, ticket.conversation, "r1", "您好，我来帮您看")).repeated
    with pytest.raises(Forbidden):
        await desk.reply(agent, ticket.conversation, "r2", "还在吗")


async def test_fifty_claims_at_once_have_one_winner(shop: Shop) -> None:
    desks = [await shop.desk(), await shop.desk()]
    await desks[0].open_conversation(buyer())
    await shop.press(desks[0], "human")
    agents = [await shop.agent(desks[0], f"客服{n}") for n in range(50)]
    ticket = await only_ticket(desks[0], agents[0])
    results = await asyncio.gather(
        *(desks[n % 2].claim(agent, ticket.id) for n, agent in enumerate(agents)), return_exceptions=True
    )
    (winner,) = [agents[n] for n, result in enumerate(results) if isinstance(result, Ticket)]
    losers = [result for result in results if isinstance(result, Conflict)]
    assert len(losers) == 49 and all(winner.name in error.message for error in losers)
    state = await desks[0].state(ticket.conversation)
    assert (state.owner, state.epoch, state.agent and state.agent.id) == (Owner.AGENT, 3, winner.id)
    assert (await desks[0].claim(winner, ticket.id)).agent is not None
    _, events = await desks[0].ticket(winner, ticket.id)
    assert [event.event for event in events] == ["opened", "claimed"]


async def test_only_the_holder_acts_and_a_lead_may_step_in(shop: Shop) -> None:
    desk = await shop.desk()
    _, ticket = await claimed(shop, desk)
    other = await shop.agent(desk, "小李")
    lead = await shop.agent(desk, "组长", Role.LEAD)
    for act in (desk.release, desk.offer_return, desk.return_to_bot, desk.close):
        with pytest.raises(Forbidden) as caught:
            await act(other, ticket.id)
        assert "小王" in caught.value.message
    with pytest.raises(Forbidden):
        await desk.reply(other, ticket.conversation, "r1", "您好")
    assert (await desk.release(lead, ticket.id)).state is TicketState.WAITING


async def test_an_offer_is_taken_or_declined_by_the_buyer(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await claimed(shop, desk)
    assert (await desk.offer_return(agent, ticket.id)).return_offered
    assert (await desk.state(ticket.conversation)).return_offered
    declined = await shop.press(desk, "decline_return")
    assert (declined.owner, declined.return_offered) == (Owner.AGENT, False)
    await desk.offer_return(agent, ticket.id)
    accepted = await shop.press(desk, "accept_return")
    assert (accepted.owner, accepted.agent, accepted.return_offered) == (Owner.BOT, None, False)
    ended, events = await desk.ticket(agent, ticket.id)
    assert (ended.state, ended.return_offered) == (TicketState.RETURNED, False)
    assert [event.event for event in events] == ["opened", "claimed", "offered", "declined", "offered", "returned"]
    await shop.say(desk, "在吗")
    assert texts(await shop.transcript(desk))[-1] == "答：在吗"


async def test_an_agent_hands_back_at_once(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await claimed(shop, desk)
    assert (await desk.return_to_bot(agent, ticket.id)).state is TicketState.RETURNED
    assert (await desk.state(ticket.conversation)).owner is Owner.BOT
    with pytest.raises(Conflict):
        await desk.close(agent, ticket.id)


@pytest.mark.parametrize(
    ("open", "owner", "kind"),
    [(True, Owner.QUEUE, TicketKind.QUEUED), (False, Owner.BOT, TicketKind.LEFT_MESSAGE)],
    ids=["in hours", "off hours"],
)
async def test_a_released_ticket_waits_again(shop: Shop, open: bool, owner: Owner, kind: TicketKind) -> None:
    desk = await shop.desk()
    agent, ticket = await claimed(shop, desk)
    shop.store.service_hours.open = open
    released = await desk.release(agent, ticket.id)
    assert (released.state, released.agent, released.kind) == (TicketState.WAITING, None, kind)
    assert (await desk.state(ticket.conversation)).owner is owner
    with pytest.raises(Conflict):
        await desk.close(agent, ticket.id)
    assert (await desk.claim(agent, ticket.id)).state is TicketState.ASSIGNED


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ({}, True),
        ({"stores": ("jd-digital",)}, True),
        ({"stores": ("own-shop",)}, False),
        ({"groups": ("standard", "complaint")}, True),
        ({"groups": ("presale",)}, False),
        ({"stores": ("jd-digital",), "groups": ("presale",)}, False),
    ],
)
async def test_agents_see_their_stores_and_groups(shop: Shop, scope: dict[str, tuple[str, ...]], sees: bool) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    await shop.press(desk, "human")
    everyone = await shop.agent(desk, "小李")
    ticket = await only_ticket(desk, everyone)
    agent = await shop.agent(desk, "小王", **scope)
    listed, counts = await desk.tickets(agent, TicketView.WAITING)
    assert ([one.id for one in listed], counts.waiting, counts.open) == (([ticket.id], 1, 1) if sees else ([], 0, 0))
    if sees:
        await desk.check_sees(agent, ticket.conversation)
        await desk.claim(agent, ticket.id)
        assert (await desk.tickets(agent, TicketView.MINE))[1].mine == 1
    else:
        for call in (
            desk.check_sees(agent, ticket.conversation),
            desk.ticket(agent, ticket.id),
            desk.claim(agent, ticket.id),
        ):
            with pytest.raises(NotFound):
                await call


async def test_claiming_and_leaving_at_once_leaves_one_truth(shop: Shop) -> None:
    desk = await shop.desk()
    agent = await shop.agent(desk)
    for n in range(10):
        who = buyer(f"u{n}")
        await desk.open_conversation(who)
        await shop.press(desk, "human", who)
        ticket = await only_ticket(desk, agent, TicketView.WAITING)
        taken, _ = await asyncio.gather(
            desk.claim(agent, ticket.id), shop.press(desk, "leave_queue", who), return_exceptions=True
        )
        state = await desk.state(ticket.conversation)
        now, _ = await desk.ticket(agent, ticket.id)
        expected = (
            (Owner.AGENT, TicketState.ASSIGNED) if isinstance(taken, Ticket) else (Owner.BOT, TicketState.ABANDONED)
        )
        assert (state.owner, now.state) == expected
