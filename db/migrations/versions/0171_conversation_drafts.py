"""Drafts of conversations that are not started yet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.parts import INSTANT, key, of_account

revision = "0171"
down_revision = "0170"


def upgrade() -> None:
    op.create_table(
        "conversation_draft",
        *key(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        of_account(),
        sa.UniqueConstraint("school_id", "account_id", name="uq_conversation_draft"),
    )
    op.create_index("ix_conversation_draft_account", "conversation_draft", ["account_id"])
