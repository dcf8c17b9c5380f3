"""Homework keeps the lesson at which it is due, and its history the one at which it was."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("homework", sa.Column("due_lesson_id", sa.Uuid(), nullable=True))
    op.add_column("homework_revision", sa.Column("due_lesson_id_before", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        None, "homework", "lesson", ["school_id", "due_lesson_id"], ["school_id", "id"]
    )
