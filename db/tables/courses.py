"""Courses, enrolments and teachings."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from db.tables.columns import (
    Dated,
    FromRoster,
    OfSchool,
    Searched,
    by_name,
    of_school,
    one_per_roster,
)


class Course(OfSchool, FromRoster, Searched, table=True):
    """With `whole_class`, every student of the class group takes the course without an enrolment.
    With `scale_from_roster`, the scale was derived from a roster's gradebook, and nobody has chosen
    it."""

    __table_args__ = (
        of_school("academic_year", "academic_year_id"),
        of_school("subject", "subject_id"),
        of_school("class_group", "class_group_id"),
        of_school("grade_scale", "grade_scale_id"),
        by_name("course"),
        one_per_roster("course"),
        Index("ix_course_class_group", "school_id", "class_group_id"),
    )
    academic_year_id: UUID | None = None
    subject_id: UUID | None = None
    class_group_id: UUID | None = None
    grade_scale_id: UUID | None = None
    scale_from_roster: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    whole_class: bool = Field(default=False)
    title: str
    code: str | None = None
    room: str | None = None


class Enrolment(OfSchool, FromRoster, Dated, table=True):
    """A student's place in either a class group or a course."""

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("class_group", "class_group_id"),
        of_school("course", "course_id"),
        one_per_roster("enrolment"),
        CheckConstraint("num_nonnulls(class_group_id, course_id) = 1", name="ck_enrolment_place"),
        Index("ix_enrolment_student", "school_id", "student_id"),
        Index("ix_enrolment_class_group", "school_id", "class_group_id"),
        Index("ix_enrolment_course", "school_id", "course_id"),
    )
    student_id: UUID
    class_group_id: UUID | None = None
    course_id: UUID | None = None


class Teaching(OfSchool, FromRoster, Dated, table=True):
    """A teacher's part in a course; who stands in for another has it for a span of days."""

    __table_args__ = (
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        of_school("teacher", "stands_in_for_id"),
        one_per_roster("teaching"),
        Index("ix_teaching_course", "school_id", "course_id"),
        Index("ix_teaching_teacher", "school_id", "teacher_id"),
    )
    course_id: UUID
    teacher_id: UUID
    main: bool = True
    stands_in_for_id: UUID | None = None
