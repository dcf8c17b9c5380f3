"""Class groups."""

from uuid import UUID

from sqlalchemy import Index

from db.tables.columns import FromRoster, Named, OfSchool, of_school, one_per_roster


class ClassGroup(OfSchool, FromRoster, Named, table=True):
    __tablename__ = "class_group"
    __table_args__ = (
        of_school("academic_year", "academic_year_id"),
        of_school("teacher", "class_teacher_id"),
        one_per_roster("class_group"),
        Index("ix_class_group_teacher", "school_id", "class_teacher_id"),
    )
    academic_year_id: UUID | None = None
    class_teacher_id: UUID | None = None
    name: str
    grade_level: str | None = None
