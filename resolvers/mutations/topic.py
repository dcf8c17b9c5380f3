"""Setting what a lesson is about."""

from dataclasses import dataclass
from typing import Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.store import Reader, Store
from db.writing.lessons import note_lesson, set_topic
from domain.ids import uuid7
from domain.policy import taken_place
from domain.refusals import Fault, Refusal, Refused, refused
from resolvers.mutations.attempt import Outcome, tell_of
from resolvers.mutations.edit import LESSON, edit, expect, still
from resolvers.mutations.given import LONGEST_REASON, text_or_none
from resolvers.mutations.receipts import Request
from resolvers.viewer import Viewer

LONGEST_TOPIC = 500


@dataclass(frozen=True, slots=True)
class Topic:
    """`lesson` is a global id; a topic of None takes the old one away, one that is UNSET stays."""

    lesson: str
    expected_version: int
    topic: str | UnsetType | None = UNSET
    reason: str | None = None


async def set_lesson_topic(
    store: Store, viewer: Viewer, asked: Topic, key: str | None = None
) -> Outcome:
    async def act(reader: Reader, lesson: Any) -> None:
        if (reason := taken_place(lesson)) is not None:
            raise Refused(Refusal(reason.code, reason.message, ("lesson",)))
        expect(lesson, asked.expected_version)
        await _set(reader, viewer, lesson, asked)

    request = Request("setLessonTopic", asked, key)
    return await edit(store, viewer, LESSON, asked.lesson, request, act)


async def _set(reader: Reader, viewer: Viewer, lesson: Any, asked: Topic) -> None:
    if isinstance(asked.topic, UnsetType):
        raise refused(Fault.BAD_INPUT, "Name the topic, or null for none.", "topic")
    school, version = lesson.school_id, lesson.version + 1
    changed = await reader.first(
        set_topic,
        school=school,
        ref=lesson.id,
        expected=lesson.version,
        new_topic=text_or_none(asked.topic, LONGEST_TOPIC, "topic"),
    )
    await still(reader, LESSON, changed, lesson)
    await reader.run(
        note_lesson,
        school=school,
        account=viewer.account.id,
        new_change="TOPIC_SET",
        new_reason=text_or_none(asked.reason, LONGEST_REASON, "reason"),
        id=[uuid7()],
        lesson_id=[lesson.id],
        version=[version],
        topic_before=[lesson.topic],
    )
    await tell_of(reader, "LESSON", "TOPIC_SET", school, [(lesson.id, version)])
