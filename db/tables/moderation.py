"""Moderation of what people write to one another, with its history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import history_of
from domain.clock import now


class ModerationCase(OfSchool, table=True):
    """What moderators do with one thing written. It has the id of that, which is a record of the
    `noun`, so there is one for each. `told_id` is the author's account once they are told of it;
    the author writes nothing until the day `restricted_until` is over."""

    __tablename__ = "moderation_case"
    __table_args__ = (
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        ForeignKeyConstraint(["told_id"], ["account.id"]),
        Index("ix_moderation_case_opened", "school_id", "opened_at"),
        Index("ix_moderation_case_author", "school_id", "author_id"),
    )
    noun: str = Field(sa_type=Code)
    author_id: UUID
    told_id: UUID | None = None
    state: str = Field(sa_type=Code)
    reports: int
    restricted_until: date | None = None
    appeal: str | None = None
    opened_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


ModerationCaseRevision = history_of(
    ModerationCase, "state", "reports", "restricted_until", "appeal"
)


class ChildRestriction(OfSchool, table=True):
    """A guardian keeps their child from an activity, until it is `withdrawn`, or the child
    has the age from which no guardian does."""

    __tablename__ = "child_restriction"
    __table_args__ = (
        of_school("student", "student_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_child_restriction_student", "school_id", "student_id"),
    )
    student_id: UUID
    author_id: UUID
    activity: str = Field(sa_type=Code)
    withdrawn: bool = False
    written_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


ChildRestrictionRevision = history_of(ChildRestriction, "withdrawn")
