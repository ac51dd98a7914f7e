"""The desk's first schema: conversations, messages, turns, tickets and the people who work them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("stores", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('agent', 'lead')", name=op.f("ck_agents_known_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("name", name=op.f("uq_agents_name")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("buyer", sa.String(length=128), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("buyer_name", sa.String(length=128), nullable=False),
        sa.Column("owner", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("return_offered", sa.Boolean(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("carry", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(owner = 'agent') = (agent IS NOT NULL)", name=op.f("ck_conversations_agent_owns")),
        sa.CheckConstraint("NOT return_offered OR owner = 'agent'", name=op.f("ck_conversations_only_agents_offer")),
        sa.CheckConstraint("owner IN ('bot', 'queue', 'agent', 'closed')", name=op.f("ck_conversations_known_owner")),
        sa.CheckConstraint("epoch >= 1 AND last_seq >= 0", name=op.f("ck_conversations_counts")),
        sa.ForeignKeyConstraint(["agent"], ["agents.id"], name=op.f("fk_conversations_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("store", "buyer", "guest", name=op.f("uq_conversations_store_buyer_guest")),
    )
    op.create_table(
        "audit",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_audit_conversation")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit")),
        sa.UniqueConstraint("conversation", "actor", "client_id", name=op.f("uq_audit_conversation_actor_client_id")),
    )
    op.create_table(
        "choices",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_choices_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
    )
    op.create_table(
        "messages",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=160), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("choice", sa.String(length=64), nullable=True),
        sa.Column("reading", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.CheckConstraint("sender IN ('buyer', 'bot', 'agent', 'system')", name=op.f("ck_messages_known_sender")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_messages_seq_from_one")),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_messages_conversation")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "conversation", "author", "client_id", name=op.f("uq_messages_conversation_author_client_id")
        ),
        sa.UniqueConstraint("conversation", "seq", name=op.f("uq_messages_conversation_seq")),
        sa.UniqueConstraint("id", name=op.f("uq_messages_id")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("reason_text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('waiting', 'assigned')) = (ended_at IS NULL)", name=op.f("ck_tickets_ended_has_time")
        ),
        sa.CheckConstraint("kind IN ('queued', 'left_message')", name=op.f("ck_tickets_known_kind")),
        sa.CheckConstraint("priority IN ('urgent', 'high', 'normal', 'low')", name=op.f("ck_tickets_known_priority")),
        sa.CheckConstraint("state <> 'assigned' OR agent IS NOT NULL", name=op.f("ck_tickets_assigned_to_somebody")),
        sa.CheckConstraint("state <> 'waiting' OR agent IS NULL", name=op.f("ck_tickets_waiting_is_free")),
        sa.CheckConstraint(
            "state IN ('waiting', 'assigned', 'returned', 'closed', 'abandoned')", name=op.f("ck_tickets_known_state")
        ),
        sa.ForeignKeyConstraint(["agent"], ["agents.id"], name=op.f("fk_tickets_agent")),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_tickets_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    op.create_index("ix_tickets_agent", "tickets", ["agent", "state"], unique=False)
    op.create_index("ix_tickets_conversation", "tickets", ["conversation"], unique=False)
    op.create_index("ix_tickets_ended", "tickets", ["ended_at"], unique=False)
    op.create_index("ix_tickets_line", "tickets", ["state", "store", "team", "rank", "opened_at"], unique=False)
    op.create_index(
        "uq_tickets_open",
        "tickets",
        ["conversation"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'assigned')"),
        postgresql_where=sa.text("state IN ('waiting', 'assigned')"),
    )
    op.create_table(
        "ticket_events",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "event IN ('opened', 'raised', 'queued', 'claimed', 'released', 'offered', "
            "'declined', 'returned', 'closed', 'abandoned', 'answer_dropped')",
            name=op.f("ck_ticket_events_known_event"),
        ),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_ticket_events_conversation")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_ticket_events_ticket")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_ticket_events")),
    )
    op.create_index(op.f("ix_ticket_events_ticket"), "ticket_events", ["ticket"], unique=False)
    op.create_table(
        "turns",
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease_owner IS NOT NULL)", name=op.f("ck_turns_running_is_leased")),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'done', 'superseded', 'failed')", name=op.f("ck_turns_known_state")
        ),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name=op.f("ck_turns_lease_is_whole")),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_turns_conversation")),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_turns_message")),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_turns")),
    )
    op.create_index(
        "ix_turns_open",
        "turns",
        ["conversation", "seq"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'running')"),
        postgresql_where=sa.text("state IN ('pending', 'running')"),
    )
    op.create_index(
        "uq_turns_running",
        "turns",
        ["conversation"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )


def downgrade() -> None:
    for table in ("audit", "choices", "ticket_events", "tickets", "turns", "messages", "conversations", "agents"):
        op.drop_table(table)
