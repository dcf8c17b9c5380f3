"""Events of a school, a class group or a course, and the replies to them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import (
    INSTANT,
    addressees,
    create_history,
    index_addressees,
    key,
    of_account,
    of_school,
)

revision = "0146"
down_revision = "0145"

KEPT: dict[str, Any] = {
    "kind": sa.String(32),
    "title": sa.String(),
    "description": sa.String(),
    "location": sa.String(),
    "starts_at": INSTANT,
    "ends_at": INSTANT,
    "public": sa.Boolean(),
    "asks_replies": sa.Boolean(),
    "reply_until": INSTANT,
    "capacity": sa.Integer(),
    "remind_hours": sa.Integer(),
    "withdrawn": sa.Boolean(),
}  # types of columns
MAY_BE_NULL = {"description", "location", "reply_until", "capacity", "remind_hours"}


def upgrade() -> None:
    op.create_table(
        "school_event",
        *key(),
        *addressees(),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, of, nullable=name in MAY_BE_NULL) for name, of in KEPT.items()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("remind_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_account("author_id"),
    )
    index_addressees("school_event", "day")
    op.create_index("ix_school_event_day", "school_event", ["school_id", "last_day"])
    op.create_index(
        "ix_school_event_remind",
        "school_event",
        ["remind_at"],
        postgresql_where=sa.text("remind_at IS NOT NULL AND reminded_at IS NULL"),
    )
    create_history("school_event", **KEPT)
    op.create_table(
        "event_reply",
        *key(),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        of_school("school_event", "event_id"),
        of_school("student"),
        of_account(),
    )
    for whose, only in (("student", "student_id IS NOT NULL"), ("account", "student_id IS NULL")):
        op.create_index(
            f"uq_event_reply_{whose}",
            "event_reply",
            ["school_id", "event_id", f"{whose}_id"],
            unique=True,
            postgresql_where=sa.text(only),
        )
    op.create_index("ix_event_reply_student", "event_reply", ["school_id", "student_id"])
