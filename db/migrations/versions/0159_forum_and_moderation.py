"""Boards of the forum, a FAQ, and moderation of what people write."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0159"
down_revision = "0150"

INSTANT = sa.DateTime(timezone=True)
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
    _history(
        "forum_board",
        ("name", TEXT),
        ("description", TEXT),
        ("rank", sa.Integer()),
        _bool("active"),
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
        _of_school("forum_board", "board_id"),
        _of_account("author_id"),
    )
    op.create_index("ix_forum_topic_board", "forum_topic", ["school_id", "board_id", "written_at"])
    op.create_index("ix_forum_topic_author", "forum_topic", ["school_id", "author_id"])
    _history(
        "forum_topic", ("title", TEXT), ("text", TEXT), ("accepted_id", sa.Uuid()),
        *map(_bool, ("pinned", "locked", "hidden", "withdrawn")),
    )  # fmt: skip
    _table(
        "forum_answer",
        _id("topic_id"),
        _id("author_id"),
        _addressed(),
        sa.Column("text", TEXT, nullable=False),
        *map(_flag, ("hidden", "withdrawn")),
        sa.Column("written_at", INSTANT, nullable=False),
        _of_school("forum_topic", "topic_id"),
        _of_account("author_id"),
    )
    op.create_index(
        "ix_forum_answer_topic", "forum_answer", ["school_id", "topic_id", "written_at"]
    )
    op.create_index("ix_forum_answer_author", "forum_answer", ["school_id", "author_id"])
    _history("forum_answer", ("text", TEXT), *map(_bool, ("hidden", "withdrawn")))


def _faq() -> None:
    texts = ("question_en", "answer_en", "question_ru", "answer_ru")
    _table(
        "faq_entry",
        *(sa.Column(each, TEXT, nullable=True) for each in texts),
        sa.Column("word_key", TEXT, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        _flag("active", server_default="true"),
    )
    _history(
        "faq_entry", *((each, TEXT) for each in texts), ("rank", sa.Integer()), _bool("active")
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
        _of_account("author_id"),
        _of_account("told_id"),
    )
    op.create_index("ix_moderation_case_opened", "moderation_case", ["school_id", "opened_at"])
    op.create_index("ix_moderation_case_author", "moderation_case", ["school_id", "author_id"])
    _history(
        "moderation_case", ("state", sa.String(32)), ("reports", sa.Integer()),
        ("restricted_until", sa.Date()), ("appeal", TEXT),
    )  # fmt: skip
    _table(
        "child_restriction",
        _id("student_id"),
        _id("author_id"),
        sa.Column("activity", sa.String(32), nullable=False),
        _flag("withdrawn"),
        sa.Column("written_at", INSTANT, nullable=False),
        _of_school("student", "student_id"),
        _of_account("author_id"),
    )
    op.create_index(
        "ix_child_restriction_student", "child_restriction", ["school_id", "student_id"]
    )
    _history("child_restriction", _bool("withdrawn"))


Kept = tuple[str, Any]
"""A column and its type."""


def _bool(name: str) -> Kept:
    return name, sa.Boolean()


def _flag(name: str, server_default: str | None = None) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=server_default)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _addressed() -> sa.Column[Any]:
    return sa.Column("addressed", sa.ARRAY(sa.Uuid()), nullable=False)


def _table(name: str, *more: sa.schema.SchemaItem, version: bool = True) -> None:
    op.create_table(
        name,
        sa.Column("school_id", sa.Integer(), nullable=False),
        _id("id"),
        *more,
        *([sa.Column("version", sa.Integer(), nullable=False)] if version else []),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
    )


def _history(name: str, *kept: Kept) -> None:
    before: Sequence[sa.Column[object]] = [
        sa.Column(f"{column}_before", of, nullable=True) for column, of in kept
    ]
    _table(
        f"{name}_revision",
        _id(f"{name}_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        _id("account_id"),
        sa.Column("at", INSTANT, nullable=False),
        *before,
        _of_school(name, f"{name}_id"),
        sa.UniqueConstraint("school_id", f"{name}_id", "version", name=f"uq_{name}_revision"),
        version=False,
    )


def _of_school(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", column], [f"{table}.school_id", f"{table}.id"])


def _of_account(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"])
