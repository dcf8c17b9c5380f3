"""Quizzes of courses, the bank of questions of each subject, and the tries of students."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.parts import INSTANT, create_history, key, of_school

revision = "0149"
down_revision = "0146"

POINTS = sa.Numeric(8, 2)


def upgrade() -> None:
    op.create_table(
        "quiz_question",
        *key(),
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
        *map(of_school, ("subject", "teacher")),
    )
    op.create_index(
        "ix_quiz_question_subject", "quiz_question", ["school_id", "subject_id", "added_at"]
    )
    create_history(
        "quiz_question",
        kind=sa.String(32),
        text=sa.String(),
        points=POINTS,
        withdrawn=sa.Boolean(),
    )
    op.create_table(
        "quiz",
        *key(),
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
        *map(of_school, ("course", "teacher")),
    )
    op.create_index("ix_quiz_course", "quiz", ["school_id", "course_id", "opens_at"])
    create_history(
        "quiz",
        title=sa.String(),
        description=sa.String(),
        opens_at=INSTANT,
        closes_at=INSTANT,
        minutes=sa.Integer(),
        most_tries=sa.Integer(),
        counted=sa.String(32),
        points_at_once=sa.Boolean(),
        answers_shown=sa.Boolean(),
        withdrawn=sa.Boolean(),
    )
    op.create_table(
        "quiz_try",
        *key(),
        *(sa.Column(f"{of}_id", sa.Uuid(), nullable=False) for of in ("quiz", "student", "course")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("handed_in_at", INSTANT, nullable=True),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("grade_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(of_school, ("quiz", "student", "course")),
        sa.UniqueConstraint("school_id", "quiz_id", "student_id", "number", name="uq_quiz_try"),
    )
    op.create_index("ix_quiz_try_student", "quiz_try", ["school_id", "student_id"])
    create_history("quiz_try", handed_in_at=INSTANT)
