"""The agents' side: which tickets there are, and what an agent does with one.

Every operation holds the ticket's conversation first, so a claim, a buyer leaving and a bot's answer meet one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, update

from desk import rows, text
from desk.agents import visible
from desk.context import Context
from desk.errors import Conflict, Forbidden, NotFound
from desk.handoff import due_at, say_position
from desk.model import (
    Agent,
    AgentName,
    Owner,
    Priority,
    Role,
    Ticket,
    TicketCounts,
    TicketEvent,
    TicketKind,
    TicketView,
)
from desk.schema import agents, conversations, messages, ticket_events, tickets
from desk.unit import Held, Unit

OPEN = ("waiting", "assigned")
LONGEST_NOTE = 1000


def select_tickets() -> Select[Any]:
    """Return the statement whose rows :func:`desk.rows.ticket` reads; the last text is a person's or the bot's."""
    spoken = messages.alias("spoken")
    last = (
        select(func.max(spoken.c.seq))
        .where(spoken.c.conversation == tickets.c.conversation, spoken.c.sender != "system")
        .scalar_subquery()
    )
    return (
        select(
            tickets,
            conversations.c.buyer_name,
            conversations.c.guest,
            conversations.c.return_offered,
            agents.c.name.label("agent_name"),
            messages.c.text.label("last_text"),
            messages.c.at.label("last_at"),
        )
        .join(conversations, conversations.c.id == tickets.c.conversation)
        .outerjoin(agents, agents.c.id == tickets.c.agent)
        .outerjoin(messages, and_(messages.c.conversation == tickets.c.conversation, messages.c.seq == last))
    )


async def list_tickets(
    context: Context, agent: Agent, view: TicketView, limit: int
) -> tuple[list[Ticket], TicketCounts]:
    """See :meth:`desk.service.Desk.tickets`."""
    mine = and_(tickets.c.state == "assigned", tickets.c.agent == agent.id)
    where: dict[TicketView, ColumnElement[bool]] = {
        TicketView.WAITING: tickets.c.state == "waiting",
        TicketView.MINE: mine,
        TicketView.OPEN: tickets.c.state.in_(OPEN),
        TicketView.ENDED: tickets.c.ended_at.is_not(None),
    }
    order = (
        (tickets.c.ended_at.desc(), tickets.c.id)
        if view is TicketView.ENDED
        else (tickets.c.rank, tickets.c.opened_at, tickets.c.id)
    )
    listed = select_tickets().where(where[view], visible(agent)).order_by(*order).limit(limit)
    counted = (
        select(tickets.c.state, mine.label("mine"), func.count().label("number"))
        .where(tickets.c.state.in_(OPEN), visible(agent))
        .group_by(tickets.c.state, "mine")
    )
    found, counts = await context.database.read(
        lambda connection: (
            [rows.ticket(row, context.stores) for row in connection.execute(listed)],
            connection.execute(counted).all(),
        )
    )
    return found, TicketCounts(
        waiting=sum(row.number for row in counts if row.state == "waiting"),
        mine=sum(row.number for row in counts if row.mine),
        open=sum(row.number for row in counts),
    )


async def get_ticket(context: Context, agent: Agent, id: str) -> tuple[Ticket, list[TicketEvent]]:
    """See :meth:`desk.service.Desk.ticket`."""
    events = select(ticket_events).where(ticket_events.c.ticket == id).order_by(ticket_events.c.position)

    def look(connection: Connection) -> tuple[Ticket, list[TicketEvent]]:
        row = _visible_ticket(connection, agent, id)
        return rows.ticket(row, context.stores), [rows.ticket_event(one) for one in connection.execute(events)]

    return await context.database.read(look)


async def check_sees(context: Context, agent: Agent, conversation: str) -> None:
    """See :meth:`desk.service.Desk.check_sees`."""
    statement = select(tickets.c.id).where(tickets.c.conversation == conversation, visible(agent)).limit(1)
    if await context.database.read(lambda connection: connection.execute(statement).first()) is None:
        raise NotFound


async def claim(context: Context, agent: Agent, id: str) -> Ticket:
    """See :meth:`desk.service.Desk.claim`."""

    def take(unit: Unit, conversation: str) -> None:
        held = _hold(unit, conversation)
        result = unit.connection.execute(
            update(tickets)
            .where(tickets.c.id == id, tickets.c.state == "waiting")
            .values(state="assigned", agent=agent.id, assigned_at=unit.now)
        )
        ticket = _visible_ticket(unit.connection, agent, id)
        if result.rowcount == 1:
            unit.own(held, Owner.AGENT, AgentName(agent.id, agent.name))
            unit.event(id, conversation, "claimed", agent.name)
            unit.queues.add((ticket.store, ticket.team))
            context.system_line(unit, held, "joined", agent=agent.name)
        elif ticket.state != "assigned":
            raise Conflict("这个会话已经结束，不需要接入了。")
        elif ticket.agent != agent.id:
            raise Conflict(f"客服 {ticket.agent_name} 已经先接入了这个会话。")

    return await _on_ticket(context, agent, id, take)


async def release(context: Context, agent: Agent, id: str) -> Ticket:
    """See :meth:`desk.service.Desk.release`."""

    def put_back(unit: Unit, conversation: str) -> None:
        held, ticket = _hold_assigned(unit, agent, conversation, id, lead=True)
        hours = context.store(held.store).service_hours
        on_duty = hours.is_open(unit.now)
        opening = None if on_duty else hours.next_opening(unit.now)
        kind = TicketKind.QUEUED if on_duty else TicketKind.LEFT_MESSAGE
        due = due_at(context, unit.now, Priority(ticket.priority), opening)
        unit.connection.execute(
            update(tickets)
            .where(tickets.c.id == id)
            .values(state="waiting", agent=None, assigned_at=None, kind=kind.value, due_at=due)
        )
        unit.event(id, conversation, "released", agent.name)
        if on_duty:
            unit.own(held, Owner.QUEUE)
            say_position(context, unit, held, id, "released", agent=ticket.agent_name)
        else:
            # Nobody would answer a line now: the bot goes on, and the ticket waits for the next service hours.
            unit.own(held, Owner.BOT)
            group = context.store(held.store).groups.get(ticket.team, ticket.team)
            context.system_line(
                unit, held, "left_message", opening=context.lines.opening(opening, unit.now), group=group
            )

    return await _on_ticket(context, agent, id, put_back)


async def offer_return(context: Context, agent: Agent, id: str) -> Ticket:
    """See :meth:`desk.service.Desk.offer_return`."""

    def offer(unit: Unit, conversation: str) -> None:
        held, _ = _hold_assigned(unit, agent, conversation, id, lead=False)
        if not held.return_offered:
            held.return_offered = True
            unit.event(id, conversation, "offered", agent.name)
            context.system_line(unit, held, "offered", agent=agent.name)

    return await _on_ticket(context, agent, id, offer)


async def return_to_bot(context: Context, agent: Agent, id: str) -> Ticket:
    """See :meth:`desk.service.Desk.return_to_bot`."""
    return await _end(context, agent, id, "returned", Owner.BOT, {})


async def close(context: Context, agent: Agent, id: str, note: str) -> Ticket:
    """See :meth:`desk.service.Desk.close`."""
    kept = text.clean(note, LONGEST_NOTE) if note.strip() else ""
    return await _end(context, agent, id, "closed", Owner.CLOSED, {"note": kept})


async def _end(context: Context, agent: Agent, id: str, end: str, owner: Owner, detail: dict[str, str]) -> Ticket:

    def end_it(unit: Unit, conversation: str) -> None:
        held, _ = _hold_assigned(unit, agent, conversation, id, lead=True)
        unit.connection.execute(update(tickets).where(tickets.c.id == id).values(state=end, ended_at=unit.now))
        unit.event(id, conversation, end, agent.name, **detail)
        unit.own(held, owner)
        context.system_line(unit, held, end)

    return await _on_ticket(context, agent, id, end_it)


def _hold(unit: Unit, conversation: str) -> Held:
    held = unit.hold(conversation)
    if held is None:
        raise NotFound
    return held


def _hold_assigned(unit: Unit, agent: Agent, conversation: str, id: str, *, lead: bool) -> tuple[Held, Row[Any]]:
    """Hold the conversation of a ticket that ``agent`` holds, or, with ``lead``, may act on as a lead."""
    held = _hold(unit, conversation)
    ticket = _visible_ticket(unit.connection, agent, id)
    if ticket.state == "waiting":
        raise Conflict("这个会话还没有客服接入，请先接入。")
    if ticket.state != "assigned":
        raise Conflict("这个会话已经结束。")
    if ticket.agent != agent.id and not (lead and agent.role is Role.LEAD):
        raise Forbidden(f"这个会话由客服 {ticket.agent_name} 接待。")
    return held, ticket


async def _on_ticket(context: Context, agent: Agent, id: str, work: Callable[[Unit, str], None]) -> Ticket:
    """Run ``work`` on the ticket's conversation and return the ticket after it."""
    conversation = (await context.database.read(lambda connection: _visible_ticket(connection, agent, id))).conversation
    await context.change(lambda unit: work(unit, conversation))
    return await context.database.read(
        lambda connection: rows.ticket(_visible_ticket(connection, agent, id), context.stores)
    )


def _visible_ticket(connection: Connection, agent: Agent, id: str) -> Row[Any]:
    statement = select_tickets().where(tickets.c.id == id, visible(agent))
    row: Row[Any] | None = (connection.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return row
