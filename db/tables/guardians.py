"""Guardians and guardianships."""

from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from db.tables.columns import (
    Code,
    Dated,
    FromRoster,
    OfSchool,
    Person,
    by_name,
    of_school,
    one_per_roster,
)


class Guardian(OfSchool, FromRoster, Person, table=True):
    __table_args__ = (one_per_roster("guardian"), by_name("guardian"))


class Guardianship(OfSchool, Dated, table=True):
    """`named_by_guardian` says that a roster's row of the guardian names the child."""

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("guardian", "guardian_id"),
        Index("ix_guardianship_student", "school_id", "student_id", "guardian_id", unique=True),
        Index("ix_guardianship_guardian", "school_id", "guardian_id"),
    )
    student_id: UUID
    guardian_id: UUID
    relation: str = Field(default="GUARDIAN", sa_type=Code)
    restriction: str | None = Field(default=None, sa_type=Code)
    """What is kept from the guardian: NO_CONTACTS or NOTHING_SEEN; nothing if null."""
    named_by_guardian: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
