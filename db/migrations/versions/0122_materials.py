"""Materials of subjects, courses and lessons."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0116"

INSTANT = sa.DateTime(timezone=True)
PLACES = ("subject", "course", "lesson", "teacher")


def upgrade() -> None:
    op.create_table(
        "material",
        *_key(),
        *(sa.Column(f"{place}_id", sa.Uuid(), nullable=True) for place in PLACES),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(_of_school, PLACES),
    )
    for place in ("subject", "course"):
        columns = ["school_id", f"{place}_id", "added_at"]
        op.create_index(f"ix_material_{place}", "material", columns)
    op.create_index("ix_material_lesson", "material", ["school_id", "lesson_id"])
    op.create_table(
        "material_revision",
        *_key(),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind_before", sa.String(32), nullable=True),
        sa.Column("title_before", sa.String(), nullable=True),
        sa.Column("description_before", sa.String(), nullable=True),
        sa.Column("link_before", sa.String(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
        _of_school("material"),
        sa.UniqueConstraint("school_id", "material_id", "version", name="uq_material_revision"),
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
