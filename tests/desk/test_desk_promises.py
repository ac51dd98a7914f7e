"""The ledger of promises: what a stored reply promises, by when, and who says that it was kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from deskkit.doors import the_door
from deskkit.shop import MORNING, Shop, buyer
from sqlalchemy import select

from aftersales.door import Promise, Talk
from desk.errors import NotFound, ReplyWarned
from desk.model import Agent, PromiseCounts, PromiseState, TicketView
from desk.promises import due_at
from desk.replies import Confirmation
from desk.schema import audit
from desk.service import Desk

pytestmark = pytest.mark.asyncio

CHINA = timezone(timedelta(hours=8))
SOON = "我现在去查物流，10分钟内回复您结果"


def china(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


DUE = [
    # A span of time counts from now: a Sunday, ten in the morning.
    ("10分钟内回复您", china(22, 10, 10)),
    ("两小时内给您回复", china(22, 12)),
    ("24小时内给您发货", china(23, 10)),
    ("7天内给您发出", china(29, 10)),
    # A day ends at midnight in China.
    ("今天回复您", china(23)),
    ("下班前回复您", china(23)),
    ("下午回复您", china(23)),
    ("今天下午回复您", china(23)),
    ("明天下午回复您", china(24)),
    ("明天一定送到", china(24)),
    ("明早联系您", china(23, 12)),
    ("后天给您发货", china(25)),
    ("大后天给您发货", china(26)),
    ("周日给您发货", china(23)),
    ("周一给您发货", china(24)),
    ("周六给您发货", china(29)),
    ("本周给您发货", china(23)),
    ("这个月给您发出", china(1, month=12)),
]


@pytest.mark.parametrize(("text", "due"), DUE, ids=[text for text, _ in DUE])
async def test_when_a_promise_is_due(text: str, due: datetime) -> None:
    (promise, *_) = the_door().check(text, "jd-digital", "agent", Talk(now=MORNING)).promises
    found = due_at(promise, MORNING, text[: promise.start])
    assert found is not None and abs(found - due) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("matter", "amount", "unit"),
    [("freight", None, ""), ("compensation", 20.0, "yuan"), ("warranty", 8760.0, "hours"), ("callback", None, "")],
)
async def test_what_has_no_time_is_never_due(matter: str, amount: float | None, unit: str) -> None:
    assert due_at(Promise(matter, "", 0, 0, amount, unit), MORNING) is None


async def test_a_late_evening_in_china_is_still_the_same_day() -> None:
    now = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    (promise,) = the_door().check("今天回复您", "jd-digital", "agent", Talk(now=now)).promises
    assert due_at(promise, now) == china(23)


async def held(shop: Shop) -> tuple[Desk, Agent, str, str]:
    desk = await shop.desk()
    await shop.say(desk, "物流三天没动了")
    await shop.press(desk, "human")
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    await desk.claim(agent, ticket.id)
    return desk, agent, ticket.conversation, ticket.id


async def settled(desk: Desk) -> list[str]:
    statement = select(audit.c.action).where(audit.c.action.startswith("promise_")).order_by(audit.c.position)
    return await desk._context.database.read(lambda connection: list(connection.execute(statement).scalars()))


async def test_a_stored_reply_is_read_for_promises(shop: Shop) -> None:
    desk, agent, conversation, _ = await held(shop)
    posted = await desk.reply(agent, conversation, "r1", SOON)
    (made,) = await desk.promises(agent, conversation)
    assert (made.seq, made.matter, made.span, made.within) == (posted.message.seq, "callback", "10分钟内回复", True)
    assert (made.agent.name, made.made_at, made.due_at) == ("小王", MORNING, MORNING + timedelta(minutes=10))
    assert made.state is PromiseState.OPEN
    await desk.reply(agent, conversation, "r1", SOON)
    assert len(await desk.promises(agent, conversation)) == 1


async def test_a_reply_that_was_not_stored_promises_nothing(shop: Shop) -> None:
    desk, agent, conversation, _ = await held(shop)
    text = "明天一定送到，您放心"
    with pytest.raises(ReplyWarned):
        await desk.reply(agent, conversation, "r1", text)
    assert await desk.promises(agent, conversation) == []
    await desk.reply(agent, conversation, "r1", text, Confirmation("已与主管确认", ("promise_beyond",)))
    (made,) = await desk.promises(agent, conversation)
    assert (made.matter, made.within, made.due_at) == ("arrive", False, china(24).astimezone(UTC))


async def test_a_promise_is_kept_missed_or_open_again(shop: Shop) -> None:
    desk, agent, conversation, ticket = await held(shop)
    await desk.reply(agent, conversation, "r1", SOON)
    (made,) = await desk.promises(agent, conversation)
    assert await desk.promise_counts() == PromiseCounts(open=1, overdue=0)
    shop.clock.advance(minutes=11)
    assert await desk.promise_counts() == PromiseCounts(open=1, overdue=1)
    for state in (PromiseState.MISSED, PromiseState.OPEN, PromiseState.KEPT, PromiseState.KEPT):
        (now,) = await desk.settle_promise(agent, conversation, made.id, state)
        assert now.state is state
    assert await settled(desk) == ["promise_missed", "promise_open", "promise_kept"]
    assert await desk.promise_counts() == PromiseCounts(open=0, overdue=0)
    await desk.close(agent, ticket)
    assert len(await desk.settle_promise(agent, conversation, made.id, PromiseState.OPEN)) == 1


async def test_promises_are_for_those_who_may_read_the_conversation(shop: Shop) -> None:
    desk, agent, conversation, _ = await held(shop)
    await desk.reply(agent, conversation, "r1", SOON)
    (made,) = await desk.promises(agent, conversation)
    stranger = await shop.agent(desk, "外人", stores=("own-shop",))
    with pytest.raises(NotFound):
        await desk.promises(stranger, conversation)
    with pytest.raises(NotFound):
        await desk.settle_promise(stranger, conversation, made.id, PromiseState.KEPT)
    for wrong in ("p_none", ""):
        with pytest.raises(NotFound):
            await desk.settle_promise(agent, conversation, wrong, PromiseState.KEPT)
    assert (await desk.promises(agent, conversation))[0].state is PromiseState.OPEN
    await desk.open_conversation(buyer("u2"))
    other = await desk.conversation_of(buyer("u2"))
    with pytest.raises(NotFound):
        await desk.settle_promise(agent, other, made.id, PromiseState.KEPT)
