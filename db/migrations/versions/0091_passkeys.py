"""Passkeys (WebAuthn) of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.LargeBinary(), primary_key=True),
        sa.Column("id", sa.Uuid(), nullable=False, unique=True),
        _account(),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(), primary_key=True),
        _account(nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    for table in ("passkey", "passkey_challenge"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])
    op.create_index("ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"])


def _account(*, nullable: bool = False) -> sa.Column[object]:
    return sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=nullable)
