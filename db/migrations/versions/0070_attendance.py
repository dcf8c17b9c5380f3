"""Attendance, the tokens that a school writes for it, and notices of absence."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0061"

COUNTS = ("absence", "lateness", "in_rate")
DAYS = {"starts_on": sa.Date(), "ends_on": sa.Date()}
KEPT: dict[str, dict[str, Any]] = {  # types of columns
    "attendance_code": {
        "token": sa.String(), "name": sa.String(), "kind": sa.String(32),
        **dict.fromkeys(COUNTS, sa.Boolean()), "active": sa.Boolean(),
    },
    "absence_notice": {
        **DAYS, "because": sa.String(32), "text": sa.String(), "state": sa.String(32),
    },
    "attendance": {
        "kind": sa.String(32), "token": sa.String(), "minutes": sa.SmallInteger(),
        "note": sa.String(),
    },
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "attendance_code",
        *_key(),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in COUNTS),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    )
    _notices()
    _attendance()
    op.create_table(
        "attendance_taking",
        *_key(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id", "id"], ["lesson.school_id", "lesson.id"]),
    )
    for table, kept in KEPT.items():
        _history(table, kept)


def _notices() -> None:
    op.create_table(
        "absence_notice",
        *_key(),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("because", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school("student", "student_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_absence_notice_days"),
    )
    columns = ["school_id", "student_id", "starts_on"]
    op.create_index("ix_absence_notice_student", "absence_notice", columns)


def _attendance() -> None:
    op.create_table(
        "attendance",
        *_key(),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in COUNTS),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_of_school(name, f"{name}_id") for name in ("student", "course", "lesson", "teacher")),
        _of_school("absence_notice", "notice_id"),
        sa.UniqueConstraint("school_id", "lesson_id", "student_id", name="uq_attendance"),
    )
    for name in ("student", "course"):
        op.create_index(f"ix_attendance_{name}", "attendance", ["school_id", f"{name}_id", "day"])


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
