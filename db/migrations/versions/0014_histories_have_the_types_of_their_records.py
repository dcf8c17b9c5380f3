"""Histories have the types of their records: the minutes of homework were kept larger."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.alter_column("homework_revision", "expected_minutes_before", type_=sa.SmallInteger())
