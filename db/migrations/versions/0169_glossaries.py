"""Terms of glossaries, by subject."""

import sqlalchemy as sa
from alembic import op

revision = "0169"
down_revision = "0168"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "glossary_term",
        *_key(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school("subject"),
        _of_school("teacher"),
    )
    columns = ["school_id", "subject_id", "added_at"]
    op.create_index("ix_glossary_term_subject", "glossary_term", columns)
    op.create_table(
        "glossary_term_revision",
        *_key(),
        sa.Column("glossary_term_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("term_before", sa.String(), nullable=True),
        sa.Column("meaning_before", sa.String(), nullable=True),
        sa.Column("language_before", sa.String(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
        _of_school("glossary_term"),
        sa.UniqueConstraint(
            "school_id", "glossary_term_id", "version", name="uq_glossary_term_revision"
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
