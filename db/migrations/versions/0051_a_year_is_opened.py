"""A year is opened from the one before it, and may be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0051"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "year_opening",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("leavers", JSONB(), nullable=False),
        sa.Column("days_off", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        *(
            sa.ForeignKeyConstraint(
                ["school_id", column], ["academic_year.school_id", "academic_year.id"]
            )
            for column in ("id", "source_id")
        ),
    )
