"""Pages of schools' sites."""

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import INSTANT, create_history, key

revision = "0153"
down_revision = "0150"


def upgrade() -> None:
    op.create_table(
        "site_page",
        *key(),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("slug", "title", "text")),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("school_id", "slug", name="uq_site_page_slug"),
    )
    create_history(
        "site_page",
        slug=sa.String(),
        title=sa.String(),
        text=sa.String(),
        public=sa.Boolean(),
        rank=sa.Integer(),
        active=sa.Boolean(),
    )
