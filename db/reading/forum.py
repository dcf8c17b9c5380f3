"""Boards of the forum, their topics and the answers, with the names of authors."""

from typing import Any

from sqlalchemy import ClauseElement, Select, or_, select, union

from db.reading.addressees import is_addressed
from db.reading.listing import counted_by, flag, has_words, in_use, paged
from db.reading.parts import SCHOOL, among, columns, table
from db.reading.writings import IN_ORDER, with_author
from db.statement import statement
from db.tables.forum import ANSWER_WITHDRAWAL, ForumAnswer, ForumBoard, ForumTopic


@statement(ForumBoard)
def boards_of_school() -> ClauseElement:
    """Those that are for one of the viewer's `addresses`, or `all`, in the school's
    order."""
    own = table(ForumBoard)
    return (
        select(*columns(ForumBoard))
        .where(
            own.c.school_id == SCHOOL, in_use(own), or_(flag("all"), is_addressed(own.c.addressed))
        )
        .order_by(own.c.rank, own.c.id)
    )


def _topics() -> Select[Any]:
    """Those that stand, with all the `words` that are asked for in texts that are not hidden."""
    own = table(ForumTopic)
    return with_author(ForumTopic).where(
        among(own.c.board_id), ~own.c.withdrawn, has_words(own.c.word_key, ~own.c.hidden)
    )


@statement(ForumTopic)
def partakers_of_topics() -> ClauseElement:
    """Who began each topic, and who has answered in it what stands."""
    topic, answer = table(ForumTopic), table(ForumAnswer)
    answered = select(answer.c.topic_id, answer.c.author_id).where(
        answer.c.school_id == SCHOOL,
        among(answer.c.topic_id),
        ~answer.c.withdrawn,
        ~answer.c.hidden,
    )
    begun = select(topic.c.id.label("topic_id"), topic.c.author_id).where(
        topic.c.school_id == SCHOOL, among(topic.c.id)
    )
    return union(begun, answered)


@statement(ForumTopic)
def topics_of_boards() -> ClauseElement:
    return paged(_topics(), IN_ORDER, "board_id")


@statement(ForumTopic)
def topics_counted_of_boards() -> ClauseElement:
    return counted_by(_topics(), "board_id")


@statement(ForumTopic)
def pinned_topics_of_boards() -> ClauseElement:
    own = table(ForumTopic)
    return _topics().where(own.c.pinned).order_by(own.c.written_at, own.c.id)


def _answers() -> Select[Any]:
    own = table(ForumAnswer)
    return with_author(ForumAnswer, ANSWER_WITHDRAWAL).where(
        among(own.c.topic_id), ~own.c.withdrawn
    )


@statement(ForumAnswer)
def answers_of_topics() -> ClauseElement:
    return paged(_answers(), IN_ORDER, "topic_id")


@statement(ForumAnswer)
def answers_counted_of_topics() -> ClauseElement:
    return counted_by(_answers(), "topic_id")
