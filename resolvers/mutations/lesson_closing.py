"""A lesson closed: its teacher says that it was held, and that its topic, homework and attendance
are entered. Marks are still given and corrected afterwards."""

from dataclasses import dataclass
from typing import Annotated

from db.tables.lessons import Lesson
from db.writing.attendance import learners_of_lessons
from db.writing.versioned import Row
from domain import clock
from domain.history import Step
from domain.policy import (
    WRITERS,
    incomplete,
    is_closed_lesson,
    is_open_lesson,
    takes_place,
    was_held,
)
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers.attendance import TakingByLesson
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_REASON
from resolvers.declarations.transaction import Transaction
from resolvers.lessons import LESSON
from resolvers.mutations.lessons import LONGEST_TOPIC

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class CloseLesson:
    """A lesson that was held, and is complete."""

    lesson: Annotated[str, "The lesson, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    topic: Annotated[
        str | None, "What it was about; as it is, if left out.", Text(LONGEST_TOPIC)
    ] = None
    reason: Annotated[
        str | None,
        "Why it is closed without a topic, or without its attendance; kept in the history. Unless "
        "told, what it lacks is LESSON_INCOMPLETE.",
        Text(LONGEST_REASON),
    ] = None


def was_held_by_now(lesson: Lesson) -> UserError | None:
    return was_held(lesson, clock.now_or_until(lesson.starts_at))


@edits(
    LESSON,
    "Say that a lesson was held, and is complete: its homework is closed with it. It needs a "
    "topic, and its attendance taken where somebody learns in it.",
    Code.LESSON_CANCELLED,
    Code.LESSON_IN_FUTURE,
    Code.LESSON_INCOMPLETE,
    Code.WRONG_STATE,
    step=Step.CLOSED,
    by=WRITERS,
    requires=[takes_place, was_held_by_now, is_open_lesson],
)
async def close_lesson(transaction: Transaction, given: Parsed[CloseLesson], lesson: Lesson) -> Row:
    topic = given.given.topic or lesson.topic
    if given.given.reason is None:
        of = {"school": transaction.school_id, "ids": [lesson.id]}
        reader = transaction.reader
        taken = bool(await reader.fetch(TakingByLesson.statement, **of))
        learners = taken or bool(await reader.fetch(learners_of_lessons, **of))
        if lacks := incomplete(topic, taken=taken, learners=learners):
            raise Refused(*lacks, current=lesson)
    status = "HELD" if lesson.status == "PLANNED" else lesson.status
    return {"topic": topic, "status": status, "closed": True, "homework_closed": True}


@edits(
    LESSON,
    "Open a lesson again that was said to be complete.",
    Code.WRONG_STATE,
    step=Step.REOPENED,
    by=WRITERS,
    requires=[is_closed_lesson],
)
async def reopen_lesson(_: Transaction, given: Parsed[Edit], lesson: Lesson) -> Row:
    status = "PLANNED" if lesson.status == "HELD" else lesson.status
    return {"status": status, "closed": False}
