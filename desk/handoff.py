"""Calling a person: a place in the line in service hours, a left message outside them. What the buyer reads is
made from what this transaction commits, so nobody is told of a place in a line that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from desk import schema
from desk.answer import Handoff
from desk.context import Context
from desk.model import Owner, Priority, TicketKind
from desk.ports import Store
from desk.queue import ahead_of
from desk.unit import Held, Unit

#: The group for what names none, or one that the store does not have.
STANDARD = "standard"

RANK = {priority: rank for rank, priority in enumerate(Priority)}


def call_person(
    context: Context,
    unit: Unit,
    held: Held,
    handoff: Handoff,
    *,
    actor: str,
    seq: int | None = None,
    queued: str = "queued",
    off_hours: str = "left_message",
) -> None:
    """Open, or raise, the conversation's ticket for ``handoff`` and tell the buyer where they stand.

    ``seq`` is the buyer's message that led here, where one did; the ticket's history keeps it.

    ``queued`` and ``off_hours`` are keys of the lines to say. Outside service hours the bot stays, or becomes, the
    owner.
    """
    store = context.store(held.store)
    ticket = open_ticket(unit, held.id)
    on_duty = store.service_hours.is_open(unit.now)
    opening = None if on_duty else store.service_hours.next_opening(unit.now)
    values = _ticket_values(context, unit.now, store, handoff, opening)
    values["kind"] = (TicketKind.QUEUED if on_duty else TicketKind.LEFT_MESSAGE).value
    detail: dict[str, Any] = {"reason": handoff.reason, "group": values["team"], "priority": values["priority"]}
    if seq is not None:
        detail["seq"] = seq
    if handoff.group not in store.groups:
        detail["unknown_group"] = handoff.group
    if ticket is None:
        id, opened_at = unit.ids("t"), unit.now
        unit.connection.execute(
            insert(schema.tickets).values(
                id=id, conversation=held.id, store=held.store, state="waiting", opened_at=opened_at, **values
            )
        )
        unit.event(id, held.id, "opened", actor, kind=values["kind"], **detail)
    else:
        id, opened_at = ticket.id, ticket.opened_at
        if RANK[handoff.priority] > ticket.rank:
            # A calmer reason does not push back what was urgent.
            values = {"kind": values["kind"], "due_at": min(values["due_at"], ticket.due_at)}
        unit.connection.execute(update(schema.tickets).where(schema.tickets.c.id == id).values(**values))
        unit.event(id, held.id, "queued" if on_duty else "raised", actor, **detail)
    if on_duty:
        unit.own(held, Owner.QUEUE)
        say_position(context, unit, held, id, queued)
        return
    if held.owner is not Owner.BOT:
        unit.own(held, Owner.BOT)
    context.system_line(
        unit,
        held,
        "left_message_again" if ticket is not None and off_hours == "left_message" else off_hours,
        opening=context.lines.opening(opening, unit.now),
        group=store.groups.get(str(values.get("team", STANDARD)), ""),
    )


def say_position(context: Context, unit: Unit, held: Held, ticket: str, line: str, **values: object) -> None:
    """Tell the buyer their place in the line, as this transaction sees it."""
    row = (unit.connection.execute(select(schema.tickets).where(schema.tickets.c.id == ticket))).one()
    ahead = ahead_of(
        unit.connection, store=row.store, group=row.team, rank=row.rank, opened_at=row.opened_at, id=row.id
    )
    group = context.store(held.store).groups.get(row.team, row.team)
    context.system_line(unit, held, line, position=ahead + 1, group=group, **values)
    unit.queues.add((row.store, row.team))


def open_ticket(unit: Unit, conversation: str) -> Row[Any] | None:
    """Return the conversation's open ticket, or ``None``. The conversation is held, so it cannot change meanwhile."""
    tickets = schema.tickets
    return (
        unit.connection.execute(
            select(tickets).where(tickets.c.conversation == conversation, tickets.c.state.in_(("waiting", "assigned")))
        )
    ).one_or_none()


def plain_handoff(context: Context, unit: Unit, held: Held, reason: str, reason_text: str) -> Handoff:
    """Return a handoff that no reading led to, with a card of what the buyer said last and what was read in it."""
    messages = schema.messages
    last = (
        unit.connection.execute(
            select(messages.c.text, messages.c.reading)
            .where(messages.c.conversation == held.id, messages.c.sender == "buyer")
            .order_by(messages.c.seq.desc())
            .limit(1)
        )
    ).one_or_none()
    reading: Mapping[str, Any] = (last.reading if last else None) or {}
    return Handoff(
        reason=reason,
        reason_text=reason_text,
        group=STANDARD,
        priority=Priority.NORMAL,
        evidence=(),
        card={
            "intent": reading.get("intent"),
            "order_number": None,
            "collected": {},
            "last_said": last.text if last else None,
        },
    )


def due_at(context: Context, now: datetime, priority: Priority, opening: datetime | None) -> datetime:
    """Return by when a person should have taken the ticket: counted from ``opening`` when nobody is there before."""
    return (opening or now) + context.options.due[priority]


def _ticket_values(
    context: Context, now: datetime, store: Store, handoff: Handoff, opening: datetime | None
) -> dict[str, Any]:
    return {
        "team": handoff.group if handoff.group in store.groups else STANDARD,
        "priority": handoff.priority.value,
        "rank": RANK[handoff.priority],
        "reason": handoff.reason,
        "reason_text": handoff.reason_text,
        "evidence": list(handoff.evidence),
        "card": dict(handoff.card),
        "due_at": due_at(context, now, handoff.priority, opening),
    }
