"""The forum of a school: boards for students, families or staff of it, their topics and answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from db.reading import forum
from db.reading.writings import by_id_with_author
from db.store import Store
from db.tables.forum import (
    ANSWER_WITHDRAWAL,
    TOPIC_WITHDRAWAL,
    ForumAnswer,
    ForumBoard,
    ForumTopic,
)
from db.writing.forum import ANSWERS, BOARDS, TOPICS
from domain.audience import AUTHOR, HEADS, OFFICE, Audience
from domain.history import Step
from domain.moderation import Activity
from domain.notice_kinds import NoticeKind, Said
from domain.roles import OFFICE_ROLES
from domain.ties import TieName
from resolvers.addressees import reached
from resolvers.declarations.noticing import Naming, School, is_shown, noticed
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.moderation import moderated
from resolvers.relations import Tie, author

READERS, STEPS_READ_BY = Audience.ADDRESSEE | OFFICE, AUTHOR | HEADS
"""Whom a board is for today, with the school's office."""
TIE = Tie(Audience.ADDRESSEE, TieName.ADDRESS, "addressed", many=True)
FORUM_BOARD = Noun(
    ForumBoard,
    code="Fb",
    visible_to=READERS,
    ties=(TIE,),
    written=BOARDS,
    history=History("Fc", OFFICE),
    event=Event(
        "A board of the forum that was made, changed or put away.",
        "Boards of the forum that are made, changed or put away",
        "Boards of the school's forum.",
    ),
)
FORUM_TOPIC = Noun(
    ForumTopic,
    code="Ft",
    visible_to=READERS,
    ties=(TIE, *author()),
    read=by_id_with_author(ForumTopic, TOPIC_WITHDRAWAL),
    withdrawal=TOPIC_WITHDRAWAL,
    written=TOPICS,
    history=History("Fu", STEPS_READ_BY),
    event=Event(
        "A topic of the forum that was begun, changed, hidden, shown or withdrawn.",
        "Topics of the forum that are begun, changed, hidden, shown or withdrawn",
        "Topics of the school's forum: `forum_topic.added` etc.",
    ),
)
FORUM_ANSWER = Noun(
    ForumAnswer,
    code="Fa",
    visible_to=READERS,
    ties=(TIE, *author()),
    read=by_id_with_author(ForumAnswer, ANSWER_WITHDRAWAL),
    withdrawal=ANSWER_WITHDRAWAL,
    written=ANSWERS,
    history=History("Fd", STEPS_READ_BY),
    event=Event(
        "An answer in the forum that was written, changed, hidden, shown or withdrawn.",
        "Answers in the forum that are written, changed, hidden, shown or withdrawn",
        "Answers in the school's forum: `forum_answer.added` etc.",
    ),
)
moderated(FORUM_TOPIC, Activity.FORUM, "title", "text")
moderated(FORUM_ANSWER, Activity.FORUM, "text")
ForumBoardById = FORUM_BOARD.by_id
ForumTopicById = FORUM_TOPIC.by_id
ForumAnswerById = FORUM_ANSWER.by_id
TopicsByBoard = Loader("TopicsByBoard", forum.topics_of_boards, "board_id", many=True)
TopicsCountedByBoard = Loader("TopicsCountedByBoard", forum.topics_counted_of_boards, "board_id")
PinnedTopicsByBoard = Loader(
    "PinnedTopicsByBoard", forum.pinned_topics_of_boards, "board_id", many=True
)
AnswersByTopic = Loader("AnswersByTopic", forum.answers_of_topics, "topic_id", many=True)
AnswersCountedByTopic = Loader("AnswersCountedByTopic", forum.answers_counted_of_topics, "topic_id")


async def _partakers(
    store: Store, school: School, records: Sequence[Any]
) -> Mapping[UUID, Iterable[UUID]]:
    """Who wrote in the topic of each answer, and still reads the board."""
    ids = list({each.topic_id for each in records})
    rows: list[Any] = list(await store.fetch(forum.partakers_of_topics, school=school.id, ids=ids))
    found: dict[UUID, Iterable[UUID]] = {}
    for each in records:
        wrote = {row.author_id for row in rows if row.topic_id == each.topic_id}
        others = wrote - {each.author_id}
        if others:
            found[each.id] = await reached(store, school, others, each.addressed, OFFICE_ROLES)
    return found


noticed(
    FORUM_ANSWER,
    NoticeKind.FORUM,
    dict.fromkeys(
        (Step.ADDED, Step.SHOWN),
        Said("A new answer in a topic of yours", "Новый ответ в вашей теме форума"),
    ),
    Naming(_partakers),
    when=is_shown,
)
