"""What the desk speaks of: values only. Times are aware; texts are as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Owner(StrEnum):
    """Who speaks for the shop in a conversation. Every change raises the conversation's epoch."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class Sender(StrEnum):
    """Who wrote a message."""

    BUYER = "buyer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class TicketState(StrEnum):
    """Where a ticket is. The first two are open; the others are ends."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    CLOSED = "closed"
    ABANDONED = "abandoned"


class TicketKind(StrEnum):
    """``queued``: the buyer is standing in line. ``left_message``: asked outside service hours, the bot goes on."""

    QUEUED = "queued"
    LEFT_MESSAGE = "left_message"


class Priority(StrEnum):
    """How soon a ticket is to be taken, most pressing first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class TicketView(StrEnum):
    """Which tickets an agent lists: ``open`` is waiting and assigned together."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    ENDED = "ended"


class MarkKind(StrEnum):
    """What an agent says about a buyer's message.

    ``needless``: the handoff it led to was not needed. ``missed``: it should have gone to a person. ``misread``: it was
    taken for another intent, and nothing more is wrong.
    """

    NEEDLESS = "needless"
    MISSED = "missed"
    MISREAD = "misread"


class PromiseState(StrEnum):
    """Whether a promise was kept. ``open`` until somebody says; an open one may be overdue."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"


class BuyerAction(StrEnum):
    """The fixed buttons of the widget."""

    HUMAN = "human"
    LEAVE_QUEUE = "leave_queue"
    ACCEPT_RETURN = "accept_return"
    DECLINE_RETURN = "decline_return"


class Role(StrEnum):
    """A lead may also release, return and close what another agent holds."""

    AGENT = "agent"
    LEAD = "lead"


@dataclass(frozen=True)
class BuyerIdentity:
    """A buyer as the verified token names them; never built from a message."""

    store: str
    buyer: str
    name: str
    guest: bool


@dataclass(frozen=True)
class Choice:
    """A button under a message. Its payload stays in the database."""

    id: str
    title: str


@dataclass(frozen=True)
class AgentName:
    """The agent who holds a conversation or ticket, or made a mark."""

    id: str
    name: str


@dataclass(frozen=True)
class Mark:
    """What one agent says about one buyer's message. ``ticket`` is set for a needless handoff.

    ``intent`` is the one the message should have been read as, where the agent named one.
    """

    kind: MarkKind
    agent: AgentName
    ticket: str | None
    intent: str | None
    note: str | None
    at: datetime


@dataclass(frozen=True)
class Message:
    """One line of a conversation; ``seq`` starts at 1 and has no gaps.

    ``client_id`` is set on messages of buyers and agents; show it to the writer only.
    ``reading`` is what the bot read in a buyer's message, once it answered; ``marks`` is what agents said about that.
    Show both to agents only; ``marks`` is filled by :meth:`desk.service.Desk.marked_messages_after` alone.
    """

    conversation: str
    seq: int
    id: str
    client_id: str | None
    sender: Sender
    name: str
    text: str
    choices: tuple[Choice, ...]
    at: datetime
    reading: Mapping[str, Any] | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Posted:
    """A message that is stored for good; ``repeated`` when an earlier call with the same client id stored it."""

    message: Message
    repeated: bool


@dataclass(frozen=True)
class ConversationState:
    """Everything that a client shows beside the messages.

    ``queue_position`` counts from 1 and, like ``queue_ahead``, is ``None`` unless the owner is the queue.
    """

    conversation: str
    owner: Owner
    epoch: int
    queue_position: int | None
    queue_ahead: int | None
    agent: AgentName | None
    return_offered: bool
    last_seq: int


@dataclass(frozen=True)
class Agent:
    """A person at the console. Empty ``groups`` or ``stores`` mean all of them."""

    id: str
    name: str
    role: Role
    groups: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ticket:
    """One request for a person. ``group`` is a key; ``group_name`` and ``store_name`` are for people."""

    id: str
    conversation: str
    store: str
    store_name: str
    buyer_name: str
    guest: bool
    kind: TicketKind
    state: TicketState
    group: str
    group_name: str
    priority: Priority
    reason: str
    reason_text: str
    evidence: tuple[Mapping[str, Any], ...]
    card: Mapping[str, Any]
    agent: AgentName | None
    return_offered: bool
    opened_at: datetime
    assigned_at: datetime | None
    ended_at: datetime | None
    due_at: datetime
    last_text: str | None
    last_at: datetime | None


@dataclass(frozen=True)
class TicketEvent:
    """One change of a ticket: ``opened``, ``raised``, ``queued``, ``claimed``, ``released``, ``offered``, ``declined``,
    ``returned``, ``closed``, ``abandoned`` or ``answer_dropped``.

    ``actor`` is the agent's name, ``buyer``, ``bot`` or ``system``.
    """

    at: datetime
    event: str
    actor: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PromiseMade:
    """What an agent promised in message ``seq``, in the words ``span``; ``within``: the store's terms cover it.

    ``matter``, ``amount`` and ``unit`` are those of :class:`aftersales.door.Promise`.
    """

    id: str
    seq: int
    matter: str
    span: str
    amount: float | None
    unit: str
    within: bool
    agent: AgentName
    made_at: datetime
    due_at: datetime | None
    state: PromiseState


@dataclass(frozen=True)
class PromiseCounts:
    """The promises of all stores that nobody has settled, and those of them whose time is over."""

    open: int
    overdue: int


@dataclass(frozen=True)
class TicketCounts:
    """How many tickets an agent may see, by view."""

    waiting: int
    mine: int
    open: int


@dataclass(frozen=True)
class Readiness:
    """Whether the desk can serve: its database, and the bot with the reason when it cannot."""

    database: bool
    bot: bool
    bot_reason: str | None = None
