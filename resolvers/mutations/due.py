"""When homework is due, and the steps of its history."""

from datetime import date
from typing import Any
from uuid import UUID

from db.reading.diary import lessons_by_id
from db.store import Reader
from db.writing.homework import note_homework
from domain.ids import uuid7
from domain.refusals import Fault, refused
from resolvers.mutations.attempt import tell_of
from resolvers.mutations.given import not_found, record_id
from resolvers.relations import may_know
from resolvers.viewer import Viewer

LONGEST_WORK = 24 * 60


async def when_due(
    reader: Reader, viewer: Viewer, lesson: Any, due_on: date | None, due_lesson: str | None
) -> dict[str, Any]:
    """The columns that say by when the homework of the lesson is to be done."""
    if due_on is not None and due_lesson is not None:
        message = "Homework is due on a day or at a lesson, not both: leave one of them out."
        raise refused(Fault.BAD_INPUT, message, "dueOn")
    if due_lesson is None:
        if due_on is None:
            message = "Say when the homework is due: on a day or at a lesson."
            raise refused(Fault.BAD_INPUT, message, "dueOn")
        if due_on < lesson.day:
            raise refused(Fault.BAD_INPUT, "Homework is not due before its lesson.", "dueOn")
        return {"due_on": due_on, "due_lesson_id": None}
    school, id_ = record_id(due_lesson, "Lesson", "dueLesson")
    at: Any = await reader.first(lessons_by_id, school=lesson.school_id, ids=[id_])
    if school != lesson.school_id or at is None or not may_know(viewer, "Lesson", at):
        raise not_found("lesson", "dueLesson")
    if at.course_id != lesson.course_id:
        message = "This lesson is of another course."
        raise refused(Fault.LESSON_OF_ANOTHER_COURSE, message, "dueLesson")
    if at.starts_at <= lesson.starts_at:
        raise refused(Fault.BAD_INPUT, "Homework is due at a later lesson.", "dueLesson")
    return {"due_on": at.day, "due_lesson_id": at.id}


async def note_homework_step(
    reader: Reader,
    viewer: Viewer,
    school: int,
    id_: UUID,
    version: int,
    change: str,
    reason: str | None,
    before: Any,
) -> None:
    """The next step of its history, and the feed's row."""
    await reader.run(
        note_homework,
        school=school,
        account=viewer.account.id,
        new_change=change,
        new_reason=reason,
        id=[uuid7()],
        homework_id=[id_],
        version=[version],
        text_before=[before.text if before else None],
        due_on_before=[before.due_on if before else None],
        due_lesson_id_before=[before.due_lesson_id if before else None],
        withdrawn_before=[before.withdrawn if before else None],
        expected_minutes_before=[before.expected_minutes if before else None],
    )
    await tell_of(reader, "HOMEWORK", change, school, [(id_, version)])


def minutes_of(minutes: int | None) -> int | None:
    if minutes is not None and not 0 < minutes <= LONGEST_WORK:
        message = f"Homework takes 1 to {LONGEST_WORK} minutes."
        raise refused(Fault.BAD_INPUT, message, "expectedMinutes")
    return minutes
