"""Boards of the forum, a FAQ, and moderation of what people write."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.migrations.parts import INSTANT, create_history, key, of_account, of_school

revision = "0159"
down_revision = "0154"

TEXT = sa.String()


def upgrade() -> None:
    _settings()
    _forum()
    _faq()
    _moderation()


def _settings() -> None:
    words: sa.Column[Any] = sa.Column(
        "held_words", sa.ARRAY(TEXT), nullable=False, server_default="{}"
    )
    age = sa.Column("guarded_age", sa.SmallInteger(), nullable=False, server_default="14")
    op.add_column("school", words)
    op.add_column("school", age)
    op.add_column("school_revision", sa.Column("held_words_before", sa.ARRAY(TEXT)))
    op.add_column("school_revision", sa.Column("guarded_age_before", sa.SmallInteger()))


def _forum() -> None:
    _table(
        "forum_board",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        *map(_flag, ("to_students", "to_families", "to_staff")),
        _addressed(),
        _flag("active", server_default="true"),
    )
    create_history(
        "forum_board", name=TEXT, description=TEXT, rank=sa.Integer(), active=sa.Boolean()
    )
    _table(
        "forum_topic",
        _id("board_id"),
        _id("author_id"),
        _addressed(),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("word_key", TEXT, nullable=False),
        _id("accepted_id", nullable=True),
        *map(_flag, ("pinned", "locked", "hidden", "withdrawn")),
        sa.Column("written_at", INSTANT, nullable=False),
        of_school("forum_board", "board_id"),
        of_account("author_id"),
    )
    op.create_index("ix_forum_topic_board", "forum_topic", ["school_id", "board_id", "written_at"])
    op.create_index("ix_forum_topic_author", "forum_topic", ["school_id", "author_id"])
    flags = dict.fromkeys(("pinned", "locked", "hidden", "withdrawn"), sa.Boolean())
    create_history("forum_topic", title=TEXT, text=TEXT, accepted_id=sa.Uuid(), **flags)
    _table(
        "forum_answer",
        _id("topic_id"),
        _id("author_id"),
        _addressed(),
        sa.Column("text", TEXT, nullable=False),
        *map(_flag, ("hidden", "withdrawn")),
        sa.Column("written_at", INSTANT, nullable=False),
        of_school("forum_topic", "topic_id"),
        of_account("author_id"),
    )
    op.create_index(
        "ix_forum_answer_topic", "forum_answer", ["school_id", "topic_id", "written_at"]
    )
    op.create_index("ix_forum_answer_author", "forum_answer", ["school_id", "author_id"])
    create_history("forum_answer", text=TEXT, hidden=sa.Boolean(), withdrawn=sa.Boolean())


def _faq() -> None:
    texts = ("question_en", "answer_en", "question_ru", "answer_ru")
    _table(
        "faq_entry",
        *(sa.Column(each, TEXT, nullable=True) for each in texts),
        sa.Column("word_key", TEXT, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        _flag("active", server_default="true"),
    )
    create_history(
        "faq_entry", **dict.fromkeys(texts, TEXT), rank=sa.Integer(), active=sa.Boolean()
    )


def _moderation() -> None:
    _table(
        "moderation_case",
        sa.Column("noun", sa.String(32), nullable=False),
        _id("author_id"),
        _id("told_id", nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("restricted_until", sa.Date(), nullable=True),
        sa.Column("appeal", TEXT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        of_account("author_id"),
        of_account("told_id"),
    )
    op.create_index("ix_moderation_case_opened", "moderation_case", ["school_id", "opened_at"])
    op.create_index("ix_moderation_case_author", "moderation_case", ["school_id", "author_id"])
    create_history(
        "moderation_case",
        state=sa.String(32),
        reports=sa.Integer(),
        restricted_until=sa.Date(),
        appeal=TEXT,
    )
    _table(
        "child_restriction",
        _id("student_id"),
        _id("author_id"),
        sa.Column("activity", sa.String(32), nullable=False),
        _flag("withdrawn"),
        sa.Column("written_at", INSTANT, nullable=False),
        of_school("student", "student_id"),
        of_account("author_id"),
    )
    op.create_index(
        "ix_child_restriction_student", "child_restriction", ["school_id", "student_id"]
    )
    create_history("child_restriction", withdrawn=sa.Boolean())


def _flag(name: str, server_default: str | None = None) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=server_default)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _addressed() -> sa.Column[Any]:
    return sa.Column("addressed", sa.ARRAY(sa.Uuid()), nullable=False)


def _table(name: str, *more: sa.schema.SchemaItem) -> None:
    op.create_table(name, *key(), *more, sa.Column("version", sa.Integer(), nullable=False))
