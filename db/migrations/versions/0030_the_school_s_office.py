"""Deputies of class teachers, who stands in for whom, names that are searched, moved lessons."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0016"
INSTANT = sa.DateTime(timezone=True)
KEPT_OF_LESSONS: dict[str, sa.types.TypeEngine[Any]] = {
    "day": sa.Date(),
    "slot": sa.SmallInteger(),
    "starts_at": INSTANT,
    "ends_at": INSTANT,
    "room": sa.String(),
    "teacher_id": sa.Uuid(),
    "status": sa.String(32),
}


def upgrade() -> None:
    _teacher("class_group", "deputy_id")
    _teacher("teaching", "stands_in_for_id")
    for table in ("class_group", "course"):
        op.add_column(
            table, sa.Column("search_key", sa.String(), server_default="", nullable=False)
        )
        keys = sa.table(table, sa.column("sort_key"))
        op.execute(sa.update(keys).values(sort_key=sa.text("''")))  # so that both are made
    for table in ("class_group", "course", "guardian"):
        op.create_index(f"ix_{table}_name", table, ["school_id", "sort_key", "id"])
    for name, type_ in KEPT_OF_LESSONS.items():
        op.add_column("lesson_revision", sa.Column(f"{name}_before", type_, nullable=True))


def _teacher(table: str, column: str) -> None:
    op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    op.create_foreign_key(None, table, "teacher", ["school_id", column], ["school_id", "id"])
