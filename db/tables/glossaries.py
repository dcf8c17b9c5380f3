"""Terms of the school's glossaries, by subject, with their history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from db.tables.columns import Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class GlossaryTerm(OfSchool, table=True):
    """`word_key` has the words by which it is found."""

    __tablename__ = "glossary_term"
    __table_args__ = (
        of_school("subject", "subject_id"),
        of_school("teacher", "teacher_id"),
        Index("ix_glossary_term_subject", "school_id", "subject_id", "added_at"),
    )
    subject_id: UUID
    teacher_id: UUID | None = None
    term: str
    meaning: str
    language: str | None = None
    word_key: str
    withdrawn: bool = False
    added_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(
    lambda term: term.c.withdrawn, hidden=("term", "meaning", "language", "word_key")
)
GlossaryTermRevision = history_of(GlossaryTerm, "term", "meaning", "language", "withdrawn")
