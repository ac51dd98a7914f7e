"""What agents say about a reading: a needless handoff, a missed one, a wrong intent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('needless', 'missed', 'misread')", name=op.f("ck_marks_known_kind")),
        sa.CheckConstraint(
            "kind <> 'needless' OR ticket IS NOT NULL", name=op.f("ck_marks_needless_names_its_ticket")
        ),
        sa.CheckConstraint(
            "kind <> 'misread' OR intent IS NOT NULL", name=op.f("ck_marks_misread_names_the_intent")
        ),
        sa.ForeignKeyConstraint(["agent"], ["agents.id"], name=op.f("fk_marks_agent")),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_marks_conversation")),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_marks_message")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_marks_ticket")),
        sa.PrimaryKeyConstraint("message", "agent", name=op.f("pk_marks")),
    )
    op.create_index("ix_marks_conversation", "marks", ["conversation", "seq"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_marks_conversation", table_name="marks")
    op.drop_table("marks")
