"""What agents promised, as the compliance door read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promises",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("within", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'kept', 'missed')", name=op.f("ck_promises_known_state")),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_promises_settled_has_time")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_promises_settled_by_somebody")
        ),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_promises_conversation")),
        sa.ForeignKeyConstraint(["made_by"], ["agents.id"], name=op.f("fk_promises_made_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["agents.id"], name=op.f("fk_promises_settled_by")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_promises")),
        sa.UniqueConstraint("id", name=op.f("uq_promises_id")),
    )
    op.create_index("ix_promises_conversation", "promises", ["conversation", "position"], unique=False)
    op.create_index("ix_promises_due", "promises", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_promises_due", table_name="promises")
    op.drop_index("ix_promises_conversation", table_name="promises")
    op.drop_table("promises")
