"""Failed sign-ins and refused requests are counted by account and hour; notes have a version."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0125"

CODE, INSTANT = sa.String(length=32), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account_tally",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tally", CODE, nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "tally", "hour"),
    )
    op.add_column("audit_note", sa.Column("version", sa.Integer(), nullable=True))
