"""Surveys, who has answered them, and what was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0150"
down_revision = "0149"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "survey",
        *_key(),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("to_students", sa.Boolean(), nullable=False),
        sa.Column("to_families", sa.Boolean(), nullable=False),
        sa.Column("to_staff", sa.Boolean(), nullable=False),
        sa.Column("addressed", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("once_per", sa.String(32), nullable=False),
        sa.Column("results_told", sa.Boolean(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school("class_group"),
        _of_school("course"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    op.create_index("ix_survey_addressed", "survey", ["addressed"], postgresql_using="gin")
    for place in ("class_group", "course"):
        op.create_index(f"ix_survey_{place}", "survey", ["school_id", f"{place}_id", "asked_at"])
    op.create_index("ix_survey_asked", "survey", ["school_id", "asked_at"])
    op.create_table(
        "survey_revision",
        *_key(),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("title_before", sa.String(), nullable=True),
        sa.Column("description_before", sa.String(), nullable=True),
        sa.Column("results_told_before", sa.Boolean(), nullable=True),
        sa.Column("closes_at_before", INSTANT, nullable=True),
        sa.Column("closed_before", sa.Boolean(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
        _of_school("survey"),
        sa.UniqueConstraint("school_id", "survey_id", "version", name="uq_survey_revision"),
    )
    op.create_table(
        "survey_participation",
        *_key(),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        _of_school("survey"),
        _of_school("student"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (student_id IS NULL)", name="ck_survey_participation"
        ),
        *(
            sa.UniqueConstraint(
                "school_id", "survey_id", f"{who}_id", name=f"uq_survey_participation_{who}"
            )
            for who in ("account", "student")
        ),
    )
    op.create_index(
        "ix_survey_participation_student", "survey_participation", ["school_id", "student_id"]
    )
    op.create_table(
        "survey_tally",
        *_key(),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("next", JSONB(), nullable=False),
        sa.Column("shown", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["school_id", "id"], ["survey.school_id", "survey.id"]),
    )
    op.create_table(
        "survey_answer",
        *_key(),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _of_school("survey"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_index("ix_survey_answer", "survey_answer", ["school_id", "survey_id", "at"])


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
