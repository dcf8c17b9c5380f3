"""Access codes, links that confirm addresses, and people whose accounts a roster disables."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0053"

INSTANT = sa.DateTime(timezone=True)
PEOPLE = ("student", "guardian", "teacher")


def upgrade() -> None:
    for person in PEOPLE:
        op.add_column(
            person, sa.Column("enabled", sa.Boolean(), nullable=False, server_default="true")
        )
    op.create_table(
        "email_confirmation",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
    )
    op.create_index("ix_email_confirmation_account_id", "email_confirmation", ["account_id"])
    op.create_table(
        "access_code",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        *(sa.Column(f"{person}_id", sa.Uuid(), nullable=True) for person in PEOPLE),
        sa.Column("created_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("used_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=True),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        *(
            sa.ForeignKeyConstraint(
                ["school_id", f"{person}_id"], [f"{person}.school_id", f"{person}.id"]
            )
            for person in PEOPLE
        ),
        sa.CheckConstraint(
            "num_nonnulls(student_id, guardian_id, teacher_id) = 1", name="ck_access_code_person"
        ),
    )
    op.create_index("ix_access_code_hash", "access_code", ["code_hash"])
    for person in PEOPLE:
        op.create_index(f"ix_access_code_{person}", "access_code", ["school_id", f"{person}_id"])
