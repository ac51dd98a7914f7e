"""The desk's values as JSON, exactly as ``docs/protocol.md`` writes them. Nothing here is read from a client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desk.findings import Review
from desk.model import (
    Agent,
    ConversationState,
    Mark,
    Message,
    Owner,
    Posted,
    PromiseMade,
    PromiseState,
    Sender,
    Ticket,
    TicketCounts,
    TicketEvent,
)

Json = dict[str, Any]


def dump(value: Mapping[str, Any]) -> str:
    """One frame or body as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_other)


def moment(at: datetime) -> str:
    """A time with milliseconds and offset."""
    return at.isoformat(timespec="milliseconds")


def message_to_buyer(message: Message) -> Json:
    """A message as the storefront sees it: client ids of own messages only, no reading."""
    client_id = message.client_id if message.sender is Sender.BUYER else None
    return _message(message, client_id)


def message_to_agent(message: Message, agent: Agent) -> Json:
    """A message as ``agent`` sees it at the console, with reading and marks of the buyer's messages."""
    own = message.sender is Sender.AGENT and message.name.endswith(agent.name)
    return _message(message, message.client_id if own else None) | {
        "reading": message.reading,
        "marks": marks(message.marks),
    }


def marks(some: tuple[Mark, ...]) -> list[Json]:
    """What agents said about the reading of a message."""
    return [
        {
            "kind": one.kind.value,
            "agent": {"id": one.agent.id, "name": one.agent.name},
            "ticket": one.ticket,
            "intent": one.intent,
            "note": one.note,
            "at": moment(one.at),
        }
        for one in some
    ]


def state_to_buyer(state: ConversationState) -> Json:
    """A conversation's state as the storefront sees it."""
    queued = state.owner is Owner.QUEUE and state.queue_position is not None
    return {
        "owner": state.owner.value,
        "epoch": state.epoch,
        "queue": {"position": state.queue_position, "ahead": state.queue_ahead} if queued else None,
        "agent": {"name": state.agent.name} if state.agent else None,
        "return_offered": state.return_offered,
    }


def state_to_agent(state: ConversationState) -> Json:
    """The same for the console, where an agent has an id."""
    return state_to_buyer(state) | {"agent": {"id": state.agent.id, "name": state.agent.name} if state.agent else None}


def ack(client_id: str, posted: Posted) -> Json:
    """The receipt for a stored message."""
    stored = posted.message
    return {"type": "ack", "client_id": client_id, "seq": stored.seq, "id": stored.id, "at": moment(stored.at)}


def review(one: Review) -> Json:
    """What the compliance door says of a reply."""
    return {"verdict": one.level, "violations": [finding.wire() for finding in one.findings]}


def promises(some: list[PromiseMade], now: datetime) -> Json:
    """What agents promised in a conversation; ``overdue`` as of ``now``."""
    return {
        "promises": [
            {
                "id": one.id,
                "seq": one.seq,
                "matter": one.matter,
                "span": one.span,
                "amount": one.amount,
                "unit": one.unit,
                "within": one.within,
                "agent": {"id": one.agent.id, "name": one.agent.name},
                "made_at": moment(one.made_at),
                "due_at": _maybe(one.due_at),
                "state": one.state.value,
                "overdue": one.state is PromiseState.OPEN and one.due_at is not None and one.due_at < now,
            }
            for one in some
        ]
    }


def agent(person: Agent) -> Json:
    """An agent about themselves."""
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "groups": list(person.groups),
        "stores": list(person.stores),
    }


def ticket(one: Ticket) -> Json:
    """A ticket for the console."""
    return {
        "id": one.id,
        "conversation": one.conversation,
        "store": {"id": one.store, "name": one.store_name},
        "buyer": {"name": one.buyer_name, "guest": one.guest},
        "kind": one.kind.value,
        "state": one.state.value,
        "group": one.group,
        "group_name": one.group_name,
        "priority": one.priority.value,
        "reason": one.reason,
        "reason_text": one.reason_text,
        "evidence": [dict(piece) for piece in one.evidence],
        "card": dict(one.card),
        "agent": {"id": one.agent.id, "name": one.agent.name} if one.agent else None,
        "return_offered": one.return_offered,
        "opened_at": moment(one.opened_at),
        "assigned_at": _maybe(one.assigned_at),
        "ended_at": _maybe(one.ended_at),
        "due_at": moment(one.due_at),
        "last_text": one.last_text,
        "last_at": _maybe(one.last_at),
    }


def tickets(some: list[Ticket], counts: TicketCounts) -> Json:
    """A list of tickets with the counts of all lists."""
    return {
        "tickets": [ticket(one) for one in some],
        "counts": {"waiting": counts.waiting, "mine": counts.mine, "open": counts.open},
    }


def event(one: TicketEvent) -> Json:
    """One change of a ticket."""
    return {"at": moment(one.at), "event": one.event, "actor": one.actor, "detail": dict(one.detail)}


def _message(message: Message, client_id: str | None) -> Json:
    return {
        "seq": message.seq,
        "id": message.id,
        "client_id": client_id,
        "sender": message.sender.value,
        "name": message.name,
        "text": message.text,
        "choices": [{"id": choice.id, "title": choice.title} for choice in message.choices],
        "at": moment(message.at),
    }


def _maybe(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def _other(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
