"""Setting homework at a lesson."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from db.reading.diary import homework_to_change, lessons_by_id
from db.store import Reader, Store
from db.writing.grounds import first_steps_of_homework, periods_to_write_in
from db.writing.homework import set_homework
from domain.ids import uuid7
from domain.policy import locked_out, may_set_homework, taken_place
from domain.refusals import Fault, Refusal, Refused, refused
from resolvers import global_id
from resolvers.mutations.attempt import Outcome, attempt
from resolvers.mutations.due import minutes_of, note_homework_step, when_due
from resolvers.mutations.given import (
    LONGEST_TEXT,
    not_found,
    own_id,
    record_id,
    rights_in,
    text_of,
)
from resolvers.mutations.receipts import Request, earlier
from resolvers.relations import may_know, relation
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class NewHomework:
    """Due on a day or at a lesson of the same course; `id` is a UUID that the client made."""

    lesson: str
    text: str
    due_on: date | None = None
    due_lesson: str | None = None
    expected_minutes: int | None = None
    id: str | None = None


async def set_new_homework(
    store: Store, viewer: Viewer, asked: NewHomework, key: str | None = None
) -> Outcome:
    async def act(reader: Reader) -> list[Any]:
        school, lesson_id = record_id(asked.lesson, "Lesson", "lesson")
        id_ = uuid7() if asked.id is None else own_id(asked.id, "id")
        rights_in(viewer, school, "lesson", "lesson")
        done = await earlier(reader, viewer, school, Request("setHomework", asked, key), [id_])
        ref = done[0] if done else id_
        if done is None:
            await _set(reader, viewer, school, lesson_id, ref, asked)
        found = await reader.first(homework_to_change, school=school, ids=[ref])
        if found is None or not may_know(viewer, "Homework", found):
            raise not_found("homework", "id")
        return [found]

    return await attempt(store, viewer, "Homework", act)


async def _set(
    reader: Reader, viewer: Viewer, school: int, lesson_id: UUID, id_: UUID, asked: NewHomework
) -> None:
    if asked.id is not None and (await _in_use(reader, viewer, school, lesson_id, id_, asked))[1]:
        return
    lesson = await _lesson(reader, viewer, school, lesson_id)
    teachers = viewer.schools[school]["TEACHER"]
    row = {
        "id": id_,
        "lesson_id": lesson.id,
        "course_id": lesson.course_id,
        "teacher_id": min(teachers, default=lesson.teacher_id),
        "lesson_day": lesson.day,
        "text": text_of(asked.text, LONGEST_TEXT, "text"),
        "expected_minutes": minutes_of(asked.expected_minutes),
        **await when_due(reader, viewer, lesson, asked.due_on, asked.due_lesson),
    }
    arrays = {name: [value] for name, value in row.items()}
    if await reader.first(set_homework, school=school, **arrays) is None:
        work, same = await _in_use(reader, viewer, school, lesson_id, id_, asked)
        if not same:  # told as late and as little as of a grade's id: see insist_on_same
            message = "This id is in use: give the homework another."
            raise refused(Fault.CONFLICT, message, "id", current=work)
        return
    await note_homework_step(reader, viewer, school, id_, 1, "SET", None, None)


async def _in_use(
    reader: Reader, viewer: Viewer, school: int, lesson_id: UUID, id_: UUID, asked: NewHomework
) -> tuple[Any, bool]:
    """The homework of that id, if there is one, and whether the viewer set it, just so."""
    work: Any = await reader.first(homework_to_change, school=school, ids=[id_])
    if work is None:
        return None, False
    steps: list[Any] = await reader.fetch(first_steps_of_homework, school=school, ids=[id_])
    by = [step.account_id for step in steps if step.version == 1]
    text, due_on, due_lesson, minutes = next(
        (
            (
                step.text_before,
                step.due_on_before,
                step.due_lesson_id_before,
                step.expected_minutes_before,
            )
            for step in steps
            if step.version == 2
        ),
        (work.text, work.due_on, work.due_lesson_id, work.expected_minutes),
    )
    due = global_id.make("Lesson", school, due_lesson) if due_lesson else due_on
    return work, by == [viewer.account.id] and (
        (lesson_id, asked.expected_minutes, asked.text.strip(), asked.due_lesson or asked.due_on)
        == (work.lesson_id, minutes, text, due)
    )


async def _lesson(reader: Reader, viewer: Viewer, school: int, lesson_id: UUID) -> Any:
    """The lesson, if homework may be set at it."""
    lesson: Any = await reader.first(lessons_by_id, school=school, ids=[lesson_id])
    if lesson is None or not may_know(viewer, "Lesson", lesson):
        raise not_found("lesson", "lesson")
    if not may_set_homework(relation(viewer, "Lesson", lesson)):
        raise refused(Fault.FORBIDDEN, "You may not set homework in this course.", "lesson")
    periods: list[Any] = await reader.fetch(periods_to_write_in, school=school)
    reason = locked_out(periods, lesson.day) or taken_place(lesson)
    if reason is not None:
        raise Refused(Refusal(reason.code, reason.message, ("lesson",)))
    return lesson
