"""What became of homework for each student; homework of some students alone; a lesson's homework
closed; and how much of it a day may have at a school."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    op.add_column("homework", sa.Column("student_ids", ARRAY(sa.Uuid()), nullable=True))
    op.create_index("ix_homework_due_lesson", "homework", ["school_id", "due_lesson_id"])
    op.add_column(
        "lesson",
        sa.Column("homework_closed", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.add_column("lesson_revision", sa.Column("homework_closed_before", sa.Boolean()))
    limits = sa.Column("homework_limits", JSONB(), nullable=False, server_default="{}")
    op.add_column("school", limits)
    op.add_column("school_revision", sa.Column("homework_limits_before", JSONB()))
    _statuses()


def _statuses() -> None:
    op.create_table(
        "homework_status",
        *_key(),
        sa.Column("homework_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_of_school(name) for name in ("homework", "student", "course")),
        sa.UniqueConstraint("school_id", "homework_id", "student_id", name="uq_homework_status"),
    )
    of_student = ["school_id", "student_id", "day"]
    op.create_index("ix_homework_status_student", "homework_status", of_student)
    op.create_table(
        "homework_status_revision",
        *_key(),
        sa.Column("homework_status_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_before", sa.String(32), nullable=True),
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("comment_before", sa.String(), nullable=True),
        _of_school("homework_status"),
        sa.UniqueConstraint(
            "school_id", "homework_status_id", "version", name="uq_homework_status_revision"
        ),
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
