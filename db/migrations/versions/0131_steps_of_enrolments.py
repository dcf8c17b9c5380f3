"""Enrolments have steps, with who decided and why."""

import sqlalchemy as sa
from alembic import op

revision = "0131"
down_revision = "0130"


def upgrade() -> None:
    for name in ("student", "class_group", "course"):
        column = f"{name}_id"
        op.add_column("tie_step", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(None, "tie_step", name, ["school_id", column], ["school_id", "id"])
    op.create_index("ix_tie_step_student", "tie_step", ["school_id", "student_id", "id"])
