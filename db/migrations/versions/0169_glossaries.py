"""Terms of glossaries, by subject."""

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import INSTANT, create_history, key, of_school

revision = "0169"
down_revision = "0168"


def upgrade() -> None:
    op.create_table(
        "glossary_term",
        *key(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_school("subject"),
        of_school("teacher"),
    )
    columns = ["school_id", "subject_id", "added_at"]
    op.create_index("ix_glossary_term_subject", "glossary_term", columns)
    create_history(
        "glossary_term",
        term=sa.String(),
        meaning=sa.String(),
        language=sa.String(),
        withdrawn=sa.Boolean(),
    )
