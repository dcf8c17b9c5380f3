"""Homework may link to a page on the web."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("homework", sa.Column("link", sa.String(), nullable=True))
    op.add_column("homework_revision", sa.Column("link_before", sa.String(), nullable=True))
