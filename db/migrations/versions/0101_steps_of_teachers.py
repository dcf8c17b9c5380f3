"""Steps of who teaches a course or leads a class group say who it was."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    op.add_column("tie_step", sa.Column("teacher_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        None, "tie_step", "teacher", ["school_id", "teacher_id"], ["school_id", "id"]
    )
