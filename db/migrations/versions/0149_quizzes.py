"""Quizzes of courses, the bank of questions of each subject, and the tries of students."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0149"
down_revision = "0146"

INSTANT = sa.DateTime(timezone=True)
POINTS = sa.Numeric(8, 2)


def upgrade() -> None:
    op.create_table(
        "quiz_question",
        *_key(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(_of_school, ("subject", "teacher")),
    )
    op.create_index(
        "ix_quiz_question_subject", "quiz_question", ["school_id", "subject_id", "added_at"]
    )
    _history(
        "quiz_question",
        sa.Column("kind_before", sa.String(32), nullable=True),
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("points_before", POINTS, nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
    )
    op.create_table(
        "quiz",
        *_key(),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("most_tries", sa.Integer(), nullable=False),
        sa.Column("counted", sa.String(32), nullable=False),
        sa.Column("points_at_once", sa.Boolean(), nullable=False),
        sa.Column("answers_shown", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(_of_school, ("course", "teacher")),
    )
    op.create_index("ix_quiz_course", "quiz", ["school_id", "course_id", "opens_at"])
    _history(
        "quiz",
        sa.Column("title_before", sa.String(), nullable=True),
        sa.Column("description_before", sa.String(), nullable=True),
        sa.Column("opens_at_before", INSTANT, nullable=True),
        sa.Column("closes_at_before", INSTANT, nullable=True),
        sa.Column("minutes_before", sa.Integer(), nullable=True),
        sa.Column("most_tries_before", sa.Integer(), nullable=True),
        sa.Column("counted_before", sa.String(32), nullable=True),
        sa.Column("points_at_once_before", sa.Boolean(), nullable=True),
        sa.Column("answers_shown_before", sa.Boolean(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
    )
    op.create_table(
        "quiz_try",
        *_key(),
        *(sa.Column(f"{of}_id", sa.Uuid(), nullable=False) for of in ("quiz", "student", "course")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("handed_in_at", INSTANT, nullable=True),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("grade_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(_of_school, ("quiz", "student", "course")),
        sa.UniqueConstraint("school_id", "quiz_id", "student_id", "number", name="uq_quiz_try"),
    )
    op.create_index("ix_quiz_try_student", "quiz_try", ["school_id", "student_id"])
    _history("quiz_try", sa.Column("handed_in_at_before", INSTANT, nullable=True))


def _history(table: str, *before: "sa.Column[object]") -> None:
    name = f"{table}_revision"
    op.create_table(
        name,
        *_key(),
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *before,
        _of_school(table),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{name}"),
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
