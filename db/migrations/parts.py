"""What the tables of a school have in common, for migrations from 0141 on.

A migration that has run somewhere is not changed, so nothing that is here is changed either.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
Items = tuple[sa.schema.SchemaItem, ...]


def key() -> Items:
    """The first columns of every table of a school."""
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def of_school(table: str, column: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key within the school; of the column `{table}_id` unless another is named."""
    return sa.ForeignKeyConstraint(
        ["school_id", column or f"{table}_id"], [f"{table}.school_id", f"{table}.id"]
    )


def of_account(column: str = "account_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"])


def create_history(table: str, **kept: Any) -> None:
    """The table that `db.tables.history.history_of` declares; `kept` are columns of the record,
    with their types."""
    op.create_table(
        f"{table}_revision",
        *key(),
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(sa.Column(f"{name}_before", type_, nullable=True) for name, type_ in kept.items()),
        of_school(table),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{table}_revision"),
    )


def addressees() -> Items:
    """The columns of `db.tables.addressees.Addressed`."""
    return (
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("to_students", sa.Boolean(), nullable=False),
        sa.Column("to_families", sa.Boolean(), nullable=False),
        sa.Column("to_staff", sa.Boolean(), nullable=False),
        sa.Column("addressed", sa.ARRAY(sa.Uuid()), nullable=False),
        of_school("class_group"),
        of_school("course"),
    )


def index_addressees(table: str, order: str) -> None:
    op.create_index(f"ix_{table}_addressed", table, ["addressed"], postgresql_using="gin")
    for place in ("class_group", "course"):
        op.create_index(f"ix_{table}_{place}", table, ["school_id", f"{place}_id", order])
