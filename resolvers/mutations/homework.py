"""Setting homework at a lesson, changing it, and taking it back."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.diary import homework_by_id
from db.reading.school import periods_of_school
from db.store import Reader, Store
from db.writing.grounds import first_steps_of_homework, lessons_to_write_at
from db.writing.homework import change_homework, note_homework, set_homework
from domain.ids import uuid7
from domain.policy import locked_out, may_set_homework, taken_place
from domain.refusals import Fault, Refusal, Refused, refused
from resolvers.mutations.attempt import Outcome, attempt, tell_of
from resolvers.mutations.edit import HOMEWORK, edit, expect, still
from resolvers.mutations.given import (
    LONGEST_REASON,
    LONGEST_TEXT,
    not_found,
    own_id,
    record_id,
    rights_in,
    text_of,
)
from resolvers.mutations.receipts import Request, earlier
from resolvers.mutations.revise import Step
from resolvers.relations import may_know, relation
from resolvers.viewer import Viewer

LONGEST_WORK = 24 * 60


@dataclass(frozen=True, slots=True)
class NewHomework:
    """Due on a day or at a lesson of the same course; `id` is a UUID that the client made."""

    lesson: str
    text: str
    due_on: date | None = None
    due_lesson: str | None = None
    expected_minutes: int | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class HomeworkChange(Step):
    """What is UNSET stays."""

    text: str | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET
    due_lesson: str | UnsetType | None = UNSET


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
        found = await reader.first(homework_by_id, school=school, ids=[ref])
        if found is None or not may_know(viewer, "Homework", found):
            raise not_found("homework", "id")
        return [found]

    return await attempt(store, viewer, "Homework", act)


async def change_set_homework(
    store: Store, viewer: Viewer, asked: HomeworkChange, key: str | None = None
) -> Outcome:
    async def act(reader: Reader, work: Any) -> None:
        _standing(work)
        expect(work, asked.expected_version)
        new = await _changed(reader, viewer, work, asked)
        await _take(reader, viewer, work, "CHANGED", asked.reason, new)

    return await edit(store, viewer, HOMEWORK, asked.id, Request("changeHomework", asked, key), act)


async def withdraw_homework(
    store: Store, viewer: Viewer, asked: Step, key: str | None = None
) -> Outcome:
    async def act(reader: Reader, work: Any) -> None:
        expect(work, asked.expected_version)
        _standing(work)
        await _take(reader, viewer, work, "WITHDRAWN", asked.reason, {"withdrawn": True})

    request = Request("withdrawHomework", asked, key)
    return await edit(store, viewer, HOMEWORK, asked.id, request, act)


def _standing(work: Any) -> None:
    if work.withdrawn:
        raise refused(Fault.WITHDRAWN, "This homework was withdrawn.", "id", current=work)


async def _set(
    reader: Reader, viewer: Viewer, school: int, lesson_id: UUID, id_: UUID, asked: NewHomework
) -> None:
    if asked.id is not None and await _already_set(reader, viewer, school, lesson_id, id_, asked):
        return
    lesson = await _lesson(reader, viewer, school, lesson_id)
    teachers = viewer.schools[school].teachers
    row = {
        "id": id_,
        "lesson_id": lesson.id,
        "course_id": lesson.course_id,
        "teacher_id": min(teachers, default=lesson.teacher_id),
        "lesson_day": lesson.day,
        "due_on": await _due(reader, viewer, lesson, asked.due_on, asked.due_lesson),
        "text": text_of(asked.text, LONGEST_TEXT, "text"),
        "expected_minutes": _minutes(asked.expected_minutes),
    }
    arrays = {name: [value] for name, value in row.items()}
    if await reader.first(set_homework, school=school, **arrays) is None:
        await _already_set(reader, viewer, school, lesson_id, id_, asked)
        return
    await _note(reader, viewer, school, id_, 1, "SET", None, None)


async def _already_set(
    reader: Reader, viewer: Viewer, school: int, lesson_id: UUID, id_: UUID, asked: NewHomework
) -> bool:
    """Whether the viewer set it before, just so; raises a conflict if the id is another's."""
    work: Any = await reader.first(homework_by_id, school=school, ids=[id_])
    if work is None:
        return False
    steps: list[Any] = await reader.fetch(first_steps_of_homework, school=school, ids=[id_])
    by = [step.account_id for step in steps if step.version == 1]
    text, due_on = next(
        ((step.text_before, step.due_on_before) for step in steps if step.version == 2),
        (work.text, work.due_on),
    )
    due = due_on if asked.due_lesson else asked.due_on
    if by != [viewer.account.id] or (
        (lesson_id, asked.expected_minutes, asked.text.strip(), due)
        != (work.lesson_id, work.expected_minutes, text, due_on)
    ):
        message = "This id is in use: give the homework another."
        raise refused(Fault.CONFLICT, message, "id", current=work)
    return True


