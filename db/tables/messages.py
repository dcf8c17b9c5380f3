"""Conversations and their messages, with their histories; and what each account keeps of them."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Conversation(OfSchool, table=True):
    """`author_id` is the account that started it, `account_ids` are all whom a message in it has
    reached, and the author. It addresses those of a class group, of a course or of the school, or
    its office, by a rule that holds at each sending; or else the people who were named, who are
    `account_ids`."""

    __table_args__ = (
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        of_school("class_group", "class_group_id"),
        of_school("course", "course_id"),
    )
    author_id: UUID
    account_ids: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    subject: str | None = None
    answers: str = Field(sa_type=Code)
    class_group_id: UUID | None = None
    course_id: UUID | None = None
    to_students: bool = False
    to_families: bool = False
    to_staff: bool = False
    to_office: bool = False
    hidden: bool = False
    started_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


ConversationRevision = history_of(Conversation, "subject", "hidden")


class Message(OfSchool, table=True):
    """`account_ids` are its author and those to whom it was delivered, of them `late_ids` at
    `late_at`; `waiting_ids` get it when they rest no more, the first of them from `due_at` on.
    `word_key` has the words by which it is found."""

    __table_args__ = (
        of_school("conversation", "conversation_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_message_conversation", "school_id", "conversation_id", "sent_at"),
        Index("ix_message_account", "account_ids", postgresql_using="gin"),
        Index("ix_message_due", "due_at"),
    )
    conversation_id: UUID
    author_id: UUID
    account_ids: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    waiting_ids: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    late_ids: list[UUID] = Field(sa_type=ARRAY(Uuid()))
    late_at: datetime | None = Field(default=None, sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    text: str
    word_key: str
    hidden: bool = False
    withdrawn: bool = False
    sent_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(lambda message: message.c.withdrawn, hidden=("text", "word_key"))
FILES_WITHDRAWAL = Withdrawal(lambda message: message.c.withdrawn | message.c.hidden, hidden=())
"""Of its files, which are shown neither once it is withdrawn nor while it is hidden."""
MessageRevision = history_of(Message, "text", "hidden", "withdrawn")


class ConversationPlace(OfSchool, table=True):
    """What an account keeps of a conversation: until when it has read it, whether it is muted, and
    a draft."""

    __tablename__ = "conversation_place"
    __table_args__ = (
        of_school("conversation", "conversation_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint(
            "school_id", "conversation_id", "account_id", name="uq_conversation_place"
        ),
        Index("ix_conversation_place_account", "account_id"),
    )
    conversation_id: UUID
    account_id: UUID
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    muted: bool = False
    draft: str | None = None


class ConversationDraft(OfSchool, table=True):
    """What an account has begun to write to start a conversation with: one in each school.
    `content` says to whom, as the input that starts it."""

    __tablename__ = "conversation_draft"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint("school_id", "account_id", name="uq_conversation_draft"),
        Index("ix_conversation_draft_account", "account_id"),
    )
    account_id: UUID
    subject: str | None = None
    text: str | None = None
    content: dict[str, Any] = Field(sa_type=JSONB)
    kept_at: datetime = Field(default_factory=now, sa_type=Instant)


class MessageBlock(OfSchool, table=True):
    """An account gets nothing that `blocked_id` writes."""

    __tablename__ = "message_block"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        ForeignKeyConstraint(["blocked_id"], ["account.id"]),
        UniqueConstraint("school_id", "account_id", "blocked_id", name="uq_message_block"),
        Index("ix_message_block_account", "account_id"),
    )
    account_id: UUID
    blocked_id: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)


class MessageRest(OfSchool, table=True):
    """The hours in which an account of the staff has nothing delivered, by the school's clock."""

    __tablename__ = "message_rest"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint("school_id", "account_id", name="uq_message_rest"),
        Index("ix_message_rest_account", "account_id"),
    )
    account_id: UUID
    starts: time
    ends: time
    weekends: bool = False
