"""Conversations, their messages, and what each account keeps of them."""

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import INSTANT, create_history, key, of_account, of_school

revision = "0141"
down_revision = "0140"

IDS = sa.ARRAY(sa.Uuid())


def upgrade() -> None:
    op.add_column(
        "school",
        sa.Column("classmates_write", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("school_revision", sa.Column("classmates_write_before", sa.Boolean()))
    op.create_table(
        "conversation",
        *key(),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("account_ids", IDS, nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("answers", sa.String(32), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("to_students", "to_families", "to_staff", "to_office", "hidden")
        ),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_account("author_id"),
        of_school("class_group"),
        of_school("course"),
    )
    create_history("conversation", subject=sa.String(), hidden=sa.Boolean())
    op.create_table(
        "message",
        *key(),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("account_ids", IDS, nullable=False),
        sa.Column("waiting_ids", IDS, nullable=False),
        sa.Column("late_ids", IDS, nullable=False),
        sa.Column("late_at", INSTANT, nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_school("conversation"),
        of_account("author_id"),
    )
    op.create_index(
        "ix_message_conversation", "message", ["school_id", "conversation_id", "sent_at"]
    )
    op.create_index("ix_message_account", "message", ["account_ids"], postgresql_using="gin")
    op.create_index("ix_message_due", "message", ["due_at"])
    create_history("message", text=sa.String(), hidden=sa.Boolean(), withdrawn=sa.Boolean())
    op.create_table(
        "conversation_place",
        *key(),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.String(), nullable=True),
        of_school("conversation"),
        of_account(),
        sa.UniqueConstraint(
            "school_id", "conversation_id", "account_id", name="uq_conversation_place"
        ),
    )
    op.create_table(
        "message_block",
        *key(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        of_account(),
        of_account("blocked_id"),
        sa.UniqueConstraint("school_id", "account_id", "blocked_id", name="uq_message_block"),
    )
    op.create_table(
        "message_rest",
        *key(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        of_account(),
        sa.UniqueConstraint("school_id", "account_id", name="uq_message_rest"),
    )
    for table in ("conversation_place", "message_block", "message_rest"):
        op.create_index(f"ix_{table}_account", table, ["account_id"])
