"""Announcements to a school, a class group or a course, and who has read them."""

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import (
    INSTANT,
    addressees,
    create_history,
    index_addressees,
    key,
    of_account,
    of_school,
)

revision = "0145"
down_revision = "0141"


def upgrade() -> None:
    op.create_table(
        "announcement",
        *key(),
        *addressees(),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_account("author_id"),
    )
    index_addressees("announcement", "published_at")
    op.create_index("ix_announcement_published", "announcement", ["school_id", "published_at"])
    create_history("announcement", title=sa.String(), text=sa.String(), withdrawn=sa.Boolean())
    op.create_table(
        "announcement_reading",
        *key(),
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        of_school("announcement"),
        of_account(),
        sa.UniqueConstraint(
            "school_id", "announcement_id", "account_id", name="uq_announcement_reading"
        ),
    )
