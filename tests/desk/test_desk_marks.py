"""What agents say about a reading: kept once a message and agent, changed, taken back, audited; and its export."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from deskkit.bots import handoff, said
from deskkit.shop import MORNING, Shop, buyer
from sqlalchemy import select

from aftersales.errors import ConfigurationError
from aftersales.review import ACCEPTED, read_review, write_review
from desk.database import Database, connect
from desk.errors import BadRequest, NotFound
from desk.intents import load_intents
from desk.marks import MarkRequest
from desk.marks_export import export, main, propose, read_marks
from desk.marks_mask import mask_for_review
from desk.model import Agent, Mark, MarkKind, Ticket, TicketView
from desk.schema import audit
from desk.service import Desk

pytestmark = pytest.mark.asyncio

MISSED = MarkRequest(MarkKind.MISSED)
ANGRY = {"intent": "complaint", "confidence": 0.8, "emotion": "angry", "emotion_score": 0.9, "risk": ["complaint_threat"]}


async def handed_over(shop: Shop, desk: Desk, text: str = "骗子") -> tuple[Agent, Ticket]:
    """A buyer whose message 2 (after the greeting) led to a ticket."""
    shop.bot.next(said("抱歉。", outcome="handed_off", handoff=handoff(), reading=ANGRY))
    await shop.say(desk, text)
    agent = await shop.agent(desk)
    ((ticket,), _) = await desk.tickets(agent, TicketView.OPEN)
    return agent, ticket


async def marks_of(desk: Desk, conversation: str, seq: int = 2) -> tuple[Mark, ...]:
    return (await desk.marked_messages_after(conversation, seq - 1, 1))[0].marks


async def audited(shop: Shop) -> list[tuple[str, str, dict[str, object]]]:
    database = connect(shop.url)
    try:
        statement = select(audit).where(audit.c.action.in_(("mark", "unmark"))).order_by(audit.c.position)
        return await database.read(
            lambda connection: [(row.actor, row.action, row.detail) for row in connection.execute(statement)]
        )
    finally:
        await database.close()


async def test_a_ticket_names_the_message_that_led_to_it(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    _, events = await desk.ticket(agent, ticket.id)
    assert events[0].detail["seq"] == 2


async def test_a_mark_is_set_changed_and_taken_back_and_each_change_is_audited(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    first = MarkRequest(MarkKind.NEEDLESS, ticket=ticket.id, note="  只是口头禅，\n电话 不用回 ")
    (mark,) = await desk.set_mark(agent, ticket.conversation, 2, first)
    assert (mark.kind, mark.ticket, mark.intent, mark.note) == (MarkKind.NEEDLESS, ticket.id, None, "只是口头禅， 电话 不用回")
    assert (mark.agent.id, mark.agent.name, mark.at) == (agent.id, "小王", MORNING)
    assert await desk.set_mark(agent, ticket.conversation, 2, first) == (mark,), "the same again changes nothing"
    shop.clock.advance(minutes=1)
    (changed,) = await desk.set_mark(
        agent, ticket.conversation, 2, MarkRequest(MarkKind.MISREAD, intent="refund_status", ticket=ticket.id)
    )
    assert (changed.kind, changed.intent, changed.ticket, changed.note) == (MarkKind.MISREAD, "refund_status", None, None)
    assert changed.at == MORNING + timedelta(minutes=1)
    assert await marks_of(desk, ticket.conversation) == (changed,)
    assert await desk.clear_mark(agent, ticket.conversation, 2) == ()
    assert await desk.clear_mark(agent, ticket.conversation, 2) == ()
    assert await marks_of(desk, ticket.conversation) == ()
    actor = f"agent:{agent.id}"
    assert await audited(shop) == [
        (actor, "mark", {"seq": 2, "kind": "needless", "ticket": ticket.id, "intent": None}),
        (actor, "mark", {"seq": 2, "kind": "misread", "ticket": None, "intent": "refund_status"}),
        (actor, "unmark", {"seq": 2}),
    ]


async def test_every_agent_has_a_mark_of_their_own_also_when_they_press_at_once(shop: Shop) -> None:
    desks = [await shop.desk(), await shop.desk()]
    agent, ticket = await handed_over(shop, desks[0])
    other = await shop.agent(desks[0], "小李")
    await asyncio.gather(
        *(desks[n % 2].set_mark((agent, other)[n % 2], ticket.conversation, 2, MISSED) for n in range(8)),
        *(desks[1 - n % 2].set_mark((agent, other)[n % 2], ticket.conversation, 2, MISSED) for n in range(8)),
    )
    assert sorted(mark.agent.name for mark in await marks_of(desks[1], ticket.conversation)) == ["小李", "小王"]
    assert len(await audited(shop)) == 2
    await desks[0].clear_mark(other, ticket.conversation, 2)
    assert [mark.agent.name for mark in await marks_of(desks[0], ticket.conversation)] == ["小王"]


async def test_marks_outlive_the_ticket_and_are_hidden_from_the_buyer(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    await desk.claim(agent, ticket.id)
    await desk.close(agent, ticket.id)
    await desk.set_mark(agent, ticket.conversation, 2, MarkRequest(MarkKind.NEEDLESS, ticket=ticket.id))
    assert len(await marks_of(desk, ticket.conversation)) == 1
    assert all(message.marks == () for message in await shop.transcript(desk))


@pytest.mark.parametrize(
    ("seq", "request_", "field", "words"),
    [
        (1, MISSED, "seq", "买家的消息"),
        (3, MISSED, "seq", "买家的消息"),
        (2, MarkRequest(MarkKind.MISREAD), "intent", "请选择"),
        (2, MarkRequest(MarkKind.MISREAD, intent="no_such_intent"), "intent", "没有这个意图"),
        (2, MarkRequest(MarkKind.NEEDLESS), "ticket", "哪一次转接"),
        (2, MarkRequest(MarkKind.NEEDLESS, ticket="t_unknown"), "ticket", "不属于这个会话"),
        (2, MarkRequest(MarkKind.MISSED, note="长" * 201), "note", "200"),
    ],
)
async def test_what_cannot_be_marked_is_refused_in_words(
    shop: Shop, seq: int, request_: MarkRequest, field: str, words: str
) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    with pytest.raises(BadRequest) as caught:
        await desk.set_mark(agent, ticket.conversation, seq, request_)
    assert caught.value.field == field and words in caught.value.message
    assert await audited(shop) == []


async def test_a_mark_needs_a_message_and_the_right_to_read_it(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    stranger = await shop.agent(desk, "小李", stores=("own-shop",))
    for who, conversation, seq in ((agent, ticket.conversation, 99), (agent, "c_none", 2), (stranger, ticket.conversation, 2)):
        with pytest.raises(NotFound):
            await desk.set_mark(who, conversation, seq, MISSED)
        with pytest.raises(NotFound):
            await desk.clear_mark(who, conversation, seq)
    await desk.open_conversation(buyer("u2"))
    await shop.press(desk, "human", buyer("u2"))
    other = await desk.conversation_of(buyer("u2"))
    await shop.say(desk, "在吗", buyer("u2"))
    seq = (await shop.transcript(desk, buyer("u2")))[-1].seq
    with pytest.raises(BadRequest, match="不属于这个会话"):
        await desk.set_mark(agent, other, seq, MarkRequest(MarkKind.NEEDLESS, ticket=ticket.id))


async def test_a_note_loses_secrets_before_it_is_stored(shop: Shop) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    (mark,) = await desk.set_mark(agent, ticket.conversation, 2, MarkRequest(MarkKind.MISSED, note="密码是 abc12345"))
    assert mark.note is not None and "abc12345" not in mark.note


# -- export ------------------------------------------------------------------------------------------------------


async def exported(shop: Shop, out: Path, since: datetime | None = None) -> str:
    database: Database = connect(shop.url)
    try:
        export(await read_marks(database), out, since)
    finally:
        await database.close()
    return out.read_text(encoding="utf-8")


async def test_an_export_has_a_line_a_mark_with_nothing_that_names_a_person(shop: Shop, tmp_path: Path) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk, "订单880155123456789还不发，我电话13812345678，要投诉")
    needless = MarkRequest(MarkKind.NEEDLESS, ticket=ticket.id, intent="logistics_status", note="打 13812345678 说清了")
    await desk.set_mark(agent, ticket.conversation, 2, needless)
    text = await exported(shop, tmp_path / "marks.tsv")
    (line,) = read_review(tmp_path / "marks.tsv").lines
    assert line.text == "订单【订单号】还不发，我电话【电话】，要投诉"
    assert line.note == "打 【电话】 说清了"
    assert (line.kind, line.agent_intent) == ("needless", "logistics_status")
    assert (line.read_intent, line.read_emotion, line.read_risk) == ("complaint", "angry", "complaint_threat")
    assert (line.intent, line.emotion, line.risk, line.confirm) == ("logistics_status", "dissatisfied", "", "")
    assert text.startswith("# 人工复核表") and "make marks-accept" in text
    assert agent.id not in text and "小王" not in text and "林女士" not in text


async def test_exporting_twice_gives_the_same_file_and_keeps_what_a_person_wrote(shop: Shop, tmp_path: Path) -> None:
    desk, out = await shop.desk(), tmp_path / "marks.tsv"
    agent, ticket = await handed_over(shop, desk)
    await desk.set_mark(agent, ticket.conversation, 2, MISSED)
    first = await exported(shop, out)
    assert await exported(shop, out) == first
    reviewed = first.replace("complaint_threat\t\n", "complaint_threat\ty\n")
    assert reviewed != first
    out.write_text(reviewed, encoding="utf-8")
    await shop.say(desk, "还在吗")
    seq = (await shop.transcript(desk))[-1].seq
    shop.clock.advance(minutes=5)
    await desk.set_mark(agent, ticket.conversation, seq, MISSED)
    await desk.set_mark(agent, ticket.conversation, 2, MarkRequest(MarkKind.MISSED, note="改过"))
    lines = {line.text: line for line in read_review_of(await exported(shop, out), out)}
    assert {text: (line.confirm, line.note) for text, line in lines.items()} == {"骗子": ("y", ""), "还在吗": ("", "")}
    await desk.clear_mark(agent, ticket.conversation, seq)
    await desk.clear_mark(agent, ticket.conversation, 2)
    left = read_review_of(await exported(shop, out), out)
    assert {(line.text, line.kind, line.confirm) for line in left} == {("骗子", "taken_back", "y"), ("还在吗", "taken_back", "")}


def read_review_of(_text: str, out: Path) -> list[object]:
    return list(read_review(out).lines)


async def test_since_leaves_out_older_marks_but_no_line_that_is_there(shop: Shop, tmp_path: Path) -> None:
    desk, out = await shop.desk(), tmp_path / "marks.tsv"
    agent, ticket = await handed_over(shop, desk)
    await desk.set_mark(agent, ticket.conversation, 2, MISSED)
    later = MORNING + timedelta(hours=1)
    await exported(shop, out, later)
    assert read_review(out).lines == ()
    await exported(shop, out)
    await exported(shop, out, later)
    assert len(read_review(out).lines) == 1


async def test_what_stands_in_an_accepted_file_is_not_asked_for_again(shop: Shop, tmp_path: Path) -> None:
    desk = await shop.desk()
    agent, ticket = await handed_over(shop, desk)
    await desk.set_mark(agent, ticket.conversation, 2, MISSED)
    done, fresh = tmp_path / "marks-1.tsv", tmp_path / "marks-2.tsv"
    await exported(shop, done)
    write_review(done, read_review(done).lines, accepted="2026-11-22")
    assert f"{ACCEPTED}2026-11-22" in done.read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError, match="was accepted on 2026-11-22"):
        await exported(shop, done)
    await exported(shop, fresh)
    assert read_review(fresh).lines == ()
    shop.clock.advance(minutes=1)
    await desk.set_mark(agent, ticket.conversation, 2, MarkRequest(MarkKind.MISREAD, intent="refund_how"))
    await exported(shop, fresh)
    assert [line.kind for line in read_review(fresh).lines] == ["misread"], "changed since: a new question"


@pytest.mark.parametrize(
    ("kind", "reading", "intent", "proposed"),
    [
        ("needless", {"intent": "refund_status", "emotion": "angry", "risk": []}, None, ("refund_status", "dissatisfied", "")),
        ("needless", {"intent": "refund_status", "emotion": "calm", "risk": ["safety"]}, None, ("refund_status", "calm", "")),
        ("missed", {"intent": "other", "emotion": "calm", "risk": []}, "human_request", ("human_request", "calm", "human_request")),
        ("missed", {"intent": "complaint", "emotion": "calm", "risk": []}, None, ("complaint", "calm", "complaint_threat")),
        ("missed", {"intent": "refund_status", "emotion": "angry", "risk": []}, None, ("refund_status", "angry", "")),
        ("missed", {"intent": "refund_status", "emotion": "calm", "risk": []}, None, ("refund_status", "calm", "")),
        ("misread", {"intent": "other", "emotion": "angry", "risk": ["safety", "human_request"]}, "refund_how", ("refund_how", "angry", "safety,human_request")),
        ("missed", {}, None, ("", "calm", "")),
    ],
)  # fmt: skip
async def test_proposed_labels(kind: str, reading: dict[str, object], intent: str | None, proposed: tuple[str, ...]) -> None:
    assert propose(kind, reading, intent) == proposed


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("地址改成浙江省杭州市西湖区文三路100号2栋301室，电话13812345678", "地址改成【地址】，电话【电话】"),
        ("发到成都市武侯区天府大道中段1号可以吗", "发到【地址】可以吗"),
        ("寄到上海浦东新区张江镇碧波路690弄5号", "寄到【地址】"),
        ("收件人：张三丰，手机138 1234 5678", "收件人：【姓名】，手机【电话】"),
        ("运单SF1234567890123到哪了", "运单【运单号】到哪了"),
        ("尾号是 88776655 的那张", "尾号是 【数字】 的那张"),
        ("发到a.b@mail.com 或 https://x.cn/a?b=1", "发到【邮箱】 或 【链接】"),
        ("怎么退货不退路费吗", "怎么退货不退路费吗"),
        ("我15号下的单，618买的，要投诉12315", "我15号下的单，618买的，要投诉12315"),
        ("西藏新疆包邮吗，小区门口没人", "西藏新疆包邮吗，小区门口没人"),
        ("[图片]\n这个\t坏了", "【图片】 这个 坏了"),
    ],
)
async def test_masks(text: str, masked: str) -> None:
    assert mask_for_review(text) == masked


async def test_the_command_says_what_it_did_and_what_is_wrong(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AFTERSALES_BOT_SECRET", "AFTERSALES_SESSION_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AFTERSALES_DATABASE_URL", shop.url)
    out = tmp_path / "review" / "marks.tsv"
    assert await asyncio.to_thread(main, ["--out", str(out)]) == 0
    assert "0 lines" in capsys.readouterr().out and read_review(out).lines == ()
    monkeypatch.setenv("AFTERSALES_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    assert await asyncio.to_thread(main, ["--out", str(out)]) == 1
    assert "AFTERSALES_DATABASE_URL: holds no marks" in capsys.readouterr().err


async def test_every_intent_of_the_bot_can_be_chosen_once() -> None:
    root = Path(__file__).resolve().parents[2]
    known = set(yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))["intents"]) - {"handoff", "nlu_fallback"}
    choices = [one.intent for one in load_intents()]
    assert sorted(choices) == sorted(known), "give new intents a title in rules/intent_titles.yml or desk/intents.yml"


async def test_titles_that_stand_twice_or_are_none_are_refused(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yml", tmp_path / "two.yml"
    one.write_text("titles: {a: 甲}", encoding="utf-8")
    two.write_text("titles: {a: 乙}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"two\.yml: titles\.a: stands in"):
        load_intents(one, two)
    two.write_text("titles: [a]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"two\.yml: titles: is not a list"):
        load_intents(one, two)
