"""Mail waits in a queue, accounts have addresses, and sessions can be told apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.clock import now

revision = "0061"
down_revision = "0060"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("account", sa.Column("email", sa.String(), nullable=True))
    op.create_index("ix_account_email", "account", ["email"])
    op.add_column("account", sa.Column("email_confirmed_at", INSTANT, nullable=True))
    op.add_column("account", sa.Column("language", sa.String(length=32), nullable=True))
    op.add_column("account", sa.Column("temporary_until", INSTANT, nullable=True))
    _sessions()
    op.create_table(
        "password_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("ix_password_code_account_id", "password_code", ["account_id"])
    op.create_index("ix_password_code_expires_at", "password_code", ["expires_at"])
    _mail()


def _sessions() -> None:
    op.add_column("session", sa.Column("id", sa.Uuid(), nullable=True))
    op.add_column("session", sa.Column("last_used_at", INSTANT, nullable=True))
    op.add_column("session", sa.Column("device", sa.String(), nullable=True))
    op.add_column(
        "session",
        sa.Column("method", sa.String(length=32), nullable=False, server_default="PASSWORD"),
    )
    used = sa.text("UPDATE session SET id = gen_random_uuid(), last_used_at = :now")
    op.execute(used.bindparams(now=now()))
    op.alter_column("session", "id", nullable=False)
    op.alter_column("session", "last_used_at", nullable=False)
    op.create_unique_constraint("session_id_key", "session", ["id"])


def _mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("lease_holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event"),
    )
    op.create_index(
        "ix_mail_due", "mail", ["next_at"], postgresql_where=sa.text("state = 'QUEUED'")
    )
    op.create_index(
        "ix_mail_sending", "mail", ["lease_until"], postgresql_where=sa.text("state = 'SENDING'")
    )
    op.create_index("ix_mail_created_at", "mail", ["created_at"])
    op.create_index("ix_mail_account_id", "mail", ["account_id"])
