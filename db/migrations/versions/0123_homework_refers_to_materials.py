"""Homework refers to materials, and it is noted who has opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"

OF_SCHOOL = ("material", "student")


def upgrade() -> None:
    op.add_column("homework", sa.Column("material_ids", sa.ARRAY(sa.Uuid()), nullable=True))
    op.create_table(
        "material_opening",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(f"{table}_id", sa.Uuid(), nullable=False) for table in OF_SCHOOL),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("as_guardian", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        *(
            sa.ForeignKeyConstraint(
                ["school_id", f"{table}_id"], [f"{table}.school_id", f"{table}.id"]
            )
            for table in OF_SCHOOL
        ),
        sa.UniqueConstraint(
            "school_id", "material_id", "student_id", "account_id", name="uq_material_opening"
        ),
    )
    op.create_index("ix_material_opening_student", "material_opening", ["school_id", "student_id"])
