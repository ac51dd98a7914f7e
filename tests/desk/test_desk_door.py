"""The compliance door: what it blocks is never said, what it warns of is said with a reason, and both are in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from deskkit.bots import handoff, said
from deskkit.doors import door_that_reads, stores, the_door
from deskkit.shop import Shop, buyer, texts
from sqlalchemy import select

from aftersales.door import Talk
from aftersales.errors import ConfigurationError
from desk.door import own_words
from desk.errors import BadRequest, Conflict, DeskError, Forbidden, NotFound, ReplyBlocked, ReplyWarned
from desk.lines import LINES, load_lines
from desk.model import Agent, Owner, Sender, TicketView
from desk.ports import Door
from desk.replies import Confirmation
from desk.schema import audit
from desk.service import Desk

pytestmark = pytest.mark.asyncio

GOOD = "我看到这笔退款已经审核通过，原路退回，您可以在退款详情里看到进度。"
WAIT = "您稍等一下"
CONTACT = "加我微信聊"


async def held(shop: Shop, *, says: str = "我的退款到哪了", door: Door | None = None, **options: Any) -> tuple[Desk, Agent, str]:
    """A desk, an agent, and the conversation that the agent holds."""
    desk = await shop.desk(door=door, **options)
    await shop.say(desk, says)
    await shop.press(desk, "human")
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    await desk.claim(agent, ticket.id)
    return desk, agent, ticket.conversation


async def recorded(desk: Desk, *actions: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    statement = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.position)
    return await desk._context.database.read(
        lambda connection: [(row.actor, row.action, row.detail) for row in connection.execute(statement)]
    )


async def spoken(shop: Shop, desk: Desk) -> list[str]:
    return texts(await shop.transcript(desk), Sender.AGENT)


async def test_a_good_reply_meets_nothing(shop: Shop) -> None:
    desk, agent, conversation = await held(shop)
    await desk.reply(agent, conversation, "r1", GOOD)
    assert await spoken(shop, desk) == [GOOD]
    assert await recorded(desk, "reply_blocked", "reply_confirmed") == []


BLOCKED = [
    (CONTACT, "offsite_contact", "加我微信"),
    ("好的哦，退完货加我微信聊", "offsite_contact", "加我微信"),
    ("他的电话是13912345678，您找他", "personal_data", "13912345678"),
]


@pytest.mark.parametrize(("text", "kind", "span"), BLOCKED)
@pytest.mark.parametrize("insisting", [False, True])
async def test_what_the_door_blocks_is_never_stored(shop: Shop, text: str, kind: str, span: str, insisting: bool) -> None:
    desk, agent, conversation = await held(shop)
    confirmation = Confirmation("已与主管确认", (kind,)) if insisting else None
    with pytest.raises(ReplyBlocked) as caught:
        await desk.reply(agent, conversation, "r1", text, confirmation)
    assert await spoken(shop, desk) == []
    (finding, *_) = caught.value.findings
    assert (finding.kind, finding.level, finding.span) == (kind, "block", span)
    assert text[finding.start : finding.end] == span
    assert finding.title in caught.value.message and finding.why and finding.instead and finding.rule
    ((actor, _, detail),) = await recorded(desk, "reply_blocked")
    assert actor == f"agent:{agent.id}" and detail["kinds"] == [kind] and detail["rules"] == [finding.rule]
    assert "13912345678" not in str(detail)


async def test_what_the_door_warns_of_is_stored_once_the_agent_says_why(shop: Shop) -> None:
    desk, agent, conversation = await held(shop)
    with pytest.raises(ReplyWarned) as caught:
        await desk.reply(agent, conversation, "r1", WAIT)
    assert [one.kind for one in caught.value.findings] == ["waiting"]
    assert await spoken(shop, desk) == [] and await recorded(desk, "reply_confirmed") == []
    posted = await desk.reply(agent, conversation, "r1", WAIT, Confirmation("  买家\n原话 ", ("waiting",)))
    assert await spoken(shop, desk) == [WAIT]
    assert await recorded(desk, "reply_confirmed") == [
        (
            f"agent:{agent.id}",
            "reply_confirmed",
            {"seq": posted.message.seq, "reason": "买家 原话", "kinds": ["waiting"], "rules": ["WAI-01"], "spans": ["稍等"]},
        )
    ]


@pytest.mark.parametrize("kinds", [(), ("cold",), ("Waiting",)])
async def test_a_confirmation_of_something_else_confirms_nothing(shop: Shop, kinds: tuple[str, ...]) -> None:
    desk, agent, conversation = await held(shop)
    with pytest.raises(ReplyWarned):
        await desk.reply(agent, conversation, "r1", WAIT, Confirmation("买家原话", kinds))
    assert await spoken(shop, desk) == []


@pytest.mark.parametrize("reason", ["", " ", "是", " 是 ", "x" * 201])
async def test_a_reason_is_neither_empty_nor_a_story(shop: Shop, reason: str) -> None:
    desk, agent, conversation = await held(shop)
    with pytest.raises(BadRequest) as caught:
        await desk.reply(agent, conversation, "r1", WAIT, Confirmation(reason, ("waiting",)))
    assert caught.value.field == "confirm.reason"
    assert await spoken(shop, desk) == []


async def test_a_reason_keeps_no_number_of_a_person(shop: Shop) -> None:
    desk, agent, conversation = await held(shop)
    await desk.reply(agent, conversation, "r1", WAIT, Confirmation("主管13912345678同意", ("waiting",)))
    ((_, _, detail),) = await recorded(desk, "reply_confirmed")
    assert "13912345678" not in str(detail) and "主管" in detail["reason"]


async def test_a_stored_reply_is_not_judged_again(shop: Shop) -> None:
    desk, agent, conversation = await held(shop)
    confirmation = Confirmation("规则误判", ("waiting",))
    first = await desk.reply(agent, conversation, "r1", WAIT, confirmation)
    again = await desk.reply(agent, conversation, "r1", WAIT)
    assert again.repeated and again.message == first.message
    with pytest.raises(Conflict):
        await desk.reply(agent, conversation, "r1", CONTACT)
    assert len(await recorded(desk, "reply_confirmed")) == 1 and await recorded(desk, "reply_blocked") == []


async def test_the_same_reply_again_is_a_repetition_for_this_agent_only(shop: Shop) -> None:
    desk, agent, conversation = await held(shop)
    await desk.reply(agent, conversation, "r1", GOOD)
    with pytest.raises(ReplyWarned) as caught:
        await desk.reply(agent, conversation, "r2", GOOD)
    assert [one.kind for one in caught.value.findings] == ["repetition"]
    other = await shop.agent(desk, "小李")
    ((ticket,), _) = await desk.tickets(agent, TicketView.MINE)
    await desk.release(agent, ticket.id)
    await desk.claim(other, ticket.id)
    await desk.reply(other, conversation, "r1", GOOD)


OWN = [
    ("我的电话改成13912345678", "号码13912345678记下了，发货前会打这个电话", True),
    ("我的电话是139-1234-5678", "号码13912345678记下了，发货前会打这个电话", True),
    ("我的电话改了", "号码13912345678记下了，发货前会打这个电话", False),
]


@pytest.mark.parametrize(("heard", "text", "passes"), OWN)
async def test_a_number_may_be_said_back_to_whoever_gave_it(shop: Shop, heard: str, text: str, passes: bool) -> None:
    desk, agent, conversation = await held(shop, says=heard)
    review = await desk.check_reply(agent, conversation, text)
    assert ("personal_data" not in [one.kind for one in review.findings]) == passes


async def test_the_trained_part_counts_as_well(shop: Shop) -> None:
    opinions = {"这句读起来有点冷": ("cold", False), "这句读起来像骂人": ("insult", True)}
    desk, agent, conversation = await held(shop, door=door_that_reads(opinions))
    with pytest.raises(ReplyWarned) as warned:
        await desk.reply(agent, conversation, "r1", "这句读起来有点冷")
    with pytest.raises(ReplyBlocked) as blocked:
        await desk.reply(agent, conversation, "r1", "这句读起来像骂人")
    assert [one.kind for error in (warned, blocked) for one in error.value.findings] == ["cold", "insult"]


@pytest.mark.parametrize(
    ("text", "level", "kinds"),
    [(GOOD, "pass", []), (WAIT, "warn", ["waiting"]), (CONTACT, "block", ["offsite_contact"])],
)
async def test_a_check_says_the_same_and_stores_nothing(shop: Shop, text: str, level: str, kinds: list[str]) -> None:
    desk, agent, conversation = await held(shop)
    before = await shop.transcript(desk)
    review = await desk.check_reply(agent, conversation, text)
    assert (review.level, [one.kind for one in review.findings]) == (level, kinds)
    assert await shop.transcript(desk) == before
    assert await recorded(desk, "reply_blocked") == []


@pytest.mark.parametrize("text", [CONTACT, WAIT, GOOD])
async def test_only_the_holder_hears_what_the_door_says(shop: Shop, text: str) -> None:
    desk, _, conversation = await held(shop)
    other = await shop.agent(desk, "小李")
    for call in (desk.reply(other, conversation, "r1", text), desk.check_reply(other, conversation, text)):
        with pytest.raises(Forbidden):
            await call
    for call in (desk.reply(other, "c_none", "r1", text), desk.check_reply(other, "c_none", text)):
        with pytest.raises(NotFound):
            await call
    assert await recorded(desk, "reply_blocked") == []


# -- the bot ----------------------------------------------------------------------------------------------------------

FALLBACK = load_lines().buyer("blocked")


async def test_a_blocked_answer_becomes_the_safe_line_and_a_person_who_sees_why(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.on("怎么联系你们", said("这个问题我先记下。", CONTACT, "还可以看订单页。", choices=(("好", "/affirm"),)))
    await shop.say(desk, "怎么联系你们")
    messages = await shop.transcript(desk)
    assert texts(messages, Sender.BOT)[1:] == ["这个问题我先记下。", FALLBACK, "还可以看订单页。"]
    (line,) = texts(messages, Sender.SYSTEM)
    assert "第 1 位" in line and CONTACT not in str(messages)
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    assert (ticket.reason, ticket.group) == ("blocked_text", "standard")
    assert "引到站外联系" in ticket.reason_text and ticket.card["last_said"] == "怎么联系你们"
    ((blocked),) = ticket.card["blocked"]
    assert blocked["text"] == CONTACT and blocked["findings"][0]["kind"] == "offsite_contact"
    assert (await desk.state(ticket.conversation)).owner is Owner.QUEUE
    ((actor, action, detail),) = await recorded(desk, "answer_blocked", "answer_warned")
    assert (actor, action, detail["kinds"]) == ("bot", "answer_blocked", ["offsite_contact"])
    _, events = await desk.ticket(agent, ticket.id)
    assert events[0].detail["seq"] == 2


async def test_a_blocked_choice_takes_its_message_with_it(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.on("怎么办", said("您可以选一种方式：", choices=(("加我微信聊", "/x"),)))
    await shop.say(desk, "怎么办")
    messages = await shop.transcript(desk)
    assert texts(messages, Sender.BOT)[1:] == [FALLBACK]
    assert [one.choices for one in messages if one.text == FALLBACK] == [()]


async def test_the_safe_line_is_said_once_and_the_bots_own_handoff_keeps_its_reason(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.on("骗子", said(CONTACT, "或者加QQ 12345678", handoff=handoff(), outcome="handed_off"))
    await shop.say(desk, "骗子")
    assert texts(await shop.transcript(desk), Sender.BOT)[1:] == [FALLBACK]
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.WAITING)
    assert (ticket.reason, ticket.group, ticket.card["order_number"]) == ("angry", "complaint", "880155")
    assert [one["text"] for one in ticket.card["blocked"]] == [CONTACT, "或者加QQ 12345678"]


async def test_off_hours_a_blocked_answer_is_a_left_message(shop: Shop) -> None:
    desk = await shop.desk()
    shop.store.service_hours.open = False
    shop.bot.on("怎么联系你们", said(CONTACT))
    await shop.say(desk, "怎么联系你们")
    messages = await shop.transcript(desk)
    assert texts(messages, Sender.BOT)[1:] == [FALLBACK] and "留言" in texts(messages, Sender.SYSTEM)[0]
    assert (await desk.state(messages[0].conversation)).owner is Owner.BOT


async def test_what_the_bot_is_warned_of_is_said_and_recorded(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.on("在吗", said(WAIT))
    await shop.say(desk, "在吗")
    assert texts(await shop.transcript(desk), Sender.BOT)[1:] == [WAIT]
    ((_, action, detail),) = await recorded(desk, "answer_blocked", "answer_warned")
    assert (action, detail["kinds"], detail["found_by"]) == ("answer_warned", ["waiting"], ["waiting-word"])


@pytest.mark.parametrize("stops", [False, True])
async def test_whether_the_trained_part_alone_stops_the_bot_is_an_option(shop: Shop, stops: bool) -> None:
    text = "这句话读起来像在骂人"
    desk = await shop.desk(door=door_that_reads({text: ("insult", True)}), reader_stops_bot=stops)
    shop.bot.on("在吗", said(text))
    await shop.say(desk, "在吗")
    assert texts(await shop.transcript(desk), Sender.BOT)[1:] == [FALLBACK if stops else text]
    ((_, action, _),) = await recorded(desk, "answer_blocked", "answer_warned")
    assert action == ("answer_blocked" if stops else "answer_warned")


async def test_an_answer_that_is_not_wanted_any_more_leaves_no_trace_of_the_door(shop: Shop) -> None:
    desk = await shop.desk()
    slow = shop.bot.hold("在吗", said(CONTACT))
    await desk.post_buyer_message(buyer(), "c1", "在吗")
    await slow.arrived.wait()
    await shop.press(desk, "human")
    slow.release()
    await desk.turns.settle()
    assert FALLBACK not in texts(await shop.transcript(desk))
    assert await recorded(desk, "answer_blocked", "answer_warned") == []


# -- the desk's own words ---------------------------------------------------------------------------------------------

VALUES = {
    "group": "售后", "position": 2, "agent": "小王", "opening": "明天 09:00 起，", "what": "银行卡号",
}  # fmt: skip
OWN_LINES = [
    *((f"buyer.{key}", load_lines().buyer(key, **VALUES)) for key in LINES["buyer"]),
    *((f"greeting.{id}", store.greeting) for id, store in stores().items()),
]


@pytest.mark.parametrize("store", sorted(stores()))
@pytest.mark.parametrize(("name", "text"), OWN_LINES, ids=[name for name, _ in OWN_LINES])
async def test_the_desks_own_lines_pass_in_every_store(store: str, name: str, text: str) -> None:
    verdict = the_door().check(text, store, "bot", Talk())
    assert [(one.kind, one.span) for one in verdict.violations] == []


@pytest.mark.parametrize("kind", sorted({one.default for one in DeskError.__subclasses__()}))
async def test_what_the_desk_says_of_errors_passes_too(kind: str) -> None:
    assert the_door().check(kind, "jd-digital", "bot", Talk()).level != "block"


async def test_an_unknown_store_has_no_door() -> None:
    with pytest.raises(NotFound):
        the_door().check("您好", "nowhere", "agent", Talk())


async def test_a_missing_trained_part_says_what_to_run(tmp_path: Path) -> None:
    from aftersales.door import load_door

    with pytest.raises(ConfigurationError, match="make model"):
        load_door(Path(__file__).parents[2] / "rules", tmp_path / "reader.npz")


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ((None, ""), set()),
        (("林女士",), {"林女士"}),
        (("电话 139 1234-5678，订单880155",), {"电话 139 1234-5678，订单880155", "13912345678", "880155"}),
        (("3天", "12元"), {"3天", "12元"}),
    ],
)
async def test_own_words_are_what_was_given_and_the_numbers_in_it(given: tuple[str | None, ...], own: set[str]) -> None:
    assert own_words(*given) == own
