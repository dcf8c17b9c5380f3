"""Conversations, their messages, and what each account keeps of them."""

import sqlalchemy as sa
from alembic import op

revision = "0141"
down_revision = "0140"

INSTANT = sa.DateTime(timezone=True)
IDS = sa.ARRAY(sa.Uuid())


def upgrade() -> None:
    op.add_column(
        "school",
        sa.Column("classmates_write", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("school_revision", sa.Column("classmates_write_before", sa.Boolean()))
    op.create_table(
        "conversation",
        *_key(),
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
        _account("author_id"),
        _of_school("class_group"),
        _of_school("course"),
    )
    _history(
        "conversation",
        sa.Column("subject_before", sa.String(), nullable=True),
        sa.Column("hidden_before", sa.Boolean(), nullable=True),
    )
    op.create_table(
        "message",
        *_key(),
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
        _of_school("conversation"),
        _account("author_id"),
    )
    op.create_index(
        "ix_message_conversation", "message", ["school_id", "conversation_id", "sent_at"]
    )
    op.create_index("ix_message_account", "message", ["account_ids"], postgresql_using="gin")
    op.create_index("ix_message_due", "message", ["due_at"])
    _history(
        "message",
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("hidden_before", sa.Boolean(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
    )
    op.create_table(
        "conversation_place",
        *_key(),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.String(), nullable=True),
        _of_school("conversation"),
        _account("account_id"),
        sa.UniqueConstraint(
            "school_id", "conversation_id", "account_id", name="uq_conversation_place"
        ),
    )
    op.create_table(
        "message_block",
        *_key(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _account("account_id"),
        _account("blocked_id"),
        sa.UniqueConstraint("school_id", "account_id", "blocked_id", name="uq_message_block"),
    )
    op.create_table(
        "message_rest",
        *_key(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        _account("account_id"),
        sa.UniqueConstraint("school_id", "account_id", name="uq_message_rest"),
    )
    for table in ("conversation_place", "message_block", "message_rest"):
        op.create_index(f"ix_{table}_account", table, ["account_id"])


def _history(of: str, *before: sa.Column[object]) -> None:
    op.create_table(
        f"{of}_revision",
        *_key(),
        sa.Column(f"{of}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *before,
        _of_school(of),
        sa.UniqueConstraint("school_id", f"{of}_id", "version", name=f"uq_{of}_revision"),
    )


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id", f"{table}_id"], [f"{table}.school_id", f"{table}.id"]
    )


def _account(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"])
