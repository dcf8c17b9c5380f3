"""Days are swapped, weeks are counted anew, rooms are shared, and schools have room for files."""

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"

CODE = sa.String(length=32)


def upgrade() -> None:
    op.create_table(
        "swapped_day",
        *_key(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works_as", CODE, nullable=False),
        sa.Column("week", CODE, nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school("class_group", "class_group_id"),
    )
    op.create_index("ix_swapped_day_day", "swapped_day", ["school_id", "day"])
    op.create_table(
        "swapped_day_revision",
        *_key(),
        sa.Column("swapped_day_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_before", sa.Boolean(), nullable=True),
        _of_school("swapped_day", "swapped_day_id"),
        sa.UniqueConstraint(
            "school_id", "swapped_day_id", "version", name="uq_swapped_day_revision"
        ),
    )
    op.add_column(
        "school", sa.Column("week_count", CODE, nullable=False, server_default="EVERY_WEEK")
    )
    op.add_column("school", sa.Column("file_mebibytes", sa.Integer(), nullable=True))
    op.add_column("school_revision", sa.Column("week_count_before", CODE, nullable=True))
    op.add_column("room", sa.Column("shared", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("room_revision", sa.Column("shared_before", sa.Boolean(), nullable=True))


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", column], [f"{table}.school_id", f"{table}.id"])
