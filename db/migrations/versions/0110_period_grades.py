"""Rules by which grades are made of marks, and the grades of periods."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0110"
down_revision = "0105"

KEPT: dict[str, dict[str, Any]] = {  # types of columns
    "grading_rule": {
        "name": sa.String(), "definition": JSONB(), "grade_levels": sa.ARRAY(sa.String()),
        "active": sa.Boolean(),
    },
    "period_grade": {
        "state": sa.String(32), "value": sa.String(), "proposed": sa.String(),
        "average": sa.Numeric(10, 2), "because": sa.String(), "overridden": sa.Boolean(),
        "elsewhere": sa.String(),
    },
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "grading_rule",
        *_key(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("grade_levels", sa.ARRAY(sa.String()), nullable=False, server_default="{}"),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school("course", "course_id"),
    )
    _grades()
    for table, kept in KEPT.items():
        _history(table, kept)


def _grades() -> None:
    op.create_table(
        "period_grade",
        *_key(),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("grade_scale_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("number", sa.Numeric(8, 3), nullable=True),
        sa.Column("proposed", sa.String(), nullable=True),
        sa.Column("average", sa.Numeric(10, 2), nullable=True),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("elsewhere", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            _of_school(name, f"{name}_id")
            for name in ("student", "course", "subject", "period", "grade_scale")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
        sa.CheckConstraint("num_nonnulls(course_id, subject_id) >= 1", name="ck_period_grade_of"),
    )
    of_student = ["school_id", "student_id"]
    op.create_index("ix_period_grade_student", "period_grade", [*of_student, "day"])
    op.create_index(
        "ix_period_grade_course", "period_grade", ["school_id", "course_id", "period_id"]
    )
    op.create_index(
        "uq_period_grade", "period_grade", [*of_student, "course_id", "period_id"], unique=True
    )


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
