"""Webhooks of a school, and the log of what became of their events."""

import sqlalchemy as sa
from alembic import op

from db.tables.columns import TransactionId

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)


def _key() -> tuple[sa.Column[int], sa.Column[object]]:
    return (
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "webhook",
        *_key(),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("topics", sa.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret", sa.LargeBinary(), nullable=True),
        sa.Column("previous_until", INSTANT, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("xid", TransactionId(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("lease_holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index("ix_webhook_due", "webhook", ["state", "next_at"])
    op.create_table(
        "webhook_delivery",
        *_key(),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("xid", TransactionId(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=True),
        sa.Column("change", sa.String(length=32), nullable=True),
        sa.Column("ref", sa.Uuid(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("excerpt", sa.String(), nullable=True),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.ForeignKeyConstraint(
            ["school_id", "webhook_id"],
            ["webhook.school_id", "webhook.id"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint(
            "school_id", "webhook_id", "xid", "seq", name="uq_webhook_delivery_event"
        ),
    )
    op.create_index(
        "ix_webhook_delivery_webhook", "webhook_delivery", ["school_id", "webhook_id", "id"]
    )
    op.create_index(
        "ix_webhook_delivery_open",
        "webhook_delivery",
        ["school_id", "webhook_id"],
        postgresql_where=sa.text("state IN ('FAILING', 'QUEUED')"),
    )
    op.create_index("ix_webhook_delivery_last_at", "webhook_delivery", ["last_at"])
