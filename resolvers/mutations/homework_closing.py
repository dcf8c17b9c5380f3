"""A lesson's homework closed: its teacher says that no more is set at it, be that some or none."""

from dataclasses import dataclass
from typing import Annotated

from db.tables.lessons import Lesson
from db.writing.versioned import Row
from domain.history import Step
from domain.policy import WRITERS, is_open_lesson, takes_place
from domain.refusals import UserError, UserErrorCode
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import Parsed, Reference
from resolvers.declarations.transaction import Transaction
from resolvers.lessons import LESSON

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class CloseHomework:
    """A lesson whose homework is complete."""

    lesson: Annotated[str, "The lesson, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]


@dataclass(frozen=True, slots=True)
class OpenHomework:
    """A lesson whose homework is not complete after all."""

    lesson: Annotated[str, "The lesson, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]


def still_open(lesson: Lesson) -> UserError | None:
    if not lesson.homework_closed:
        return None
    return UserError(Code.WRONG_STATE, "This lesson's homework is closed.")


def closed(lesson: Lesson) -> UserError | None:
    if lesson.homework_closed:
        return None
    return UserError(Code.WRONG_STATE, "This lesson's homework is not closed.")


@edits(
    LESSON,
    "Say that a lesson's homework is complete: where there is none, that none was set. More may "
    "still be set afterwards.",
    Code.LESSON_CANCELLED,
    Code.WRONG_STATE,
    step=Step.HOMEWORK_CLOSED,
    by=WRITERS,
    requires=[takes_place, still_open],
)
async def close_homework(_: Transaction, given: Parsed[CloseHomework], lesson: Lesson) -> Row:
    return {"homework_closed": True}


@edits(
    LESSON,
    "Take back that a lesson's homework is complete.",
    Code.LESSON_CANCELLED,
    Code.WRONG_STATE,
    step=Step.HOMEWORK_OPENED,
    by=WRITERS,
    requires=[takes_place, is_open_lesson, closed],
)
async def open_homework(_: Transaction, given: Parsed[OpenHomework], lesson: Lesson) -> Row:
    return {"homework_closed": False}
