"""A lesson is closed when its teacher has said that it was held, and is complete."""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0101"


def upgrade() -> None:
    closed: sa.Column[bool] = sa.Column(
        "closed", sa.Boolean(), nullable=False, server_default="false"
    )
    op.add_column("lesson", closed)
    op.add_column("lesson_revision", sa.Column("closed_before", sa.Boolean()))
    # A roster brings lessons that were held, with their marks.
    op.execute("UPDATE lesson SET closed = true WHERE status = 'HELD'")
    op.create_index(
        "ix_lesson_open",
        "lesson",
        ["school_id", "day"],
        postgresql_where=sa.text("NOT closed AND active AND status <> 'CANCELLED'"),
    )
