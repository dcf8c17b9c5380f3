"""Teachers."""

from db.tables.columns import (
    FromRoster,
    OfSchool,
    Person,
    by_name,
    one_per_roster,
)


class Teacher(OfSchool, FromRoster, Person, table=True):
    __table_args__ = (one_per_roster("teacher"), by_name("teacher"))
