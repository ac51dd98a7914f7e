"""The abuse protocol in the desk: soothed by the bot, reminded once while waiting, never talked over an agent, filed by nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from deskkit.bots import handoff, said
from deskkit.shop import Shop, buyer, texts
from sqlalchemy import select

from desk.abuse import AbuseState, BlockDecision
from desk.errors import BadRequest, Conflict, NotFound
from desk.lines import load_lines
from desk.model import Agent, BuyerIdentity, Owner, Sender, TicketView
from desk.schema import audit
from desk.service import Desk

pytestmark = pytest.mark.asyncio

REMINDER = load_lines().buyer("civil_reminder")
ABUSE, OTHER_ABUSE = "你们客服都是傻逼", "滚你妈的"
COMPLAINT = "傻逼客服，我的退款到底什么时候到"
RESPONSES = Path(__file__).parents[2] / "data" / "responses" / "handoff.yml"
OWN = buyer(store="own-shop")


def soothing_line() -> str:
    responses = yaml.safe_load(RESPONSES.read_text(encoding="utf-8"))["responses"]
    text: str = responses["utter_handoff_abusive"][0]["text"]
    return text


async def hears(shop: Shop, desk: Desk, *messages: str, who: BuyerIdentity | None = None) -> None:
    """The buyer's messages, a minute apart: what is said after a reminder is later than it."""
    for message in messages:
        shop.clock.advance(minutes=1)
        await shop.say(desk, message, who)
    shop.clock.advance(minutes=1)


async def reminders(shop: Shop, desk: Desk, who: BuyerIdentity | None = None) -> int:
    return texts(await shop.transcript(desk, who), Sender.SYSTEM).count(REMINDER)


async def queued(shop: Shop, who: BuyerIdentity | None = None) -> tuple[Desk, Agent, str]:
    """A buyer who waits for a person, an agent who sees them, and the ticket."""
    desk = await shop.desk()
    await shop.say(desk, "物流三天没动了", who)
    await shop.press(desk, "human", who)
    agent = await shop.agent(desk)
    return desk, agent, await the_ticket(desk, agent)


async def the_ticket(desk: Desk, agent: Agent) -> str:
    ((ticket,), _) = await desk.tickets(agent, TicketView.OPEN)
    return ticket.id


async def held(shop: Shop, who: BuyerIdentity | None = None) -> tuple[Desk, Agent, str]:
    desk, agent, ticket = await queued(shop, who)
    await desk.claim(agent, ticket)
    return desk, agent, ticket


async def to_block(shop: Shop) -> tuple[Desk, Agent, str]:
    """A conversation in which a request is prepared."""
    desk, agent, ticket = await queued(shop)
    await hears(shop, desk, *[ABUSE] * 8)
    return desk, agent, ticket


async def decisions(desk: Desk) -> list[tuple[str, str, dict[str, object]]]:
    statement = select(audit).where(audit.c.action.startswith("block_request")).order_by(audit.c.position)
    rows = await desk._context.database.read(lambda connection: connection.execute(statement).all())
    return [(row.action, row.actor, row.detail) for row in rows]


@pytest.mark.parametrize(
    ("messages", "said_times"),
    [
        (["我靠，怎么还没到", "他妈的这也太慢了吧", "卧槽", "我靠真的无语"], 0),
        (["这破快递真垃圾", "垃圾快递", "什么破东西"], 0),
        ([ABUSE], 0),
        ([ABUSE, OTHER_ABUSE], 1),
        ([ABUSE, "我的退款到哪了"], 0),
        ([ABUSE, "我的退款到哪了", OTHER_ABUSE], 1),
        ([ABUSE] * 10, 1),
        (["真慢，" * 70 + ABUSE] * 3, 0),
    ],
    ids=["tic", "a thing", "first", "second", "calm again", "second after calm", "ten", "a long story"],
)
async def test_a_waiting_buyer_is_reminded_once_and_only_for_abuse(
    shop: Shop, messages: list[str], said_times: int
) -> None:
    desk, _, _ = await queued(shop)
    await hears(shop, desk, *messages)
    assert await reminders(shop, desk) == said_times


async def test_the_reminder_stands_right_under_the_second_abuse(shop: Shop) -> None:
    desk, _, _ = await queued(shop)
    await hears(shop, desk, ABUSE, OTHER_ABUSE)
    transcript = await shop.transcript(desk)
    assert texts(transcript[-2:]) == [OTHER_ABUSE, REMINDER]
    assert transcript[-1].at == transcript[-2].at


async def test_a_repeated_message_is_one_message(shop: Shop) -> None:
    desk, _, _ = await queued(shop)
    for _ in range(3):
        await desk.post_buyer_message(buyer(), "the same", ABUSE)
    assert await reminders(shop, desk) == 0


