"""Pages of people, class groups and subjects; posts, comments and reactions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0154"
down_revision = "0153"

INSTANT = sa.DateTime(timezone=True)
OWNERS = ("student", "teacher", "guardian", "class_group", "subject")
Item = sa.schema.SchemaItem


def upgrade() -> None:
    level = sa.Column("pages", sa.String(32), nullable=False, server_default="OFF")
    op.add_column("school", level)
    op.add_column("school_revision", sa.Column("pages_before", sa.String(32), nullable=True))
    op.create_table(
        "page",
        *_key(),
        *(sa.Column(f"{owner}_id", sa.Uuid(), nullable=True) for owner in OWNERS),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("theme", sa.String(32), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(_of_school, OWNERS),
        *(
            sa.UniqueConstraint("school_id", f"{owner}_id", name=f"uq_page_{owner}")
            for owner in OWNERS
        ),
    )
    _history("page", about=sa.String(), theme=sa.String(32))
    _of_account("page_follow", "page")
    columns = ["school_id", "account_id", "page_id"]
    op.create_unique_constraint("uq_page_follow", "page_follow", columns)
    op.create_index("ix_page_follow_page", "page_follow", ["school_id", "page_id"])
    _written("post", "page", "posted_at")
    _written("comment", "post", "written_at")
    _of_account("post_reaction", "post", sa.Column("kind", sa.String(32), nullable=False))
    columns = ["school_id", "post_id", "account_id"]
    op.create_unique_constraint("uq_post_reaction", "post_reaction", columns)


def _written(table: str, parent: str, at: str) -> None:
    op.create_table(
        table,
        *_key(),
        sa.Column(f"{parent}_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column(at, INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school(parent),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    op.create_index(f"ix_{table}_{parent}", table, ["school_id", f"{parent}_id", at])
    op.create_index(f"ix_{table}_author", table, ["school_id", "author_id"])
    _history(table, text=sa.String(), hidden=sa.Boolean(), withdrawn=sa.Boolean())


def _of_account(table: str, parent: str, *more: Item) -> None:
    op.create_table(
        table,
        *_key(),
        sa.Column(f"{parent}_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *more,
        sa.Column("at", INSTANT, nullable=False),
        _of_school(parent),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )


def _history(table: str, **kept: Any) -> None:  # types of columns
    op.create_table(
        f"{table}_revision",
        *_key(),
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(sa.Column(f"{name}_before", type_, nullable=True) for name, type_ in kept.items()),
        _of_school(table),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{table}_revision"),
    )


def _key() -> tuple[Item, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id", f"{table}_id"], [f"{table}.school_id", f"{table}.id"]
    )
