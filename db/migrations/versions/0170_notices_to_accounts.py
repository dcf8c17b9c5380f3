"""Notices to several accounts, and what their screen shows."""

import sqlalchemy as sa
from alembic import op

revision = "0170"
down_revision = "0169"


def upgrade() -> None:
    ids = sa.ARRAY(sa.Uuid())
    op.add_column("notice", sa.Column("account_ids", ids, server_default="{}", nullable=False))
    op.add_column("notice", sa.Column("shown", sa.String(32), nullable=True))
    op.add_column("notice", sa.Column("shown_id", sa.Uuid(), nullable=True))
    op.create_index("ix_notice_account", "notice", ["account_ids"], postgresql_using="gin")
