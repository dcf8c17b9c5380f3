"""The demo school and its accounts are told from real ones."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
NAMES = "('Lindenhof School', 'Seaside School')"


def upgrade() -> None:
    for table in ("school", "account"):
        op.add_column(
            table, sa.Column("demo", sa.Boolean(), nullable=False, server_default="false")
        )
    op.execute(
        "UPDATE school SET demo = true"  # noqa: S608 - names of our own
        f" WHERE school_id IN (1, 2) AND sourced_id IS NULL AND name IN {NAMES}"
    )
    op.execute(
        "UPDATE account SET demo = true WHERE created_at = '2026-01-01 00:00:00+00' AND EXISTS"
        " (SELECT FROM membership JOIN school USING (school_id)"
        "  WHERE account_id = account.id AND school.demo)"
    )
