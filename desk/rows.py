"""Rows of the database turned into the desk's values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from desk.model import (
    AgentName,
    Choice,
    Mark,
    MarkKind,
    Message,
    Priority,
    Sender,
    Ticket,
    TicketEvent,
    TicketKind,
    TicketState,
)
from desk.ports import StoreDirectory


def message(row: Row[Any]) -> Message:
    """Return the message in a row of ``messages``."""
    return Message(
        conversation=row.conversation,
        seq=row.seq,
        id=row.id,
        client_id=row.client_id,
        sender=Sender(row.sender),
        name=row.name,
        text=row.text,
        choices=tuple(Choice(one["id"], one["title"]) for one in row.choices or ()),
        at=row.at,
        reading=row.reading,
    )


def mark(row: Row[Any]) -> Mark:
    """Return the mark in a row of ``marks`` joined with its agent's name."""
    return Mark(
        kind=MarkKind(row.kind),
        agent=AgentName(row.agent, row.agent_name),
        ticket=row.ticket,
        intent=row.intent,
        note=row.note,
        at=row.at,
    )


def ticket(row: Row[Any], stores: StoreDirectory) -> Ticket:
    """Return the ticket in a row made by :func:`desk.tickets.select_tickets`."""
    store = stores.get(row.store)
    return Ticket(
        id=row.id,
        conversation=row.conversation,
        store=row.store,
        store_name=store.name if store else row.store,
        buyer_name=row.buyer_name,
        guest=row.guest,
        kind=TicketKind(row.kind),
        state=TicketState(row.state),
        group=row.team,
        group_name=store.groups.get(row.team, row.team) if store else row.team,
        priority=Priority(row.priority),
        reason=row.reason,
        reason_text=row.reason_text,
        evidence=tuple(row.evidence),
        card=row.card,
        agent=AgentName(row.agent, row.agent_name) if row.agent else None,
        # The offer is made by whoever holds the conversation now; an ended ticket offers nothing.
        return_offered=row.state == "assigned" and row.return_offered,
        opened_at=row.opened_at,
        assigned_at=row.assigned_at,
        ended_at=row.ended_at,
        due_at=row.due_at,
        last_text=row.last_text,
        last_at=row.last_at,
    )


def ticket_event(row: Row[Any]) -> TicketEvent:
    """Return the event in a row of ``ticket_events``."""
    return TicketEvent(at=row.at, event=row.event, actor=row.actor, detail=row.detail)
