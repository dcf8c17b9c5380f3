"""Class groups."""

from uuid import UUID

from sqlalchemy import Index

from db.tables.columns import (
    FromRoster,
    OfSchool,
    Searched,
    by_name,
    of_school,
    one_per_roster,
)


class ClassGroup(OfSchool, FromRoster, Searched, table=True):
    """`deputy_id` is the teacher who stands in for the class teacher, with the same rights."""

    __tablename__ = "class_group"
    __table_args__ = (
        of_school("academic_year", "academic_year_id"),
        of_school("teacher", "class_teacher_id"),
        of_school("teacher", "deputy_id"),
        by_name("class_group"),
        one_per_roster("class_group"),
        Index("ix_class_group_teacher", "school_id", "class_teacher_id"),
    )
    academic_year_id: UUID | None = None
    class_teacher_id: UUID | None = None
    deputy_id: UUID | None = None
    name: str
    grade_level: str | None = None
