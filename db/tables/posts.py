"""Posts on pages, comments on posts, with their histories; and reactions to posts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Post(OfSchool, table=True):
    """`author_id` is the account that wrote it; `text` is Markdown."""

    __table_args__ = (
        of_school("page", "page_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_post_page", "school_id", "page_id", "posted_at"),
        Index("ix_post_author", "school_id", "author_id"),
    )
    page_id: UUID
    author_id: UUID
    text: str
    hidden: bool = False
    withdrawn: bool = False
    posted_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


# Files of one that is hidden are not shown either. Its text is kept for its author and the heads.
POST_WITHDRAWAL = Withdrawal(lambda post: post.c.withdrawn | post.c.hidden, hidden=())
PostRevision = history_of(Post, "text", "hidden", "withdrawn")


class Comment(OfSchool, table=True):
    __table_args__ = (
        of_school("post", "post_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_comment_post", "school_id", "post_id", "written_at"),
        Index("ix_comment_author", "school_id", "author_id"),
    )
    post_id: UUID
    author_id: UUID
    text: str
    hidden: bool = False
    withdrawn: bool = False
    written_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


CommentRevision = history_of(Comment, "text", "hidden", "withdrawn")


class PostReaction(OfSchool, table=True):
    """What an account thinks of a post, one thing at a time."""

    __tablename__ = "post_reaction"
    __table_args__ = (
        of_school("post", "post_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint("school_id", "post_id", "account_id", name="uq_post_reaction"),
    )
    post_id: UUID
    account_id: UUID
    kind: str = Field(sa_type=Code)
    at: datetime = Field(default_factory=now, sa_type=Instant)
