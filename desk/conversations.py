"""Reading conversations: their messages, their state, and the first message of a repeated call."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, select

from desk import rows
from desk.context import Context
from desk.errors import NotFound
from desk.model import AgentName, ConversationState, Message, Owner
from desk.queue import ahead_of
from desk.schema import agents, conversations, messages, tickets

_AFTER = (
    select(messages)
    .where(messages.c.conversation == bindparam("id"), messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq)
    .limit(bindparam("most", type_=Integer()))
)
_STATE = (
    select(
        conversations,
        agents.c.name.label("agent_name"),
        tickets.c.id.label("ticket"),
        tickets.c.team,
        tickets.c.rank,
        tickets.c.opened_at,
    )
    .outerjoin(agents, agents.c.id == conversations.c.agent)
    .outerjoin(tickets, (tickets.c.conversation == conversations.c.id) & (tickets.c.state == "waiting"))
    .where(conversations.c.id == bindparam("id"))
)


async def messages_after(context: Context, conversation: str, after: int, limit: int) -> list[Message]:
    """See :meth:`desk.service.Desk.messages_after`."""
    statement, values = select_messages_after(conversation, after, limit)
    return await context.database.read(
        lambda connection: [rows.message(row) for row in connection.execute(statement, values)]
    )


def select_messages_after(conversation: str, after: int, limit: int) -> tuple[Select[Any], dict[str, Any]]:
    """Return the statement whose rows :func:`desk.rows.message` reads, and its values."""
    return _AFTER, {"id": conversation, "after": after, "most": limit}


async def state(context: Context, conversation: str) -> ConversationState:
    """See :meth:`desk.service.Desk.state`."""
    return await context.database.read(lambda connection: read_state(connection, conversation))


def read_state(connection: Connection, conversation: str) -> ConversationState:
    """Return the state of a conversation. Raises NotFound."""
    row = connection.execute(_STATE, {"id": conversation}).one_or_none()
    if row is None:
        raise NotFound
    ahead: int | None = None
    if row.owner == Owner.QUEUE and row.ticket is not None:
        ahead = ahead_of(
            connection, store=row.store, group=row.team, rank=row.rank, opened_at=row.opened_at, id=row.ticket
        )
    return ConversationState(
        conversation=row.id,
        owner=Owner(row.owner),
        epoch=row.epoch,
        queue_position=None if ahead is None else ahead + 1,
        queue_ahead=ahead,
        agent=AgentName(row.agent, row.agent_name) if row.agent else None,
        return_offered=row.return_offered,
        last_seq=row.last_seq,
    )


async def find_repeat(
    context: Context, conversation: str, author: str, client_id: str
) -> tuple[Message, str | None] | None:
    """Return the message that ``author`` sent with ``client_id``, and the choice it tapped; or ``None``."""
    statement = select(messages).where(
        messages.c.conversation == conversation, messages.c.author == author, messages.c.client_id == client_id
    )
    row = await context.database.read(lambda connection: connection.execute(statement).one_or_none())
    return None if row is None else (rows.message(row), row.choice)
