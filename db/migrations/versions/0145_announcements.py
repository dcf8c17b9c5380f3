"""Announcements to a school, a class group or a course, and who has read them."""

import sqlalchemy as sa
from alembic import op

revision = "0145"
down_revision = "0141"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "announcement",
        *_key(),
        *_addressees(),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    _indexes("announcement", "published_at")
    op.create_index("ix_announcement_published", "announcement", ["school_id", "published_at"])
    op.create_table(
        "announcement_revision",
        *_key(),
        *_step("announcement"),
        sa.Column("title_before", sa.String(), nullable=True),
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
    )
    op.create_table(
        "announcement_reading",
        *_key(),
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _of_school("announcement"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.UniqueConstraint(
            "school_id", "announcement_id", "account_id", name="uq_announcement_reading"
        ),
    )


def _addressees() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("to_students", sa.Boolean(), nullable=False),
        sa.Column("to_families", sa.Boolean(), nullable=False),
        sa.Column("to_staff", sa.Boolean(), nullable=False),
        sa.Column("addressed", sa.ARRAY(sa.Uuid()), nullable=False),
        _of_school("class_group"),
        _of_school("course"),
    )


def _indexes(table: str, order: str) -> None:
    op.create_index(f"ix_{table}_addressed", table, ["addressed"], postgresql_using="gin")
    for place in ("class_group", "course"):
        op.create_index(f"ix_{table}_{place}", table, ["school_id", f"{place}_id", order])


def _step(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _of_school(table),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{table}_revision"),
    )


def _key() -> tuple[sa.schema.SchemaItem, ...]:
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
