"""Events of a school, a class group or a course, and the replies to them."""

import sqlalchemy as sa
from alembic import op

revision = "0146"
down_revision = "0145"

INSTANT = sa.DateTime(timezone=True)
KEPT = (
    ("kind", sa.String(32)),
    ("title", sa.String()),
    ("description", sa.String()),
    ("location", sa.String()),
    ("starts_at", INSTANT),
    ("ends_at", INSTANT),
    ("public", sa.Boolean()),
    ("asks_replies", sa.Boolean()),
    ("reply_until", INSTANT),
    ("capacity", sa.Integer()),
    ("remind_hours", sa.Integer()),
    ("withdrawn", sa.Boolean()),
)
MAY_BE_NULL = {"description", "location", "reply_until", "capacity", "remind_hours"}


def upgrade() -> None:
    op.create_table(
        "school_event",
        *_key(),
        *_addressees(),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, of, nullable=name in MAY_BE_NULL) for name, of in KEPT),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("remind_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
    )
    _indexes("school_event", "day")
    op.create_index("ix_school_event_day", "school_event", ["school_id", "last_day"])
    op.create_index(
        "ix_school_event_remind",
        "school_event",
        ["remind_at"],
        postgresql_where=sa.text("remind_at IS NOT NULL AND reminded_at IS NULL"),
    )
    op.create_table(
        "school_event_revision",
        *_key(),
        *_step("school_event"),
        *(sa.Column(f"{name}_before", of, nullable=True) for name, of in KEPT),
    )
    op.create_table(
        "event_reply",
        *_key(),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "event_id"], ["school_event.school_id", "school_event.id"]
        ),
        _of_school("student"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    for whose, only in (("student", "student_id IS NOT NULL"), ("account", "student_id IS NULL")):
        op.create_index(
            f"uq_event_reply_{whose}",
            "event_reply",
            ["school_id", "event_id", f"{whose}_id"],
            unique=True,
            postgresql_where=sa.text(only),
        )
    op.create_index("ix_event_reply_student", "event_reply", ["school_id", "student_id"])


def _addressees() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("to_students", sa.Boolean(), nullable=False),
        sa.Column("to_families", sa.Boolean(), nullable=False),
        sa.Column("to_staff", sa.Boolean(), nullable=False),
        sa.Column("addressed", sa.ARRAY(sa.Uuid()), nullable=False),
        _of_school("class_group"),
        _of_school("course"),
    )


def _indexes(table: str, order: str) -> None:
    op.create_index(f"ix_{table}_addressed", table, ["addressed"], postgresql_using="gin")
    for place in ("class_group", "course"):
        op.create_index(f"ix_{table}_{place}", table, ["school_id", f"{place}_id", order])


def _step(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _of_school(table),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{table}_revision"),
    )


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _of_school(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id", f"{table}_id"], [f"{table}.school_id", f"{table}.id"]
    )
