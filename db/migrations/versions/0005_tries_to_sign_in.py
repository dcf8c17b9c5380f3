"""Tries to sign in are counted for all processes, and a session tells where it was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        prefixes=["UNLOGGED"],
    )
    op.add_column("session", sa.Column("place_hash", sa.LargeBinary(), nullable=True))
    op.create_index("ix_session_created_at", "session", ["created_at"])
