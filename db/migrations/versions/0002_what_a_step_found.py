"""A step of history keeps everything that it may have changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("grade_revision", sa.Column("excused_before", sa.Boolean(), nullable=True))
    op.add_column("grade_revision", sa.Column("bonus_before", sa.Boolean(), nullable=True))
    op.add_column("grade_revision", sa.Column("due_on_before", sa.Date(), nullable=True))
    op.add_column(
        "homework_revision", sa.Column("expected_minutes_before", sa.Integer(), nullable=True)
    )
