"""Pages of schools' sites."""

import sqlalchemy as sa
from alembic import op

revision = "0153"
down_revision = "0150"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "site_page",
        *_key(),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("slug", "title", "text")),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("school_id", "slug", name="uq_site_page_slug"),
    )
    op.create_table(
        "site_page_revision",
        *_key(),
        sa.Column("site_page_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(sa.Column(f"{name}_before", sa.String(), nullable=True) for name in ("slug", "title")),
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("public_before", sa.Boolean(), nullable=True),
        sa.Column("rank_before", sa.Integer(), nullable=True),
        sa.Column("active_before", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "site_page_id"], ["site_page.school_id", "site_page.id"]
        ),
        sa.UniqueConstraint("school_id", "site_page_id", "version", name="uq_site_page_revision"),
    )


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )
