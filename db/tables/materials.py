"""Materials of subjects, courses and lessons, with their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Material(OfSchool, table=True):
    """It is of a subject, or else of a course, and then perhaps of a lesson of it, whose day is its
    `day`. `word_key` has the words by which it is found."""

    __table_args__ = (
        of_school("subject", "subject_id"),
        of_school("course", "course_id"),
        of_school("lesson", "lesson_id"),
        of_school("teacher", "teacher_id"),
        Index("ix_material_subject", "school_id", "subject_id", "added_at"),
        Index("ix_material_course", "school_id", "course_id", "added_at"),
        Index("ix_material_lesson", "school_id", "lesson_id"),
    )
    subject_id: UUID | None = None
    course_id: UUID | None = None
    lesson_id: UUID | None = None
    teacher_id: UUID | None = None
    day: date | None = None
    kind: str = Field(sa_type=Code)
    title: str
    description: str | None = None
    link: str | None = None
    word_key: str
    withdrawn: bool = False
    added_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(
    lambda material: material.c.withdrawn, hidden=("title", "description", "link", "word_key")
)
MaterialRevision = history_of(Material, "kind", "title", "description", "link", "withdrawn")


class MaterialOpening(OfSchool, table=True):
    """An account has opened a material: the student's own, or a guardian's, who has a row for each
    child that learns with it. It is told once and for all."""

    __tablename__ = "material_opening"
    __table_args__ = (
        of_school("material", "material_id"),
        of_school("student", "student_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint(
            "school_id", "material_id", "student_id", "account_id", name="uq_material_opening"
        ),
        Index("ix_material_opening_student", "school_id", "student_id"),
    )
    material_id: UUID
    student_id: UUID
    account_id: UUID
    as_guardian: bool
    at: datetime = Field(default_factory=now, sa_type=Instant)