async def _lesson(reader: Reader, viewer: Viewer, school: int, lesson_id: UUID) -> Any:
    """The lesson, if homework may be set at it."""
    lesson: Any = await reader.first(lessons_to_write_at, school=school, ids=[lesson_id])
    if lesson is None or not may_know(viewer, "Lesson", lesson):
        raise not_found("lesson", "lesson")
    if not may_set_homework(relation(viewer, "Lesson", lesson)):
        raise refused(Fault.FORBIDDEN, "You may not set homework in this course.", "lesson")
    periods: list[Any] = await reader.fetch(periods_of_school, school=school)
    reason = locked_out(periods, lesson.day) or taken_place(lesson)
    if reason is not None:
        raise Refused(Refusal(reason.code, reason.message, ("lesson",)))
    return lesson


async def _due(
    reader: Reader, viewer: Viewer, lesson: Any, due_on: date | None, due_lesson: str | None
) -> date:
    """The day by which the homework of the lesson is to be done."""
    if (due_on is None) == (due_lesson is None):
        raise refused(Fault.BAD_INPUT, "Homework is due on a day or at a lesson.", "dueOn")
    if due_lesson is None:
        if due_on is None or due_on < lesson.day:
            raise refused(Fault.BAD_INPUT, "Homework is not due before its lesson.", "dueOn")
        return due_on
    school, id_ = record_id(due_lesson, "Lesson", "dueLesson")
    at: Any = await reader.first(lessons_to_write_at, school=lesson.school_id, ids=[id_])
    if school != lesson.school_id or at is None or not may_know(viewer, "Lesson", at):
        raise not_found("lesson", "dueLesson")
    if at.course_id != lesson.course_id:
        message = "This lesson is of another course."
        raise refused(Fault.LESSON_OF_ANOTHER_COURSE, message, "dueLesson")
    if at.starts_at <= lesson.starts_at:
        raise refused(Fault.BAD_INPUT, "Homework is due at a later lesson.", "dueLesson")
    due: date = at.day
    return due


def _minutes(minutes: int | None) -> int | None:
    if minutes is not None and not 0 < minutes <= LONGEST_WORK:
        message = f"Homework takes 1 to {LONGEST_WORK} minutes."
        raise refused(Fault.BAD_INPUT, message, "expectedMinutes")
    return minutes


async def _changed(
    reader: Reader, viewer: Viewer, work: Any, asked: HomeworkChange
) -> dict[str, Any]:
    """The columns that the change names, as they are to be."""
    new: dict[str, Any] = {}
    for name, path in (("text", "text"), ("due_on", "dueOn"), ("due_lesson", "dueLesson")):
        if getattr(asked, name) is None:
            raise refused(Fault.BAD_INPUT, "This can't be taken away: leave it out.", path)
    if isinstance(asked.text, str):
        new["text"] = text_of(asked.text, LONGEST_TEXT, "text")
    due_on = asked.due_on if isinstance(asked.due_on, date) else None
    due_lesson = asked.due_lesson if isinstance(asked.due_lesson, str) else None
    if due_on or due_lesson:
        lesson: Any = await reader.first(
            lessons_to_write_at, school=work.school_id, ids=[work.lesson_id]
        )
        new["due_on"] = await _due(reader, viewer, lesson, due_on, due_lesson)
    if not new:
        raise refused(Fault.BAD_INPUT, "A change changes something.")
    return new


async def _take(
    reader: Reader, viewer: Viewer, work: Any, change: str, reason: str, new: dict[str, Any]
) -> None:
    reason = text_of(reason, LONGEST_REASON, "reason")
    changed = await reader.first(
        change_homework,
        school=work.school_id,
        ref=work.id,
        expected=work.version,
        **{f"new_{name}": new.get(name, work[name]) for name in ("text", "due_on", "withdrawn")},
    )
    await still(reader, HOMEWORK, changed, work)
    await _note(reader, viewer, work.school_id, work.id, work.version + 1, change, reason, work)


async def _note(
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
        withdrawn_before=[before.withdrawn if before else None],
    )
    await tell_of(reader, "HOMEWORK", change, school, [(id_, version)])
