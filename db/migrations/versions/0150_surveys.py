"""Surveys, who has answered them, and what was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.parts import (
    INSTANT,
    addressees,
    create_history,
    index_addressees,
    key,
    of_account,
    of_school,
)

revision = "0150"
down_revision = "0149"


def upgrade() -> None:
    op.create_table(
        "survey",
        *key(),
        *addressees(),
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
        of_account("author_id"),
    )
    index_addressees("survey", "asked_at")
    op.create_index("ix_survey_asked", "survey", ["school_id", "asked_at"])
    create_history(
        "survey",
        title=sa.String(),
        description=sa.String(),
        results_told=sa.Boolean(),
        closes_at=INSTANT,
        closed=sa.Boolean(),
        withdrawn=sa.Boolean(),
    )
    op.create_table(
        "survey_participation",
        *key(),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        of_school("survey"),
        of_school("student"),
        of_account(),
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
        *key(),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("next", JSONB(), nullable=False),
        sa.Column("shown", JSONB(), nullable=False),
        of_school("survey", "id"),
    )
    op.create_table(
        "survey_answer",
        *key(),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        of_school("survey"),
        of_account(),
    )
    op.create_index("ix_survey_answer", "survey_answer", ["school_id", "survey_id", "at"])
