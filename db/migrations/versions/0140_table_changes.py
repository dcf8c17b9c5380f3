"""What a change concerns, and which tables were written otherwise: by these, kept answers are
dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0140"
down_revision = "0135"


class _Xid8(sa.types.UserDefinedType[int]):
    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("concerns", sa.ARRAY(sa.Uuid()), nullable=True))
    op.create_table(
        "table_change",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "xid",
            _Xid8(),
            autoincrement=False,
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "xid", "name"),
    )
    op.create_index("ix_table_change_order", "table_change", ["xid"])
    op.create_index("ix_table_change_at", "table_change", ["at"])
