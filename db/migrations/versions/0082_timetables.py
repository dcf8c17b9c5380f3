"""Timetables: what was generated, by whom and when."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    op.create_table(
        "timetable",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("added", "changed", "removed", "kept")
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("generated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_timetable_days"),
    )
