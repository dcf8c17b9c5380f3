"""Notices of what concerns somebody, who has read them, and how people are told."""

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import INSTANT, key, of_school

revision = "0164"
down_revision = "0159"

KINDS = ("hidden", "unpushed", "at_once", "daily", "weekly")


class _Xid8(sa.types.UserDefinedType[int]):
    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.create_table(
        "notice",
        *key(),
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("kind", "topic", "change")),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("to_whom", sa.SmallInteger(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        of_school("student"),
        of_school("course"),
        sa.UniqueConstraint("school_id", "cause", name="uq_notice_cause"),
    )
    op.create_index("ix_notice_to", "notice", ["school_id", "to_id", "id"])
    op.create_index("ix_notice_at", "notice", ["at"])
    op.create_table(
        "notice_mark",
        *_of_account(),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "account_id", "notice_id"),
        sa.ForeignKeyConstraint(
            ["school_id", "notice_id"], ["notice.school_id", "notice.id"], ondelete="CASCADE"
        ),
    )
    op.create_table(
        "notice_reading",
        *_of_account(),
        sa.Column("up_to", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "account_id"),
    )
    op.create_table(
        "notice_place",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("xid", _Xid8(), server_default="0", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("lease_holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("school_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )
    op.create_table(
        "notice_ways",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.ARRAY(sa.String(32)), server_default="{}", nullable=False)
            for name in KINDS
        ),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("told_up_to", "daily_up_to", "weekly_up_to")
        ),
        *(sa.Column(name, INSTANT, nullable=True) for name in ("daily_at", "weekly_at", "due_at")),
        sa.Column("lease_holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_index(
        "ix_notice_ways_due",
        "notice_ways",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "push_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("p256dh", sa.LargeBinary(), nullable=False),
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.UniqueConstraint("endpoint"),
    )
    op.create_index("ix_push_device_account_id", "push_device", ["account_id"])
    op.create_table(
        "push_key",
        sa.Column("only", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
    )


def _of_account() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
