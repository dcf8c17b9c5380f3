"""Schools, their subjects and their work types."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    Code,
    FromRoster,
    Named,
    OfSchool,
    Weight,
    one_per_roster,
)
from db.tables.history import history_of

WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
WITHIN_ITSELF = UUID(int=0)
"""The id of every school, as a record of itself."""
FIRST = {"server_default": "1"}
"""Of a column `version` that rosters and the demo do not name."""


class School(SQLModel, table=True):
    """`school_id` is assigned here, and is the first column of every key of the school.

    `end_days` says whether its roster writes ends as exclusive or inclusive, once that is known.
    `grade_scale_id` is the scale of courses that have none of their own; it has no foreign key,
    because a scale belongs to a school already. `rounding` is in the format of `domain.grading`.
    """

    __table_args__ = (UniqueConstraint("school_id", "id", name="uq_school_id"),)
    school_id: int = Field(default=None, primary_key=True, sa_type=Integer)
    name: str
    time_zone: str = "UTC"
    language: str = Field(default="und", sa_column_kwargs={"server_default": "und"})
    sorted_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The language and the version by which the sort keys of its records were made."""
    sourced_id: str | None = Field(default=None, unique=True)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    end_days: str | None = Field(default=None, sa_type=Code)
    demo: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether its people are invented."""
    grade_scale_id: UUID | None = None
    rounding: dict[str, Any] = Field(
        default_factory=lambda: {"threshold": "0.5"},
        sa_type=JSONB,
        sa_column_kwargs={"server_default": '{"threshold": "0.5"}'},
    )
    week_days: list[str] = Field(
        default_factory=lambda: list(WORKDAYS),
        sa_type=ARRAY(Code),
        sa_column_kwargs={"server_default": f"{{{','.join(WORKDAYS)}}}"},
    )
    week_count: str = Field(
        default="EVERY_WEEK", sa_type=Code, sa_column_kwargs={"server_default": "EVERY_WEEK"}
    )
    """How weeks A and B are counted."""
    file_mebibytes: int | None = None
    """How much of files it may have, where that is not as of all schools."""
    keeping_years: int = Field(
        default=5, sa_type=SmallInteger, sa_column_kwargs={"server_default": "5"}
    )
    """For how many years after somebody has left their diary is kept for them to read."""
    audit_years: int = Field(
        default=5, sa_type=SmallInteger, sa_column_kwargs={"server_default": "5"}
    )
    """For how many years entries of the audit are kept."""
    homework_limits: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"}
    )
    """By grade level, how many minutes of homework may be due on a day."""
    legal_terms: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"}
    )
    """By kind of what is kept of a student, for how many years after they have left, and by which
    law, where that is longer than the school's own term."""
    second_factor_required: bool = Field(
        default=False, sa_column_kwargs={"server_default": "false"}
    )
    """Whether its staff may do nothing before they have a second factor."""
    classmates_write: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether students may write to those with whom they learn in a class group."""
    held_words: list[str] = Field(
        default_factory=list, sa_type=ARRAY(String), sa_column_kwargs={"server_default": "{}"}
    )
    """Words that hold back what is written with them, until a moderator has seen it."""
    guarded_age: int = Field(
        default=14, sa_type=SmallInteger, sa_column_kwargs={"server_default": "14"}
    )
    """Under which age of a child its guardians see what it writes, and may keep it from that."""
    id: UUID = Field(default=WITHIN_ITSELF, sa_column_kwargs={"server_default": str(WITHIN_ITSELF)})
    version: int = Field(default=1, sa_column_kwargs=FIRST)


SchoolRevision = history_of(
    School,
    "name",
    "time_zone",
    "language",
    "grade_scale_id",
    "rounding",
    "week_days",
    "week_count",
    "keeping_years",
    "audit_years",
    "homework_limits",
    "legal_terms",
    "second_factor_required",
    "classmates_write",
    "held_words",
    "guarded_age",
)


class Subject(OfSchool, FromRoster, Named, table=True):
    __table_args__ = (one_per_roster("subject"),)
    name: str
    code: str | None = None
    version: int = Field(default=1, sa_column_kwargs=FIRST)


SubjectRevision = history_of(Subject, "name", "code", "active")


class WorkType(OfSchool, FromRoster, Named, table=True):
    """A kind of graded work, with the default weight of its grades."""

    __tablename__ = "work_type"
    __table_args__ = (one_per_roster("work_type"),)
    name: str
    kind: str = Field(sa_type=Code)
    weight: Decimal = Field(default=Decimal(1), sa_type=Weight)
    version: int = Field(default=1, sa_column_kwargs=FIRST)


WorkTypeRevision = history_of(WorkType, "name", "kind", "weight", "active")
