"""Remarks on students, with their history and replies."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "remark",
        *_key(),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_school("student"),
        _of_school("course"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    op.create_index("ix_remark_student", "remark", ["school_id", "student_id", "day"])
    op.create_table(
        "remark_revision",
        *_key(),
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind_before", sa.String(32), nullable=True),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
        _of_school("remark"),
        sa.UniqueConstraint("school_id", "remark_id", "version", name="uq_remark_revision"),
    )
    op.create_table(
        "remark_reply",
        *_key(),
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of_school("remark"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    op.create_index("ix_remark_reply", "remark_reply", ["school_id", "remark_id"])


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
