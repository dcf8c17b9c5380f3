"""Pages of people, class groups and subjects, with their history; and who follows them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import history_of
from domain.clock import now

OWNERS = ("student", "teacher", "guardian", "class_group", "subject")


class Page(OfSchool, table=True):
    """It is of exactly one owner, who has no other. `about` is Markdown."""

    __table_args__ = (
        *(of_school(owner, f"{owner}_id") for owner in OWNERS),
        *(
            UniqueConstraint("school_id", f"{owner}_id", name=f"uq_page_{owner}")
            for owner in OWNERS
        ),
    )
    student_id: UUID | None = None
    teacher_id: UUID | None = None
    guardian_id: UUID | None = None
    class_group_id: UUID | None = None
    subject_id: UUID | None = None
    about: str | None = None
    theme: str = Field(sa_type=Code)
    begun_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


PageRevision = history_of(Page, "about", "theme")


class PageFollow(OfSchool, table=True):
    """An account follows a page: its posts are in the account's feed."""

    __tablename__ = "page_follow"
    __table_args__ = (
        of_school("page", "page_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint("school_id", "account_id", "page_id", name="uq_page_follow"),
        Index("ix_page_follow_page", "school_id", "page_id"),
    )
    page_id: UUID
    account_id: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)
