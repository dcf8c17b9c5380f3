"""A sign-in with a provider remembers which device it was begun on."""

import sqlalchemy as sa
from alembic import op

revision = "0132"
down_revision = "0131"


def upgrade() -> None:
    op.add_column("provider_sign_in", sa.Column("device_hash", sa.LargeBinary(), nullable=True))
