"""Guardians sign the weeks of diaries, and say what they have seen."""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0110"

CODE, INSTANT = sa.String(length=32), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "diary_signature",
        *_of_student(),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_diary_signature_student", "diary_signature", ["school_id", "student_id", "week"]
    )
    op.create_table(
        "seen",
        *_of_student(),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.UniqueConstraint("school_id", "record_id", "account_id", name="uq_seen"),
    )
    op.create_table(
        "diary_signature_revision",
        *_key(),
        sa.Column("diary_signature_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _of_school("diary_signature", "diary_signature_id"),
        sa.UniqueConstraint(
            "school_id", "diary_signature_id", "version", name="uq_diary_signature_revision"
        ),
    )


def _of_student() -> tuple[sa.schema.SchemaItem, ...]:
    column: sa.Column[object] = sa.Column("student_id", sa.Uuid(), nullable=False)
    return (*_key(), column, _of_school("student", "student_id"))


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", column], [f"{table}.school_id", f"{table}.id"])