async def test_two_tabs_at_once_bring_one_reminder(shop: Shop) -> None:
    desk, _, _ = await queued(shop)
    other = await shop.desk()
    await hears(shop, desk, ABUSE)
    await hears(shop, other, ABUSE)
    await hears(shop, desk, ABUSE)
    assert await reminders(shop, desk) == 1


async def test_while_the_bot_answers_it_soothes_and_nobody_reminds(shop: Shop) -> None:
    desk = await shop.desk()
    soothing = soothing_line()
    for _ in range(3):
        shop.bot.next(said(soothing))
    shop.bot.next(said(soothing, handoff=handoff("abusive")))
    await hears(shop, desk, *[ABUSE] * 4)
    transcript = await shop.transcript(desk)
    assert texts(transcript, Sender.BOT).count(soothing) == 4
    assert (await desk.state(transcript[0].conversation)).owner is Owner.QUEUE
    assert await reminders(shop, desk) == 0
    await hears(shop, desk, ABUSE)
    assert await reminders(shop, desk) == 1


async def test_nothing_is_said_over_an_agent_who_gets_a_draft_instead(shop: Shop) -> None:
    desk, agent, ticket = await held(shop)
    await hears(shop, desk, ABUSE)
    first = await desk.abuse(agent, ticket)
    assert (first.decision.step, first.draft) == ("soothe", None)
    await hears(shop, desk, ABUSE)
    due = await desk.abuse(agent, ticket)
    assert (due.decision.step, due.draft, due.abusive) == ("remind", REMINDER, 2)
    assert await reminders(shop, desk) == 0

    conversation = await desk.conversation_of(buyer())
    assert due.draft is not None
    sent = await desk.reply(agent, conversation, "r-1", due.draft)
    await hears(shop, desk, ABUSE)
    after = await desk.abuse(agent, ticket)
    assert (after.decision.step, after.draft, after.reminded_at) == ("stay_kind", None, sent.message.at)


@pytest.mark.parametrize("words", ["", "您好，"])
async def test_only_the_line_as_it_is_counts_as_the_reminder(shop: Shop, words: str) -> None:
    desk, agent, ticket = await held(shop)
    await hears(shop, desk, ABUSE, ABUSE)
    await desk.reply(agent, await desk.conversation_of(buyer()), "r-1", words + REMINDER)
    await hears(shop, desk, ABUSE)
    assert (await desk.abuse(agent, ticket)).decision.step == ("remind" if words else "stay_kind")


async def test_an_agents_reminder_is_not_repeated_when_the_buyer_waits_again(shop: Shop) -> None:
    desk, agent, ticket = await held(shop)
    await hears(shop, desk, ABUSE, ABUSE)
    await desk.reply(agent, await desk.conversation_of(buyer()), "r-1", REMINDER)
    await desk.release(agent, ticket)
    await hears(shop, desk, ABUSE, ABUSE)
    assert await reminders(shop, desk) == 0


async def test_more_than_five_after_the_reminder_prepare_the_request(shop: Shop) -> None:
    desk, agent, ticket = await queued(shop)
    await hears(shop, desk, *[ABUSE] * 7)
    kind = await desk.abuse(agent, ticket)
    assert (kind.decision.step, kind.decision.request, kind.after_reminder) == ("stay_kind", None, 5)
    await hears(shop, desk, OTHER_ABUSE)
    state = await desk.abuse(agent, ticket)
    request = state.decision.request
    assert state.decision.step == "prepare_request" and request is not None
    assert [one.text for one in request.evidence] == [ABUSE] * 5 + [OTHER_ABUSE]
    assert request.reminded_at == state.reminded_at
    assert request.longest_until == shop.clock.now + timedelta(days=90)
    assert (request.longest_months, request.lift_within_hours) == (3, 2)
    assert await decisions(desk) == []


async def test_a_rude_complaint_is_a_complaint(shop: Shop) -> None:
    desk, agent, ticket = await queued(shop)
    await hears(shop, desk, ABUSE, ABUSE, *[COMPLAINT] * 8)
    assert (await desk.abuse(agent, ticket)).decision.request is None


async def test_where_the_platform_has_no_rule_none_is_prepared(shop: Shop) -> None:
    desk, agent, ticket = await queued(shop, OWN)
    await hears(shop, desk, *[ABUSE] * 12, who=OWN)
    state = await desk.abuse(agent, ticket)
    assert (state.decision.step, state.decision.request) == ("stay_kind", None)
    assert await reminders(shop, desk, OWN) == 1
    with pytest.raises(Conflict):
        await desk.decide_block_request(agent, ticket, BlockDecision.FILED, 30, "受理编号 7")


