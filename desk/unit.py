"""One transaction on a conversation: hold it, change it, and write everything at once at the end.

The conversation's row is locked while it is held, so ``seq`` and ``epoch`` are counted in memory and written back with
a compare-and-set on the epoch that was read. Signals are collected and go out only after the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from aftersales.door import Promise
from desk import schema
from desk.bus import TICKETS
from desk.errors import Conflict
from desk.model import AgentName, BuyerIdentity, Choice, Message, Owner, Sender
from desk.ports import Ids

# Statements are built once: building one costs more than SQLite needs to run it.
_conversations, _turns = schema.conversations, schema.turns
_HOLD = (
    select(_conversations, schema.agents.c.name.label("agent_name"))
    .outerjoin(schema.agents, schema.agents.c.id == _conversations.c.agent)
    .with_for_update(of=_conversations)
)
_HOLD_BY_ID = _HOLD.where(_conversations.c.id == bindparam("id"))
_HOLD_BY_BUYER = _HOLD.where(
    _conversations.c.store == bindparam("store"),
    _conversations.c.buyer == bindparam("buyer"),
    _conversations.c.guest == bindparam("guest"),
)
_WRITE_BACK = update(_conversations).where(
    _conversations.c.id == bindparam("held"), _conversations.c.epoch == bindparam("epoch_before")
)
_SUPERSEDE = (
    update(_turns)
    .where(_turns.c.conversation == bindparam("held"), _turns.c.state.in_(("pending", "running")))
    .values(state="superseded", lease_owner=None, lease_until=None)
)
_INSERTS = {
    table: insert(table)
    for table in (schema.messages, schema.choices, schema.turns, schema.ticket_events, schema.promises, schema.audit)
}


@dataclass
class Held:
    """A conversation while a transaction holds it; change its fields and they are written at the end."""

    id: str
    store: str
    buyer: str
    guest: bool
    buyer_name: str
    owner: Owner
    epoch: int
    agent: AgentName | None
    return_offered: bool
    last_seq: int
    carry: Mapping[str, Any] | None


class Unit:
    """Made by :meth:`desk.context.Context.change`, which flushes and commits it."""

    def __init__(self, connection: Connection, *, now: datetime, ids: Ids, writer: str) -> None:
        self.connection = connection
        self.now = now
        self.ids = ids
        self.writer = writer
        #: Topics to publish after the commit.
        self.topics: set[str] = set()
        #: Waiting lines (store, group) whose positions moved.
        self.queues: set[tuple[str, str]] = set()
        #: What is held, each with what stands in the database.
        self._held: list[tuple[Held, Held]] = []
        self._messages: list[dict[str, Any]] = []
        self._choices: list[dict[str, Any]] = []
        self._turns: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._promises: list[dict[str, Any]] = []
        self._audit: list[dict[str, Any]] = []

    def hold(self, conversation: str) -> Held | None:
        """Lock the conversation and return it, or ``None``."""
        return self._hold(_HOLD_BY_ID, {"id": conversation})

    def hold_buyers(self, identity: BuyerIdentity) -> Held | None:
        """Lock the buyer's conversation with the store and return it, or ``None``."""
        return self._hold(_HOLD_BY_BUYER, {"store": identity.store, "buyer": identity.buyer, "guest": identity.guest})

    def _hold(self, statement: Select[Any], values: dict[str, Any]) -> Held | None:
        row = self.connection.execute(statement, values).one_or_none()
        if row is None:
            return None
        held = Held(
            id=row.id,
            store=row.store,
            buyer=row.buyer,
            guest=row.guest,
            buyer_name=row.buyer_name,
            owner=Owner(row.owner),
            epoch=row.epoch,
            agent=AgentName(row.agent, row.agent_name) if row.agent else None,
            return_offered=row.return_offered,
            last_seq=row.last_seq,
            carry=row.carry,
        )
        self._held.append((held, replace(held)))
        return held

    def say(
        self,
        held: Held,
        sender: Sender,
        name: str,
        text: str,
        *,
        author: str | None = None,
        client_id: str | None = None,
        choice: str | None = None,
        choices: Sequence[tuple[str, str]] = (),
    ) -> Message:
        """Append a message. ``choices`` are pairs of title and payload; ``choice`` is the one the buyer tapped."""
        held.last_seq += 1
        offered = tuple(Choice(self.ids("k"), title) for title, _ in choices)
        message = Message(
            conversation=held.id,
            seq=held.last_seq,
            id=self.ids("m"),
            client_id=client_id,
            sender=sender,
            name=name,
            text=text,
            choices=offered,
            at=self.now,
        )
        self._messages.append(
            {
                "id": message.id,
                "conversation": held.id,
                "seq": message.seq,
                "sender": sender.value,
                "author": author or sender.value,
                "client_id": client_id,
                "name": name,
                "text": text,
                "choices": [{"id": one.id, "title": one.title} for one in offered] or None,
                "choice": choice,
                "reading": None,
                "at": self.now,
                "writer": self.writer,
            }
        )
        self._choices += [
            {"id": one.id, "conversation": held.id, "title": title, "payload": payload}
            for one, (title, payload) in zip(offered, choices, strict=True)
        ]
        self.topics.add(held.id)
        if held.owner is not Owner.BOT:
            self.topics.add(TICKETS)
        return message

    def own(self, held: Held, owner: Owner, agent: AgentName | None = None) -> None:
        """Give the conversation to ``owner``; whatever the bot was asked before is not wanted any more."""
        if held.owner is Owner.BOT:
            self.connection.execute(_SUPERSEDE, {"held": held.id, "ended_at": self.now})
        held.owner, held.agent, held.return_offered = owner, agent, False
        held.epoch += 1
        self.topics |= {held.id, TICKETS}

    def turn(self, message: Message, epoch: int, *, choice: str | None, lease_until: datetime | None) -> None:
        """Ask for a bot turn on ``message``; with ``lease_until`` this desk runs it at once."""
        self._turns.append(
            {
                "message": message.id,
                "conversation": message.conversation,
                "seq": message.seq,
                "epoch": epoch,
                "choice": choice,
                "state": "running" if lease_until else "pending",
                "attempts": 1 if lease_until else 0,
                "lease_owner": self.writer if lease_until else None,
                "lease_until": lease_until,
                "created_at": self.now,
                "ended_at": None,
            }
        )

    def event(self, ticket: str, conversation: str, event: str, actor: str, **detail: Any) -> None:
        """Record a change of a ticket."""
        self._events.append(
            {
                "ticket": ticket,
                "conversation": conversation,
                "at": self.now,
                "event": event,
                "actor": actor,
                "detail": detail,
                "writer": self.writer,
            }
        )
        self.topics |= {conversation, TICKETS}

    def promise(self, message: Message, agent: str, made: Promise, due_at: datetime | None) -> None:
        """Record what ``message`` promises the buyer by ``due_at``."""
        self._promises.append(
            {
                "id": self.ids("p"),
                "conversation": message.conversation,
                "seq": message.seq,
                "matter": made.matter,
                "span": made.span,
                "amount": made.amount,
                "unit": made.unit,
                "within": made.within,
                "made_by": agent,
                "made_at": self.now,
                "due_at": due_at,
                "state": "open",
                "settled_by": None,
                "settled_at": None,
            }
        )

    def audit(self, conversation: str, actor: str, action: str, *, client_id: str | None = None, **detail: Any) -> None:
        """Record what somebody did."""
        self._audit.append(
            {
                "at": self.now,
                "conversation": conversation,
                "actor": actor,
                "action": action,
                "client_id": client_id,
                "detail": detail,
            }
        )

    def flush(self) -> None:
        """Write what was collected. Raises Conflict when a conversation's epoch is not the one that was read."""
        run = self.connection.execute
        for held, before in self._held:
            if held == before:
                continue
            result = run(
                _WRITE_BACK,
                {
                    "held": held.id,
                    "epoch_before": before.epoch,
                    "owner": held.owner.value,
                    "epoch": held.epoch,
                    "agent": held.agent.id if held.agent else None,
                    "return_offered": held.return_offered,
                    "last_seq": held.last_seq,
                    "carry": held.carry,
                    "buyer_name": held.buyer_name,
                },
            )
            if result.rowcount != 1:
                raise Conflict
        for table, rows in (
            (schema.messages, self._messages),
            (schema.choices, self._choices),
            (schema.turns, self._turns),
            (schema.ticket_events, self._events),
            (schema.promises, self._promises),
            (schema.audit, self._audit),
        ):
            if rows:
                run(_INSERTS[table], rows)
