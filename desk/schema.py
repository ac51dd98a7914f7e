"""The tables. What must never be true is refused here, by the database, whoever writes.

Times are stored in UTC. Migrations repeat this schema; ``tests/desk/test_migrations.py`` holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite drops the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is naive: every time in the desk is aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Numbers the rows of a table in the order they were written; SQLite only counts by itself in plain INTEGER keys.
Position = BigInteger().with_variant(Integer(), "sqlite")


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the constraint that ``column`` holds one of ``values``."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


agents = Table(
    "agents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("groups", JSON, nullable=False),
    Column("stores", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    one_of("role", "agent", "lead"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("store", String(64), nullable=False),
    Column("buyer", String(128), nullable=False),
    # A guest's random id must never meet a buyer of the shop who happens to have the same one.
    Column("guest", Boolean, nullable=False),
    Column("buyer_name", String(128), nullable=False),
    Column("owner", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("agent", String(64), ForeignKey("agents.id")),
    Column("return_offered", Boolean, nullable=False),
    Column("last_seq", Integer, nullable=False),
    # What the bot asked to get back with the next turn.
    Column("carry", JSON(none_as_null=True)),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("store", "buyer", "guest"),
    one_of("owner", "bot", "queue", "agent", "closed"),
    CheckConstraint("epoch >= 1 AND last_seq >= 0", name="counts"),
    CheckConstraint("(owner = 'agent') = (agent IS NOT NULL)", name="agent_owns"),
    CheckConstraint("NOT return_offered OR owner = 'agent'", name="only_agents_offer"),
)

messages = Table(
    "messages",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("sender", String(16), nullable=False),
    # Who wrote it: the buyer's or agent's id, ``bot`` or ``system``; a client id belongs to its author.
    Column("author", String(160), nullable=False),
    Column("client_id", String(64)),
    Column("name", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("choices", JSON(none_as_null=True)),
    Column("choice", String(64)),
    Column("reading", JSON(none_as_null=True)),
    Column("at", Moment, nullable=False),
    # The desk that wrote it: a desk follows the rows of the others (see ``desk.feed``).
    Column("writer", String(64), nullable=False),
    UniqueConstraint("conversation", "seq"),
    UniqueConstraint("conversation", "author", "client_id"),
    one_of("sender", "buyer", "bot", "agent", "system"),
    CheckConstraint("seq >= 1", name="seq_from_one"),
)

choices = Table(
    "choices",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("message", String(64), ForeignKey("messages.id"), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("choice", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    one_of("state", "pending", "running", "done", "superseded", "failed"),
    CheckConstraint("(state = 'running') = (lease_owner IS NOT NULL)", name="running_is_leased"),
    CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease_is_whole"),
)
# One turn at a time in a conversation, whatever the number of desks.
Index(
    "uq_turns_running",
    turns.c.conversation,
    unique=True,
    sqlite_where=text("state = 'running'"),
    postgresql_where=text("state = 'running'"),
)
Index(
    "ix_turns_open",
    turns.c.conversation,
    turns.c.seq,
    sqlite_where=text("state IN ('pending', 'running')"),
    postgresql_where=text("state IN ('pending', 'running')"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("store", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("team", String(64), nullable=False),
    Column("priority", String(16), nullable=False),
    # 0 is the most pressing; kept beside the name so that the order is an index.
    Column("rank", Integer, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("reason_text", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("card", JSON, nullable=False),
    Column("agent", String(64), ForeignKey("agents.id")),
    Column("opened_at", Moment, nullable=False),
    Column("assigned_at", Moment),
    Column("ended_at", Moment),
    Column("due_at", Moment, nullable=False),
    one_of("kind", "queued", "left_message"),
    one_of("state", "waiting", "assigned", "returned", "closed", "abandoned"),
    one_of("priority", "urgent", "high", "normal", "low"),
    CheckConstraint("state <> 'assigned' OR agent IS NOT NULL", name="assigned_to_somebody"),
    CheckConstraint("state <> 'waiting' OR agent IS NULL", name="waiting_is_free"),
    CheckConstraint("(state IN ('waiting', 'assigned')) = (ended_at IS NULL)", name="ended_has_time"),
)
# At most one open ticket a conversation.
Index(
    "uq_tickets_open",
    tickets.c.conversation,
    unique=True,
    sqlite_where=text("state IN ('waiting', 'assigned')"),
    postgresql_where=text("state IN ('waiting', 'assigned')"),
)
Index("ix_tickets_line", tickets.c.state, tickets.c.store, tickets.c.team, tickets.c.rank, tickets.c.opened_at)
Index("ix_tickets_conversation", tickets.c.conversation)
Index("ix_tickets_agent", tickets.c.agent, tickets.c.state)
Index("ix_tickets_ended", tickets.c.ended_at)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("ticket", String(64), ForeignKey("tickets.id"), nullable=False, index=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("writer", String(64), nullable=False),
    one_of(
        "event",
        "opened",
        "raised",
        "queued",
        "claimed",
        "released",
        "offered",
        "declined",
        "returned",
        "closed",
        "abandoned",
        "answer_dropped",
    ),
)

# What agents say about how a buyer's message was read; ``desk.marks_export`` makes a review file of them.
marks = Table(
    "marks",
    metadata,
    Column("message", String(64), ForeignKey("messages.id"), primary_key=True),
    Column("agent", String(64), ForeignKey("agents.id"), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    # Set when the mark is about a handoff: the ticket that should not have been.
    Column("ticket", String(64), ForeignKey("tickets.id")),
    Column("kind", String(16), nullable=False),
    Column("intent", String(64)),
    Column("note", String(200)),
    Column("at", Moment, nullable=False),
    one_of("kind", "needless", "missed", "misread"),
    CheckConstraint("kind <> 'needless' OR ticket IS NOT NULL", name="needless_names_its_ticket"),
    CheckConstraint("kind <> 'misread' OR intent IS NOT NULL", name="misread_names_the_intent"),
)
Index("ix_marks_conversation", marks.c.conversation, marks.c.seq)

# What agents promised, as the compliance door read it.
promises = Table(
    "promises",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("conversation", String(64), ForeignKey("conversations.id"), nullable=False),
    # The message that made it.
    Column("seq", Integer, nullable=False),
    Column("matter", String(32), nullable=False),
    Column("span", Text, nullable=False),
    Column("amount", Float),
    Column("unit", String(16), nullable=False),
    Column("within", Boolean, nullable=False),
    Column("made_by", String(64), ForeignKey("agents.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("state", String(16), nullable=False),
    Column("settled_by", String(64), ForeignKey("agents.id")),
    Column("settled_at", Moment),
    one_of("state", "open", "kept", "missed"),
    CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_has_time"),
    CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
)
Index("ix_promises_conversation", promises.c.conversation, promises.c.position)
Index("ix_promises_due", promises.c.state, promises.c.due_at)

audit = Table(
    "audit",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("conversation", String(64), ForeignKey("conversations.id")),
    Column("actor", String(128), nullable=False),
    Column("action", String(32), nullable=False),
    # Set for the buyer's buttons: the same press again does nothing.
    Column("client_id", String(64)),
    Column("detail", JSON, nullable=False),
    UniqueConstraint("conversation", "actor", "client_id"),
)
