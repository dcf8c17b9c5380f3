"""What a school says of itself has a history, as what its office sets up has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0053"
down_revision = "0051"
WITHIN_ITSELF = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    id_ = sa.Column("id", sa.Uuid(), nullable=False, server_default=WITHIN_ITSELF)
    op.add_column("school", id_)
    op.add_column("school", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_unique_constraint("uq_school_id", "school", ["school_id", "id"])
    op.create_table(
        "school_revision",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("of_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_before", sa.String(), nullable=True),
        sa.Column("time_zone_before", sa.String(), nullable=True),
        sa.Column("language_before", sa.String(), nullable=True),
        sa.Column("grade_scale_id_before", sa.Uuid(), nullable=True),
        sa.Column("rounding_before", JSONB(), nullable=True),
        sa.Column("week_days_before", ARRAY(sa.String(32)), nullable=True),
        sa.Column("keeping_years_before", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(["school_id", "of_id"], ["school.school_id", "school.id"]),
        sa.UniqueConstraint("school_id", "of_id", "version", name="uq_school_revision"),
    )
