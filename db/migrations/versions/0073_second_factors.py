"""A second factor of accounts, which a school may require of its staff."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0071"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("account", sa.Column("second_factor_at", INSTANT, nullable=True))
    required: sa.Column[bool] = sa.Column(
        "second_factor_required", sa.Boolean(), nullable=False, server_default="false"
    )
    op.add_column("school", required)
    before: sa.Column[bool] = sa.Column(
        "second_factor_required_before", sa.Boolean(), nullable=True
    )
    op.add_column("school_revision", before)
    op.create_table(
        "second_factor",
        _account(primary_key=True),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("coming", sa.String(), nullable=True),
        sa.Column("coming_until", INSTANT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), primary_key=True),
        _account(),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
    )
    op.create_table(
        "sign_in_challenge",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        _account(),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("place_hash", sa.LargeBinary(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "trusted_device",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        _account(),
        sa.Column("id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("device", sa.String(), nullable=True),
    )
    for table in ("recovery_code", "sign_in_challenge", "trusted_device"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])
    for table in ("sign_in_challenge", "trusted_device"):
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])


def _account(*, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(
        "account_id",
        sa.Uuid(),
        sa.ForeignKey("account.id"),
        nullable=False,
        primary_key=primary_key,
    )