async def test_secrets_are_masked_in_the_evidence(shop: Shop) -> None:
    desk, agent, ticket = await queued(shop)
    await hears(shop, desk, *[f"{ABUSE}，密码是abc12345"] * 8)
    request = (await desk.abuse(agent, ticket)).decision.request
    assert request is not None
    assert [one.text for one in request.evidence if "abc12345" in one.text] == []


async def test_after_the_matter_was_closed_it_is_judged_afresh_and_not_reminded_twice(shop: Shop) -> None:
    desk, agent, ticket = await to_block(shop)
    await desk.claim(agent, ticket)
    await desk.close(agent, ticket, "")
    closed = await desk.abuse(agent, ticket)
    assert closed.decision.step == "prepare_request"
    shop.clock.advance(minutes=1)
    await shop.press(desk, "human")
    await hears(shop, desk, *[ABUSE] * 5)
    again = await the_ticket(desk, agent)
    state = await desk.abuse(agent, again)
    assert (state.decision.step, state.abusive) == ("stay_kind", 5)
    assert await reminders(shop, desk) == 1
    assert len((await desk.abuse(agent, ticket)).decision.request.evidence) == 6  # type: ignore[union-attr]


async def test_a_decision_is_one_row_in_the_audit_and_nothing_else(shop: Shop) -> None:
    desk, agent, ticket = await to_block(shop)
    before = texts(await shop.transcript(desk))
    state = await desk.decide_block_request(agent, ticket, BlockDecision.FILED, 30, "受理编号 JD-20261122007，13800138000")
    decided = state.decided
    assert decided is not None
    assert (decided.decision, decided.agent.name, decided.days) == (BlockDecision.FILED, "小王", 30)
    assert decided.note == "受理编号 JD-20261122007，【电话】"
    ((action, actor, detail),) = await decisions(desk)
    assert (action, actor) == ("block_request_filed", f"agent:{agent.id}")
    assert detail["rules"] == ["BLK-01", "BLK-02", "BLK-03", "BLK-05", "BLK-06"]
    assert (detail["messages"], detail["days"], detail["longest_days"], detail["ticket"]) == (6, 30, 90, ticket)
    assert texts(await shop.transcript(desk)) == before


@pytest.mark.parametrize(
    ("decision", "days", "note", "field"),
    [
        (BlockDecision.FILED, None, "受理编号 7", "days"),
        (BlockDecision.FILED, 91, "受理编号 7", "days"),
        (BlockDecision.FILED, 0, "受理编号 7", "days"),
        (BlockDecision.FILED, 30, "", "note"),
        (BlockDecision.DISMISSED, None, "长" * 201, "note"),
    ],
)
async def test_what_is_missing_is_named(
    shop: Shop, decision: BlockDecision, days: int | None, note: str, field: str
) -> None:
    desk, agent, ticket = await to_block(shop)
    with pytest.raises(BadRequest) as caught:
        await desk.decide_block_request(agent, ticket, decision, days, note)
    assert caught.value.field == field
    assert await decisions(desk) == []


async def test_dismissed_may_be_filed_later_and_filed_stands(shop: Shop) -> None:
    desk, agent, ticket = await to_block(shop)
    other = await shop.agent(desk, "小李")

    async def decides(who: Agent, decision: BlockDecision, days: int | None = None) -> AbuseState:
        return await desk.decide_block_request(who, ticket, decision, days, "再观察一下")

    await decides(agent, BlockDecision.DISMISSED)
    with pytest.raises(Conflict):
        await decides(other, BlockDecision.DISMISSED)
    # A friendly word meanwhile takes nothing away from what a person has done.
    await hears(shop, desk, "好吧")
    state = await decides(other, BlockDecision.FILED, 90)
    assert state.decided is not None and state.decided.agent.name == "小李"
    for decision in BlockDecision:
        with pytest.raises(Conflict, match="小李"):
            await decides(agent, decision, 7)
    assert [action for action, _, _ in await decisions(desk)] == ["block_request_dismissed", "block_request_filed"]


async def test_a_decision_needs_a_prepared_request(shop: Shop) -> None:
    desk, agent, ticket = await held(shop)
    await hears(shop, desk, ABUSE, ABUSE)
    with pytest.raises(Conflict):
        await desk.decide_block_request(agent, ticket, BlockDecision.DISMISSED, None, "")


async def test_only_who_may_see_the_ticket(shop: Shop) -> None:
    desk, _, ticket = await to_block(shop)
    stranger = await shop.agent(desk, "小赵", stores=("own-shop",))
    with pytest.raises(NotFound):
        await desk.abuse(stranger, ticket)
    with pytest.raises(NotFound):
        await desk.decide_block_request(stranger, ticket, BlockDecision.DISMISSED, None, "")
