"""Surveys, who has answered them, and what was answered.

Of an anonymous survey, who has answered and what was answered are kept apart: the first has ids
that are made by chance and no time, and the second is one row of sums, which every answer writes
anew. Neither names the other, nor do their order, their times or their transactions.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.addressees import Addressed, of_addressees
from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Survey(OfSchool, Addressed, table=True):
    """`author_id` is the account that asks, `day` the day on which it began to; `content` has the
    questions."""

    __table_args__ = (
        *of_addressees("survey", "asked_at"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_survey_asked", "school_id", "asked_at"),
    )
    author_id: UUID
    day: date
    title: str
    description: str | None = None
    content: dict[str, Any] = Field(sa_type=JSONB)
    anonymous: bool
    once_per: str = Field(sa_type=Code)
    results_told: bool
    closes_at: datetime | None = Field(default=None, sa_type=Instant)
    closed: bool = False
    withdrawn: bool = False
    asked_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(lambda survey: survey.c.withdrawn, hidden=("title", "description"))
SurveyRevision = history_of(
    Survey, "title", "description", "results_told", "closes_at", "closed", "withdrawn"
)


class SurveyParticipation(OfSchool, table=True):
    """Somebody has answered: an account for itself, or a family, which has a row for each of its
    children whom the survey is for."""

    __tablename__ = "survey_participation"
    __table_args__ = (
        of_school("survey", "survey_id"),
        of_school("student", "student_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        CheckConstraint(
            "(account_id IS NULL) <> (student_id IS NULL)", name="ck_survey_participation"
        ),
        UniqueConstraint(
            "school_id", "survey_id", "account_id", name="uq_survey_participation_account"
        ),
        UniqueConstraint(
            "school_id", "survey_id", "student_id", name="uq_survey_participation_student"
        ),
        Index("ix_survey_participation_student", "school_id", "student_id"),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    survey_id: UUID
    account_id: UUID | None = None
    student_id: UUID | None = None


class SurveyTally(OfSchool, table=True):
    """What was answered, as sums; its id is the survey's. `next` and `shown` as in
    `domain.surveys.Tally`."""

    __tablename__ = "survey_tally"
    __table_args__ = (of_school("survey", "id"),)
    counts: dict[str, Any] = Field(sa_type=JSONB)
    next: dict[str, Any] = Field(sa_type=JSONB)
    shown: dict[str, Any] = Field(sa_type=JSONB)


class SurveyAnswer(OfSchool, table=True):
    """What an account has answered in a survey that is not anonymous; there is none of another."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        of_school("survey", "survey_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        Index("ix_survey_answer", "school_id", "survey_id", "at"),
    )
    survey_id: UUID
    account_id: UUID
    answers: dict[str, Any] = Field(sa_type=JSONB)
    at: datetime = Field(default_factory=now, sa_type=Instant)
