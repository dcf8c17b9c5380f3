"""What the school's office sets up: the school's own rules, histories, days off."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0030"
WEEK = "{MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY}"
DAYS = {"starts_on": sa.Date(), "ends_on": sa.Date()}
KEPT: dict[str, dict[str, Any]] = {  # types of columns
    "academic_year": {"name": sa.String(), **DAYS},
    "period": {
        "name": sa.String(), **DAYS, "locked": sa.Boolean(), "open_until": sa.Date(),
    },
    "subject": {"name": sa.String(), "code": sa.String()},
    "work_type": {"name": sa.String(), "kind": sa.String(32), "weight": sa.Numeric(5, 2)},
    "grade_scale": {"name": sa.String()},
    "day_off": {"name": sa.String(), **DAYS, "class_group_id": sa.Uuid()},
}  # fmt: skip


def upgrade() -> None:
    _school()
    op.add_column("period", sa.Column("open_until", sa.Date(), nullable=True))
    for table in ("academic_year", "period", "subject", "work_type", "grade_scale"):
        version = sa.Column("version", sa.Integer(), nullable=False, server_default="1")
        op.add_column(table, version)
    op.create_table(
        "day_off",
        *_key(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "class_group_id"], ["class_group.school_id", "class_group.id"]
        ),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_day_off_days"),
    )
    op.create_index("ix_day_off_days", "day_off", ["school_id", "starts_on"])
    for table, kept in KEPT.items():
        _history(table, kept)


def _school() -> None:
    op.add_column("school", sa.Column("grade_scale_id", sa.Uuid(), nullable=True))
    rounding = sa.Column("rounding", JSONB(), nullable=False, server_default='{"threshold": "0.5"}')
    op.add_column("school", rounding)
    week: Any = sa.ARRAY(sa.String(32))
    op.add_column("school", sa.Column("week_days", week, nullable=False, server_default=WEEK))
    keeping = sa.Column("keeping_years", sa.SmallInteger(), nullable=False, server_default="5")
    op.add_column("school", keeping)


def _history(table: str, kept: dict[str, Any]) -> None:
    op.create_table(
        f"{table}_revision",
        *_key(),
        sa.Column(f"{table}_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_before", type_, nullable=True) for name, type_ in kept.items()),
        sa.Column("active_before", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", f"{table}_id"], [f"{table}.school_id", f"{table}.id"]
        ),
        sa.UniqueConstraint("school_id", f"{table}_id", "version", name=f"uq_{table}_revision"),
    )


def _key() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )
