"""Offices have deputies and secretaries, guardianships restrictions, and accounts their views."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"

CODE, INSTANT = sa.String(length=32), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_constraint("ck_membership_person", "membership")
    op.create_check_constraint(
        "ck_membership_person",
        "membership",
        "num_nonnulls(student_id, guardian_id, teacher_id)"
        " = (role NOT IN ('HEAD', 'DEPUTY_HEAD', 'SECRETARY'))::int",
    )
    op.add_column("guardianship", sa.Column("restriction", CODE, nullable=True))
    op.create_table(
        "tie_step",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tie_id", sa.Uuid(), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("restriction", CODE, nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index("ix_tie_step_tie", "tie_step", ["school_id", "tie_id", "id"])
    op.create_table(
        "profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("child_school", sa.Integer(), nullable=True),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("language", CODE, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_profile_account", "profile", ["account_id", "position", "id"])
