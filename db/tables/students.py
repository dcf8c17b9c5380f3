"""Students."""

from datetime import date

from sqlmodel import Field

from db.tables.columns import (
    Code,
    FromRoster,
    OfSchool,
    Person,
    by_name,
    one_per_roster,
)


class Student(OfSchool, FromRoster, Person, table=True):
    __table_args__ = (one_per_roster("student"), by_name("student"))
    identifier: str | None = None
    grade_level: str | None = None
    born_on: date | None = None
    sex: str | None = Field(default=None, sa_type=Code)
