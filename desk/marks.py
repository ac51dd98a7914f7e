"""What agents say about a reading: a needless handoff, a missed one, a wrong intent.

One mark for each message and agent. It can be changed and taken back; every change is in the audit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, bindparam, delete, insert, select, update

from desk import rows, text
from desk.agents import visible
from desk.context import Context
from desk.conversations import select_messages_after
from desk.errors import BadRequest, NotFound
from desk.model import Agent, Mark, MarkKind, Message
from desk.schema import agents, marks, messages, tickets
from desk.tickets import check_sees
from desk.unit import Unit

LONGEST_NOTE = 200

_OF_RANGE = (
    select(marks, agents.c.name.label("agent_name"))
    .join(agents, agents.c.id == marks.c.agent)
    .where(
        marks.c.conversation == bindparam("id"),
        marks.c.seq >= bindparam("first", type_=Integer()),
        marks.c.seq <= bindparam("last", type_=Integer()),
    )
    .order_by(marks.c.seq, marks.c.at, marks.c.agent)
)
_MESSAGE: Select[Any] = select(messages.c.id, messages.c.sender).where(
    messages.c.conversation == bindparam("id"), messages.c.seq == bindparam("seq")
)


@dataclass(frozen=True)
class MarkRequest:
    """What an agent wants to say. ``ticket`` is needed for a needless handoff, ``intent`` for a misread message."""

    kind: MarkKind
    ticket: str | None = None
    intent: str | None = None
    note: str | None = None


async def marked_messages_after(context: Context, conversation: str, after: int, limit: int) -> list[Message]:
    """See :meth:`desk.service.Desk.marked_messages_after`."""

    def look(connection: Connection) -> list[Message]:
        found = [rows.message(row) for row in connection.execute(*select_messages_after(conversation, after, limit))]
        if not found:
            return []
        made: dict[int, list[Mark]] = {}
        for row in connection.execute(_OF_RANGE, {"id": conversation, "first": found[0].seq, "last": found[-1].seq}):
            made.setdefault(row.seq, []).append(rows.mark(row))
        return [replace(one, marks=tuple(made[one.seq])) if one.seq in made else one for one in found]

    return await context.database.read(look)


async def set_mark(
    context: Context, intents: Collection[str], agent: Agent, conversation: str, seq: int, request: MarkRequest
) -> tuple[Mark, ...]:
    """See :meth:`desk.service.Desk.set_mark`."""
    kept = _checked(context, intents, request)
    await check_sees(context, agent, conversation)

    def write(unit: Unit) -> None:
        message = _hold_message(unit, conversation, seq)
        if kept.ticket is not None:
            _check_ticket(unit.connection, agent, conversation, kept.ticket)
        mine = (marks.c.message == message.id) & (marks.c.agent == agent.id)
        values = {"ticket": kept.ticket, "kind": kept.kind.value, "intent": kept.intent, "note": kept.note}
        before = unit.connection.execute(select(marks).where(mine)).one_or_none()
        if before is not None and all(getattr(before, name) == value for name, value in values.items()):
            return
        if before is None:
            row = {"message": message.id, "agent": agent.id, "conversation": conversation, "seq": seq, **values}
            unit.connection.execute(insert(marks).values(**row, at=unit.now))
        else:
            unit.connection.execute(update(marks).where(mine).values(**values, at=unit.now))
        # The note is in the mark itself; what somebody wrote does not belong in the audit twice.
        said = {name: value for name, value in values.items() if name != "note"}
        unit.audit(conversation, f"agent:{agent.id}", "mark", seq=seq, **said)

    await context.change(write)
    return await _marks_of(context, conversation, seq)


async def clear_mark(context: Context, agent: Agent, conversation: str, seq: int) -> tuple[Mark, ...]:
    """See :meth:`desk.service.Desk.clear_mark`."""
    await check_sees(context, agent, conversation)

    def write(unit: Unit) -> None:
        message = _hold_message(unit, conversation, seq)
        gone = delete(marks).where(marks.c.message == message.id, marks.c.agent == agent.id)
        if unit.connection.execute(gone).rowcount:
            unit.audit(conversation, f"agent:{agent.id}", "unmark", seq=seq)

    await context.change(write)
    return await _marks_of(context, conversation, seq)


def _checked(context: Context, intents: Collection[str], request: MarkRequest) -> MarkRequest:
    """Return the request as it is kept. Raises BadRequest."""
    note = request.note.strip() if request.note else ""
    if note:
        # Masked like a buyer's message: agents paste numbers too. Line breaks would break the review file's lines.
        note = " ".join(context.mask(text.clean(note, len(note))).text.split())
    if len(note) > LONGEST_NOTE:
        raise BadRequest(f"备注最多 {LONGEST_NOTE} 字。", field="note")
    if request.intent is not None and request.intent not in intents:
        raise BadRequest("没有这个意图，请从列表里选择。", field="intent")
    if request.kind is MarkKind.MISREAD and request.intent is None:
        raise BadRequest("请选择这条消息原本的意思。", field="intent")
    if request.kind is MarkKind.NEEDLESS and request.ticket is None:
        raise BadRequest("请说明是哪一次转接不必要。", field="ticket")
    # A ticket belongs to a needless handoff; the others speak about the message alone.
    ticket = request.ticket if request.kind is MarkKind.NEEDLESS else None
    return MarkRequest(request.kind, ticket, request.intent, note or None)


def _hold_message(unit: Unit, conversation: str, seq: int) -> Row[Any]:
    """Hold the conversation, so that two tabs of an agent meet one by one, and return its buyer's message ``seq``."""
    if unit.hold(conversation) is None:
        raise NotFound
    row: Row[Any] | None = unit.connection.execute(_MESSAGE, {"id": conversation, "seq": seq}).one_or_none()
    if row is None:
        raise NotFound("没有找到这条消息。", field="seq")
    if row.sender != "buyer":
        raise BadRequest("只能标记买家的消息。", field="seq")
    return row


def _check_ticket(connection: Connection, agent: Agent, conversation: str, ticket: str) -> None:
    statement = select(tickets.c.id).where(
        tickets.c.id == ticket, tickets.c.conversation == conversation, visible(agent)
    )
    if connection.execute(statement).one_or_none() is None:
        raise BadRequest("这次转接不属于这个会话，请刷新页面后再试。", field="ticket")


async def _marks_of(context: Context, conversation: str, seq: int) -> tuple[Mark, ...]:
    values = {"id": conversation, "first": seq, "last": seq}
    return await context.database.read(
        lambda connection: tuple(rows.mark(row) for row in connection.execute(_OF_RANGE, values))
    )
