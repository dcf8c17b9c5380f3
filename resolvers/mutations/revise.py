"""Revising, withdrawing and restoring a grade: nothing is lost, every step says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.school import grade_scales_by_id, work_types_by_id
from db.store import Reader, Store
from db.writing.grades import CHANGEABLE, change_grade, note_grades
from domain.ids import uuid7
from domain.policy import grade_state, missing_mark
from domain.refusals import Fault, Refused, refused
from resolvers.mutations.attempt import Outcome, tell_of
from resolvers.mutations.edit import GRADE, edit, expect, still
from resolvers.mutations.given import (
    LONGEST_REASON,
    LONGEST_TEXT,
    not_found,
    record_id,
    text_of,
    text_or_none,
    weight_of,
)
from resolvers.mutations.receipts import Request
from resolvers.mutations.scales import mark_in
from resolvers.viewer import Viewer

STAYS = {
    "value": "value",
    "weight": "weight",
    "work_type": "workType",
    "excused": "excused",
    "bonus": "bonus",
}
"""What a revision can change but not take away, with its place in the input."""


@dataclass(frozen=True, slots=True)
class Step:
    """`id` is a global id; `expected_version` the version that the author has seen."""

    id: str
    expected_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Revision(Step):
    """What is UNSET stays; a comment or a due day may be taken away, by None."""

    value: str | UnsetType | None = UNSET
    weight: Decimal | UnsetType | None = UNSET
    work_type: str | UnsetType | None = UNSET
    comment: str | UnsetType | None = UNSET
    excused: bool | UnsetType | None = UNSET
    bonus: bool | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET


async def revise_grade(
    store: Store, viewer: Viewer, asked: Revision, key: str | None = None
) -> Outcome:
    async def act(reader: Reader, grade: Any) -> None:
        if grade.state == "WITHDRAWN":
            message = "This grade was withdrawn: restore it first."
            raise refused(Fault.WITHDRAWN, message, "id", current=grade)
        expect(grade, asked.expected_version)
        new = await _revised(reader, grade, asked)
        await _take(reader, viewer, grade, "REVISED", asked.reason, new)

    return await edit(store, viewer, GRADE, asked.id, Request("reviseGrade", asked, key), act)


async def withdraw_grade(
    store: Store, viewer: Viewer, asked: Step, key: str | None = None
) -> Outcome:
    async def act(reader: Reader, grade: Any) -> None:
        expect(grade, asked.expected_version)
        if grade.state == "WITHDRAWN":
            raise refused(Fault.WITHDRAWN, "This grade is withdrawn already.", "id", current=grade)
        await _take(reader, viewer, grade, "WITHDRAWN", asked.reason, {"state": "WITHDRAWN"})

    return await edit(store, viewer, GRADE, asked.id, Request("withdrawGrade", asked, key), act)


async def restore_grade(
    store: Store, viewer: Viewer, asked: Step, key: str | None = None
) -> Outcome:
    async def act(reader: Reader, grade: Any) -> None:
        expect(grade, asked.expected_version)
        if grade.state != "WITHDRAWN":
            raise refused(Fault.NOT_WITHDRAWN, "This grade stands.", "id", current=grade)
        new = {"state": grade_state(grade.value, grade.due_on)}
        await _take(reader, viewer, grade, "RESTORED", asked.reason, new)

    return await edit(store, viewer, GRADE, asked.id, Request("restoreGrade", asked, key), act)


async def _revised(reader: Reader, grade: Any, asked: Revision) -> dict[str, Any]:
    """The columns that the revision names, as they are to be."""
    new: dict[str, Any] = {}
    for name, path in STAYS.items():
        if getattr(asked, name) is None:
            raise refused(Fault.BAD_INPUT, "This can't be taken away: leave it out.", path)
    if isinstance(asked.value, str):
        mark = mark_in(await _definition(reader, grade), asked.value, "value")
        new |= {"value": mark.token, "number": mark.number}
    if isinstance(asked.weight, Decimal):
        new["weight"] = weight_of(asked.weight, "weight")
    if isinstance(asked.work_type, str):
        new["work_type_id"] = await _work_type(reader, grade, asked.work_type)
    if not isinstance(asked.comment, UnsetType):
        new["comment"] = text_or_none(asked.comment, LONGEST_TEXT, "comment")
    new |= _counting(asked)
    if not isinstance(asked.due_on, UnsetType):
        new["due_on"] = asked.due_on
    if not new:
        raise refused(Fault.BAD_INPUT, "A revision changes something.")
    return new | _judged(grade, new)


def _counting(asked: Revision) -> dict[str, Any]:
    named = {"excused": asked.excused, "bonus": asked.bonus}
    return {name: value for name, value in named.items() if isinstance(value, bool)}


def _judged(grade: Any, new: Mapping[str, Any]) -> dict[str, Any]:
    """What follows for the state; a refusal where the grade could not have been given so."""
    if not new.keys() & {"value", "due_on", "excused"}:
        return {}
    value, excused = new.get("value", grade.value), new.get("excused", grade.excused)
    # A mark that was owed is owed no longer once it is there.
    due_on = new.get("due_on", grade.due_on if value is None else None)
    reason = missing_mark(value, due_on, excused=excused, lesson_day=grade.day)
    if reason is not None:
        raise Refused(reason)
    return {"due_on": due_on, "state": grade_state(value, due_on)}


async def _definition(reader: Reader, grade: Any) -> Any:
    (scale,) = await reader.fetch(
        grade_scales_by_id, school=grade.school_id, ids=[grade.grade_scale_id]
    )
    return scale.definition


async def _work_type(reader: Reader, grade: Any, text: str) -> Any:
    school, id_ = record_id(text, "WorkType", "workType")
    found = await reader.first(work_types_by_id, school=grade.school_id, ids=[id_])
    if school != grade.school_id or found is None:
        raise not_found("work type", "workType")
    if not found.active and id_ != grade.work_type_id:
        raise refused(Fault.BAD_INPUT, "This work type is out of use.", "workType")
    return id_


async def _take(
    reader: Reader, viewer: Viewer, grade: Any, change: str, reason: str, new: dict[str, Any]
) -> None:
    """Take one step of the grade's history, from the version that stands."""
    reason = text_of(reason, LONGEST_REASON, "reason")
    changed = await reader.first(
        change_grade,
        school=grade.school_id,
        ref=grade.id,
        expected=grade.version,
        **{f"new_{name}": new.get(name, getattr(grade, name)) for name in CHANGEABLE},
    )
    await still(reader, GRADE, changed, grade)
    await reader.run(
        note_grades,
        school=grade.school_id,
        account=viewer.account.id,
        new_change=change,
        new_reason=reason,
        id=[uuid7()],
        grade_id=[grade.id],
        version=[grade.version + 1],
        value_before=[grade.value],
        weight_before=[grade.weight],
        state_before=[grade.state],
        work_type_id_before=[grade.work_type_id],
        comment_before=[grade.comment],
        excused_before=[grade.excused],
        bonus_before=[grade.bonus],
        due_on_before=[grade.due_on],
    )
    await tell_of(reader, "GRADE", change, grade.school_id, [(grade.id, grade.version + 1)])
