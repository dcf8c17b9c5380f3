"""A school keeps how its roster writes ends, and a tie which side of it the roster names."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("school", sa.Column("end_days", sa.String(32), nullable=True))
    op.add_column(
        "guardianship",
        sa.Column("named_by_guardian", sa.Boolean(), nullable=False, server_default="false"),
    )
