"""Weekly patterns, the lessons that are generated of them, and what these replace."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"

KEPT: dict[str, Any] = {"ends_on": sa.Date(), "active": sa.Boolean()}  # types of columns


def upgrade() -> None:
    op.create_table(
        "lesson_pattern",
        *_key(),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("week_day", sa.String(32), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("week", sa.String(32), nullable=True),
        sa.Column("shift", sa.SmallInteger(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_of_school(name, f"{name}_id") for name in ("course", "teacher", "room")),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_lesson_pattern_days"),
    )
    op.create_index("ix_lesson_pattern_course", "lesson_pattern", ["school_id", "course_id"])
    op.create_table(
        "lesson_pattern_revision",
        *_key(),
        sa.Column("lesson_pattern_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_before", type_, nullable=True) for name, type_ in KEPT.items()),
        _of_school("lesson_pattern", "lesson_pattern_id"),
        sa.UniqueConstraint(
            "school_id", "lesson_pattern_id", "version", name="uq_lesson_pattern_revision"
        ),
    )
    _lessons()


def _lessons() -> None:
    for column, table in (
        ("pattern_id", "lesson_pattern"), ("room_id", "room"),
        ("replaces_id", "lesson"), ("joined_id", "lesson"),
    ):  # fmt: skip
        op.add_column("lesson", sa.Column(column, sa.Uuid(), nullable=True))
        ours, theirs = ["school_id", column], ["school_id", "id"]
        op.create_foreign_key(f"fk_lesson_{column}", "lesson", table, ours, theirs)
    op.add_column("lesson", sa.Column("planned_on", sa.Date(), nullable=True))
    for column in ("room_id", "joined_id"):
        op.add_column("lesson_revision", sa.Column(f"{column}_before", sa.Uuid(), nullable=True))
    key = ["school_id", "pattern_id", "planned_on"]
    op.create_unique_constraint("uq_lesson_pattern", "lesson", key)
    op.create_index("ix_lesson_day", "lesson", ["school_id", "day"])
    op.create_index("ix_lesson_room", "lesson", ["school_id", "room_id", "day"])
    op.create_index("ix_lesson_replaces", "lesson", ["school_id", "replaces_id"])


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", column], [f"{table}.school_id", f"{table}.id"])
