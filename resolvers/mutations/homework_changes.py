"""Changing homework, and taking it back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.diary import lessons_by_id
from db.store import Reader, Store
from db.writing.homework import CHANGEABLE, change_homework
from domain.refusals import Fault, refused
from resolvers.mutations.attempt import Outcome
from resolvers.mutations.due import minutes_of, note_homework_step, when_due
from resolvers.mutations.edit import HOMEWORK, edit, expect, still
from resolvers.mutations.given import LONGEST_REASON, LONGEST_TEXT, text_of
from resolvers.mutations.receipts import Request
from resolvers.mutations.revise import Step
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class HomeworkChange(Step):
    """What is UNSET stays; only the expected minutes may be taken away, by None."""

    text: str | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET
    due_lesson: str | UnsetType | None = UNSET
    expected_minutes: int | UnsetType | None = UNSET


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
    if due_on is not None or due_lesson is not None:
        lesson: Any = await reader.first(lessons_by_id, school=work.school_id, ids=[work.lesson_id])
        new |= await when_due(reader, viewer, lesson, due_on, due_lesson)
    if not isinstance(asked.expected_minutes, UnsetType):
        new["expected_minutes"] = minutes_of(asked.expected_minutes)
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
        **{f"new_{name}": new.get(name, work[name]) for name in CHANGEABLE},
    )
    await still(reader, HOMEWORK, changed, work)
    await note_homework_step(
        reader, viewer, work.school_id, work.id, work.version + 1, change, reason, work
    )
