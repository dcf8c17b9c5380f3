"""What a lesson is about."""

from dataclasses import dataclass
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.lessons import Lesson
from db.writing.versioned import Row
from domain.history import Step
from domain.policy import WRITERS, takes_place
from domain.refusals import UserErrorCode
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_REASON
from resolvers.declarations.transaction import Transaction
from resolvers.lessons import LESSON

LONGEST_TOPIC = 500


@dataclass(frozen=True, slots=True)
class SetLessonTopic:
    """A lesson's topic."""

    lesson: Annotated[str, "The lesson, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    topic: Annotated[
        str | UnsetType | None,
        "What it is about; null takes it away. Left out, it is BAD_INPUT: nothing else can change.",
        Text(LONGEST_TOPIC),
    ] = UNSET
    reason: Annotated[str | None, "Why; kept in the history.", Text(LONGEST_REASON)] = None


@edits(
    LESSON,
    "Set what a lesson is about.",
    UserErrorCode.LESSON_CANCELLED,
    step=Step.TOPIC_SET,
    by=WRITERS,
    requires=[takes_place],
)
async def set_lesson_topic(_: Transaction, given: Parsed[SetLessonTopic], lesson: Lesson) -> Row:
    return given.columns(changes=True)
