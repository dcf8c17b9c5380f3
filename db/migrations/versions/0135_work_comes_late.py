"""How many days late the work of a grade was handed in, by which a rule may lower it."""

import sqlalchemy as sa
from alembic import op

revision = "0135"
down_revision = "0134"


def upgrade() -> None:
    op.add_column("grade", sa.Column("late_days", sa.Integer(), server_default="0", nullable=False))
    op.add_column("grade_revision", sa.Column("late_days_before", sa.Integer(), nullable=True))
