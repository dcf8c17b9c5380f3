"""Pages of people, class groups and subjects; posts, comments and reactions."""

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import INSTANT, create_history, key, of_account, of_school

revision = "0154"
down_revision = "0153"

OWNERS = ("student", "teacher", "guardian", "class_group", "subject")


def upgrade() -> None:
    level = sa.Column("pages", sa.String(32), nullable=False, server_default="OFF")
    op.add_column("school", level)
    op.add_column("school_revision", sa.Column("pages_before", sa.String(32), nullable=True))
    op.create_table(
        "page",
        *key(),
        *(sa.Column(f"{owner}_id", sa.Uuid(), nullable=True) for owner in OWNERS),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("theme", sa.String(32), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(of_school, OWNERS),
        *(
            sa.UniqueConstraint("school_id", f"{owner}_id", name=f"uq_page_{owner}")
            for owner in OWNERS
        ),
    )
    create_history("page", about=sa.String(), theme=sa.String(32))
    _by_account("page_follow", "page")
    columns = ["school_id", "account_id", "page_id"]
    op.create_unique_constraint("uq_page_follow", "page_follow", columns)
    op.create_index("ix_page_follow_page", "page_follow", ["school_id", "page_id"])
    _written("post", "page", "posted_at")
    _written("comment", "post", "written_at")
    _by_account("post_reaction", "post", sa.Column("kind", sa.String(32), nullable=False))
    columns = ["school_id", "post_id", "account_id"]
    op.create_unique_constraint("uq_post_reaction", "post_reaction", columns)


def _written(table: str, parent: str, at: str) -> None:
    op.create_table(
        table,
        *key(),
        sa.Column(f"{parent}_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column(at, INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_school(parent),
        of_account("author_id"),
    )
    op.create_index(f"ix_{table}_{parent}", table, ["school_id", f"{parent}_id", at])
    op.create_index(f"ix_{table}_author", table, ["school_id", "author_id"])
    create_history(table, text=sa.String(), hidden=sa.Boolean(), withdrawn=sa.Boolean())


def _by_account(table: str, parent: str, *more: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        *key(),
        sa.Column(f"{parent}_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *more,
        sa.Column("at", INSTANT, nullable=False),
        of_school(parent),
        of_account(),
    )
