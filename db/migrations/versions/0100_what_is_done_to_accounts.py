"""Registrations are undone; what others do to an account is kept; sessions by network."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0096"

CODE, INSTANT = sa.String(length=32), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("access_code", sa.Column("undone_at", INSTANT, nullable=True))
    op.add_column("access_code", sa.Column("undone_by", sa.Uuid(), nullable=True))
    op.add_column("access_code", sa.Column("undone_reason", sa.String(), nullable=True))
    op.create_foreign_key(None, "access_code", "account", ["undone_by"], ["id"])
    op.create_index("ix_session_place_hash", "session", ["place_hash"])
    op.create_table(
        "account_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("of_school", sa.Integer(), nullable=True),
        sa.Column("role", CODE, nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_account_step_account", "account_step", ["account_id", "id"])
