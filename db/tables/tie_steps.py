"""What was done to ties that say who somebody is: to roles of the office, to guardianships, to
enrolments, and to who teaches a course or leads a class group."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from domain.clock import now


class TieStep(OfSchool, table=True):
    """One step of a membership or a guardianship, which is `tie_id`: as it was from then on. `kind`
    is the role, or what the guardian is to the child. Steps outlive their tie.

    Of teachers `tie_id` is the course or the class group, `kind` a `TeacherRole`, and `teacher_id`
    who has it. Of enrolments `kind` is STUDENT, and the other ids say whose it is, and where."""

    __tablename__ = "tie_step"
    __table_args__ = (
        of_school("teacher", "teacher_id"),
        of_school("student", "student_id"),
        of_school("class_group", "class_group_id"),
        of_school("course", "course_id"),
        Index("ix_tie_step_tie", "school_id", "tie_id", "id"),
        Index("ix_tie_step_student", "school_id", "student_id", "id"),
    )
    tie_id: UUID
    change: str = Field(sa_type=Code)
    kind: str = Field(sa_type=Code)
    restriction: str | None = Field(default=None, sa_type=Code)
    begins_on: date | None = None
    ends_on: date | None = None
    reason: str | None = None
    teacher_id: UUID | None = None
    student_id: UUID | None = None
    class_group_id: UUID | None = None
    course_id: UUID | None = None
    account_id: UUID = Field(foreign_key="account.id")
    at: datetime = Field(default_factory=now, sa_type=Instant)
