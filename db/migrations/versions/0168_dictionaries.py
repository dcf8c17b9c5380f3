"""Dictionaries, the words that accounts learn, and translations."""

import sqlalchemy as sa
from alembic import op

revision = "0168"
down_revision = "0164"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "dictionary",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source_language", sa.String(32), nullable=False),
        sa.Column("target_language", sa.String(32), nullable=False),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "dictionary_entry",
        sa.Column("dictionary_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(collation="C"), nullable=False),
        sa.Column("headword", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("dictionary_id", "number"),
        sa.ForeignKeyConstraint(["dictionary_id"], ["dictionary.id"]),
    )
    op.create_index(
        "ix_dictionary_entry_key", "dictionary_entry", ["key", "dictionary_id", "number"]
    )
    op.create_table(
        "studied_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("language", sa.String(32), nullable=True),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("easiness", sa.Numeric(4, 2), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.UniqueConstraint("account_id", "word", "meaning", name="uq_studied_word"),
    )
    op.create_index("ix_studied_word_due", "studied_word", ["account_id", "due_on", "id"])
    op.create_table(
        "translation",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(32), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_translation_at", "translation", ["at"])
    op.create_table(
        "translation_use",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "day"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_index("ix_translation_use_day", "translation_use", ["day"])
