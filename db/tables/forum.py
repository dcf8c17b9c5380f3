"""Boards of a school's forum, topics and answers, with their histories."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, Uuid
from sqlmodel import Field

from db.tables.columns import Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now

TRUE = {"server_default": "true"}


class ForumBoard(OfSchool, table=True):
    """It is for these parts of the school: `addressed` holds what follows from that
    (`domain.addressees.addresses`), and so do its topics and answers. `rank` orders the boards of a
    school."""

    __tablename__ = "forum_board"
    name: str
    description: str | None = None
    rank: int = 0
    to_students: bool
    to_families: bool
    to_staff: bool
    addressed: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    active: bool = Field(default=True, sa_column_kwargs=TRUE)
    version: int = 1


ForumBoardRevision = history_of(ForumBoard, "name", "description", "rank", "active")


class ForumTopic(OfSchool, table=True):
    """`accepted_id` is the answer that its author took as the right one. `word_key` has the words
    by which it is found."""

    __tablename__ = "forum_topic"
    __table_args__ = (
        of_school("forum_board", "board_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_forum_topic_board", "school_id", "board_id", "written_at"),
        Index("ix_forum_topic_author", "school_id", "author_id"),
    )
    board_id: UUID
    author_id: UUID
    addressed: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    title: str
    text: str
    word_key: str
    accepted_id: UUID | None = None
    pinned: bool = False
    locked: bool = False
    hidden: bool = False
    withdrawn: bool = False
    written_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


TOPIC_WITHDRAWAL = Withdrawal(lambda topic: topic.c.withdrawn, hidden=("title", "text", "word_key"))
ForumTopicRevision = history_of(
    ForumTopic, "title", "text", "accepted_id", "pinned", "locked", "hidden", "withdrawn"
)


class ForumAnswer(OfSchool, table=True):
    __tablename__ = "forum_answer"
    __table_args__ = (
        of_school("forum_topic", "topic_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_forum_answer_topic", "school_id", "topic_id", "written_at"),
        Index("ix_forum_answer_author", "school_id", "author_id"),
    )
    topic_id: UUID
    author_id: UUID
    addressed: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    text: str
    hidden: bool = False
    withdrawn: bool = False
    written_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


ANSWER_WITHDRAWAL = Withdrawal(lambda answer: answer.c.withdrawn, hidden=("text",))
ForumAnswerRevision = history_of(ForumAnswer, "text", "hidden", "withdrawn")
