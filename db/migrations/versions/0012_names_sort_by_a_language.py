"""Records keep the key by which their name sorts, people the words by which they are found, and
schools their language. `migrate` fills the keys after the last step."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"

PEOPLE = ("student", "guardian", "teacher")
OTHERS = ("class_group", "course", "subject", "work_type")


def upgrade() -> None:
    for name, default in (("language", "und"), ("sorted_by", "")):
        made = sa.Column(name, sa.String(), server_default=default, nullable=False)
        op.add_column("school", made)
    for table in (*PEOPLE, *OTHERS):
        key = sa.Column("sort_key", sa.LargeBinary(), server_default="", nullable=False)
        op.add_column(table, key)
    for table in PEOPLE:
        words = sa.Column("search_key", sa.String(), server_default="", nullable=False)
        op.add_column(table, words)
    for table in ("student", "teacher"):
        op.create_index(f"ix_{table}_name", table, ["school_id", "sort_key", "id"])
