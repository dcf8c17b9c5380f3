"""Rooms and bell schedules."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0074"

KEPT: dict[str, dict[str, Any]] = {  # types of columns
    "room": {"name": sa.String(), "seats": sa.SmallInteger(), "active": sa.Boolean()},
    "bell_schedule": {
        "name": sa.String(), "shift": sa.SmallInteger(), "week_days": sa.ARRAY(sa.String(32)),
        "starts_on": sa.Date(), "ends_on": sa.Date(), "bells": postgresql.JSONB(),
        "active": sa.Boolean(),
    },
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "room",
        *_key(),
        sa.Column("sort_key", sa.LargeBinary(), nullable=False, server_default=""),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "bell_schedule",
        *_key(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shift", sa.SmallInteger(), nullable=False),
        sa.Column("week_days", sa.ARRAY(sa.String(32)), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("bells", postgresql.JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_bell_schedule_days"),
    )
    for table, kept in KEPT.items():
        _history(table, kept)


def _history(table: str, kept: dict[str, Any]) -> None:
    op.create_table(
        f"{table}_revision",
        *_key(),
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_before", type_, nullable=True) for name, type_ in kept.items()),
        _of_school(table, f"{table}_id"),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{table}_revision"),
    )


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", column], [f"{table}.school_id", f"{table}.id"])
