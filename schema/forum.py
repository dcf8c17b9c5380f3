"""The forum of a school: its boards, topics and answers."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.reading.forum import boards_of_school
from db.tables.schools import School as SchoolRecord
from domain.audience import AUTHOR, HEADS, OFFICE, PRESENT
from domain.ties import TieName
from resolvers.context import Context
from resolvers.forum import (
    FORUM_ANSWER,
    FORUM_BOARD,
    FORUM_TOPIC,
    READERS,
    AnswersByTopic,
    AnswersCountedByTopic,
    ForumAnswerById,
    ForumBoardById,
    ForumTopicById,
    PinnedTopicsByBoard,
    TopicsByBoard,
    TopicsCountedByBoard,
)
from resolvers.readings import Items, Told
from schema.connections import connection_of
from schema.declare import column, loaded, resolver
from schema.finding import PutAway, words_in, words_of
from schema.histories import revision_of
from schema.moderation import case_of, moderated_text
from schema.node import Node, id_of, school_of
from schema.nouns import (
    ForumAnswerRef,
    ForumAnswerRevisionRef,
    ForumBoardRef,
    ForumBoardRevisionRef,
    ForumTopicRef,
    ForumTopicRevisionRef,
    ModerationCaseRef,
    SchoolRef,
)
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may

WRITERS = AUTHOR | HEADS
TOPICS = OrderedList("topics", {"written_at": datetime})
ANSWERS = OrderedList("answers", {"written_at": datetime})


@strawberry.type(description="A board of the forum, for students, families or staff of the school.")
class ForumBoard(Node):
    id: strawberry.ID = id_of("ForumBoard", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    name: str = column(READERS, "Its name.")
    description: str | None = column(READERS, "What it is for; null where that is not said.")
    to_students: bool = column(READERS, "Whether it is for students.")
    to_families: bool = column(READERS, "Whether it is for their guardians.")
    to_staff: bool = column(READERS, "Whether it is for the staff.")
    rank: int = column(READERS, "Its place among the boards: the lowest first.")
    active: bool = column(READERS, "Whether it is in use.")
    pinned: list[ForumTopicRef] = loaded(
        READERS,
        "The topics that stand above the others.",
        PinnedTopicsByBoard,
        "id",
        items=Items(2),
    )

    @TOPICS.paging(
        READERS,
        "Its topics, pinned or not, in the order in which they were begun; of those that are hidden"
        " none is found by a search.",
        connection_of(FORUM_TOPIC, counted=True) | None,
        TopicsByBoard,
        TopicsCountedByBoard,
    )
    def topics(
        record: Any,
        context: Context,
        search: Annotated[str | None, words_in("titles and texts")] = None,
    ) -> dict[str, object]:
        return words_of(search)

    version: int = column(READERS, "Grows by one with every change.")
    history: list[ForumBoardRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", FORUM_BOARD.revisions, "id", items=Items(2)
    )


ForumBoardRevision = revision_of(ForumBoard, FORUM_BOARD, "One step of a board's history.")


@strawberry.type(description="A topic of the forum: a question, or something to talk about.")
class ForumTopic(Node):
    id: strawberry.ID = id_of("ForumTopic", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    board: ForumBoardRef | None = loaded(
        READERS, "The board that it is on; null where that is not there.", ForumBoardById,
        "board_id",
    )  # fmt: skip
    title: str | None = moderated_text(READERS, "What it is about.", "title")
    text: str | None = moderated_text(READERS, "What is asked or said.", "text")
    by: str = column(READERS, "Who wrote it.", name="author_name")
    pinned: bool = column(READERS, "Whether it stands above the others of its board.")
    locked: bool = column(READERS, "Whether nothing more is written there.")
    hidden: bool = column(READERS, "Whether moderators keep its texts from others.")
    withdrawn: bool = column(READERS, "Whether it was taken back.")
    written_at: datetime = column(READERS, "When it was begun.")
    accepted: ForumAnswerRef | None = loaded(
        READERS,
        "The answer that is taken as the right one; null where none is.",
        ForumAnswerById,
        "accepted_id",
    )

    @ANSWERS.paging(
        READERS,
        "The answers to it, in the order in which they were written.",
        connection_of(FORUM_ANSWER, counted=True) | None,
        AnswersByTopic,
        AnswersCountedByTopic,
    )
    def answers(record: Any, context: Context) -> dict[str, object]:
        return {}

    moderation: ModerationCaseRef | None = case_of()
    version: int = column(READERS, "Grows by one with every change.")
    history: list[ForumTopicRevisionRef] | None = loaded(
        WRITERS, "What was done to it, in order.", FORUM_TOPIC.revisions, "id", items=Items(2)
    )


ForumTopicRevision = revision_of(ForumTopic, FORUM_TOPIC, "One step of a topic's history.")


@strawberry.type(description="An answer to a topic of the forum.")
class ForumAnswer(Node):
    id: strawberry.ID = id_of("ForumAnswer", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    topic: ForumTopicRef | None = loaded(
        READERS, "The topic that it answers; null where that is not there.", ForumTopicById,
        "topic_id",
    )  # fmt: skip
    text: str | None = moderated_text(READERS, "What is answered.", "text")
    by: str = column(READERS, "Who wrote it.", name="author_name")
    hidden: bool = column(READERS, "Whether moderators keep its text from others.")
    withdrawn: bool = column(READERS, "Whether it was taken back.")
    written_at: datetime = column(READERS, "When it was written.")
    moderation: ModerationCaseRef | None = case_of()
    version: int = column(READERS, "Grows by one with every change.")
    history: list[ForumAnswerRevisionRef] | None = loaded(
        WRITERS, "What was done to it, in order.", FORUM_ANSWER.revisions, "id", items=Items(2)
    )


ForumAnswerRevision = revision_of(ForumAnswer, FORUM_ANSWER, "One step of an answer's history.")


@resolver(
    PRESENT,
    "The boards of its forum that are for the viewer, in its order.",
    list[ForumBoardRef] | None,
    items=Items(8),
    told=Told.RIGHTS,
)
async def forum_boards(
    record: SchoolRecord, context: Context, put_away: PutAway = False
) -> list[Any]:
    rights = context.signed_in().schools[record.school_id]
    asked: dict[str, object] = (
        {"all": True} if rights.office else {"addresses": tuple(sorted(rights[TieName.ADDRESS]))}
    )
    asked["put_away"] = put_away
    return list(await context.store.fetch(boards_of_school, school=record.school_id, **asked))
