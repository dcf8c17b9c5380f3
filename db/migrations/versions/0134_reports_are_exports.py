"""Reports of classes, courses and students are exports, beside that of a student's data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0134"
down_revision = "0132"

CODE = sa.String(length=32)


def upgrade() -> None:
    op.alter_column("data_export", "student_id", nullable=True)
    op.add_column(
        "data_export", sa.Column("kind", CODE, nullable=False, server_default="STUDENT_DATA")
    )
    op.alter_column("data_export", "kind", server_default=None)
    op.add_column("data_export", sa.Column("format", CODE, nullable=True))
    op.add_column("data_export", sa.Column("asked", JSONB(), nullable=True))
    op.add_column("data_export", sa.Column("rights", sa.Integer(), nullable=True))
