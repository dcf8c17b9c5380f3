"""Identities at providers (OpenID Connect) that accounts sign in with."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0085"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    without: sa.Column[bool] = sa.Column(
        "without_password", sa.Boolean(), nullable=False, server_default="false"
    )
    op.add_column("account", without)
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _account(),
        *_whom(),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity"),
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"])
    op.create_table(
        "provider_sign_in",
        sa.Column("state_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        _account(nullable=True),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_table(
        "pending_identity",
        sa.Column("browser_hash", sa.LargeBinary(), primary_key=True),
        *_whom(),
        *_session(),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    for table in ("provider_sign_in", "pending_identity"):
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])
    op.create_table(
        "provider_session",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        _account(),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        *_session(),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    for column in ("account_id", "created_at"):
        op.create_index(f"ix_provider_session_{column}", "provider_session", [column])


def _whom() -> list[sa.Column[object]]:
    return [
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
    ]


def _session() -> list[sa.Column[object]]:
    return [
        sa.Column("sid", sa.String(), nullable=True),
        sa.Column("id_token", sa.String(), nullable=False),
    ]


def _account(*, nullable: bool = False) -> sa.Column[object]:
    return sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=nullable)
