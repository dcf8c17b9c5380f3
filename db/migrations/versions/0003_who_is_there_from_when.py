"""People keep their login's name in a roster and the days of their role; what is gone is withdrawn.

A grade that a roster had put away was still of the state that it had before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for person in ("student", "guardian", "teacher"):
        op.add_column(person, sa.Column("username", sa.String(), nullable=True))
        op.add_column(person, sa.Column("begins_on", sa.Date(), nullable=True))
        op.add_column(person, sa.Column("ends_on", sa.Date(), nullable=True))
    op.execute("UPDATE grade SET state = 'WITHDRAWN' WHERE NOT active")
