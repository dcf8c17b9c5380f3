"""Quizzes of courses, the bank of questions of each subject, and the tries of students."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now

Points = Numeric(8, 2)


class QuizQuestion(OfSchool, table=True):
    """A question of a subject's bank. `definition` has its choices and what is right; `word_key`
    the words by which it is found."""

    __tablename__ = "quiz_question"
    __table_args__ = (
        of_school("subject", "subject_id"),
        of_school("teacher", "teacher_id"),
        Index("ix_quiz_question_subject", "school_id", "subject_id", "added_at"),
    )
    subject_id: UUID
    teacher_id: UUID | None = None
    kind: str = Field(sa_type=Code)
    text: str
    points: Decimal = Field(sa_type=Points)
    definition: dict[str, Any] = Field(sa_type=JSONB)
    word_key: str
    withdrawn: bool = False
    added_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


QUESTION_WITHDRAWAL = Withdrawal(lambda question: question.c.withdrawn, hidden=("text", "word_key"))
QuizQuestionRevision = history_of(QuizQuestion, "kind", "text", "points", "withdrawn")


class Quiz(OfSchool, table=True):
    """`content` has its questions, as the bank had them when they were put in, and the marks that
    its points lead to."""

    __table_args__ = (
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        Index("ix_quiz_course", "school_id", "course_id", "opens_at"),
    )
    course_id: UUID
    teacher_id: UUID | None = None
    title: str
    description: str | None = None
    content: dict[str, Any] = Field(sa_type=JSONB)
    opens_at: datetime = Field(sa_type=Instant)
    closes_at: datetime = Field(sa_type=Instant)
    minutes: int | None = None
    most_tries: int = 1
    counted: str = Field(sa_type=Code)
    points_at_once: bool = False
    answers_shown: bool = True
    withdrawn: bool = False
    added_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


QUIZ_WITHDRAWAL = Withdrawal(lambda quiz: quiz.c.withdrawn, hidden=("title", "description"))
QuizRevision = history_of(
    Quiz, "title", "description", "opens_at", "closes_at", "minutes", "most_tries", "counted",
    "points_at_once", "answers_shown", "withdrawn",
)  # fmt: skip


class QuizTry(OfSchool, table=True):
    """`answers` are those given so far, by the places of questions, and `points` what they are
    worth. `grade_id` is the grade that was given for it: no foreign key, because the grade is
    written after the try names it."""

    __tablename__ = "quiz_try"
    __table_args__ = (
        of_school("quiz", "quiz_id"),
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        UniqueConstraint("school_id", "quiz_id", "student_id", "number", name="uq_quiz_try"),
        Index("ix_quiz_try_student", "school_id", "student_id"),
    )
    quiz_id: UUID
    student_id: UUID
    course_id: UUID
    number: int
    begun_at: datetime = Field(default_factory=now, sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    handed_in_at: datetime | None = Field(default=None, sa_type=Instant)
    answers: dict[str, Any] = Field(sa_type=JSONB)
    points: Decimal = Field(sa_type=Points)
    grade_id: UUID | None = None
    version: int = 1


QuizTryRevision = history_of(QuizTry, "handed_in_at")
