"""Files that people upload, and bytes in the storage that are no file's."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0082"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.Boolean(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.SmallInteger(), nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("detached_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    op.create_index("ix_file_record", "file", ["school_id", "record_id"])
    op.create_index("ix_file_author", "file", ["school_id", "author_id"])
    op.create_table(
        "stray_bytes",
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("storage_key"),
    )
    op.create_index("ix_stray_bytes_due_at", "stray_bytes", ["due_at"])
