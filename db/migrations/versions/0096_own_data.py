"""Exports of a student's data, erasures, and for how long laws have a school keep what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0096"
down_revision = "0095"

CODE, INSTANT = sa.String(length=32), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "data_export",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("language", CODE, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lease_holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(["school_id", "student_id"], ["student.school_id", "student.id"]),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index("ix_data_export_student", "data_export", ["school_id", "student_id"])
    op.create_index(
        "ix_data_export_waiting", "data_export", ["asked_at"],
        postgresql_where=sa.text("state IN ('QUEUED', 'RUNNING')"),
    )  # fmt: skip
    op.create_table(
        "data_export_archive",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(
            ["school_id", "id"], ["data_export.school_id", "data_export.id"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_table(
        "erasure",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("report", JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index("ix_erasure_student", "erasure", ["school_id", "student_id"])
    op.add_column("school", sa.Column("legal_terms", JSONB(), server_default="{}", nullable=False))
    op.add_column("school_revision", sa.Column("legal_terms_before", JSONB(), nullable=True))
