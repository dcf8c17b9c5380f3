"""Grades whose id a client chose and which are there already: the same, or in conflict."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from db.reading.diary import grades_to_change
from db.reading.school import grade_scales_by_id
from db.store import Reader
from db.writing.grounds import first_steps_of_grades
from domain.refusals import Fault, refused
from domain.scales import OutsideScale
from resolvers.mutations.new_grade import Draft
from resolvers.mutations.scales import scale_of
from resolvers.viewer import Viewer

CHANGING = ("value", "weight", "work_type_id", "comment", "excused", "bonus", "due_on")
"""What a revision may have changed since; its history holds what was given at first."""


async def already_given(reader: Reader, viewer: Viewer, drafts: list[Draft]) -> frozenset[UUID]:
    """The ids of drafts that the viewer gave before, just so."""
    return frozenset([draft.id for draft, _, same in await _in_use(reader, viewer, drafts) if same])


async def insist_on_same(reader: Reader, viewer: Viewer, drafts: list[Draft]) -> None:
    """Raise a conflict for the first draft whose id is in use for another grade.

    That it is in use cannot be kept from whoever names it: a school has an id once, and to give
    the grade under another would take it from under its author's retries. So the answer is the
    same whichever grade it is, without the record where the viewer may not know of it; and it
    comes after all other refusals, so that only somebody who may give the very grade hears it.
    """
    for draft, grade, same in await _in_use(reader, viewer, drafts):
        if not same:
            message = "This id is in use: give the grade another."
            raise refused(Fault.CONFLICT, message, *draft.path, "id", current=grade)


async def _in_use(
    reader: Reader, viewer: Viewer, drafts: list[Draft]
) -> list[tuple[Draft, Any, bool]]:
    """The drafts whose ids are in use, by which grade, and whether it is the viewer's, just so."""
    named = {draft.id: draft for draft in drafts}
    if not named:
        return []
    of = {"school": drafts[0].school_id, "ids": list(named)}
    grades = await reader.fetch(grades_to_change, **of)
    if not grades:
        return []
    steps = await reader.fetch(first_steps_of_grades, **of)
    scales = await reader.fetch(
        grade_scales_by_id, school=of["school"], ids=list({g.grade_scale_id for g in grades})
    )
    definitions = {scale.id: scale.definition for scale in scales}
    found = []
    for grade in grades:
        at_first = _at_first(grade, (step for step in steps if step.grade_id == grade.id))
        draft, definition = named[grade.id], definitions[grade.grade_scale_id]
        by_viewer = at_first["by"] == viewer.account.id
        found.append((draft, grade, by_viewer and _same(draft, grade, at_first, definition)))
    return found


def _at_first(grade: Any, steps: Iterable[Any]) -> dict[str, Any]:
    """Who gave the grade, and what may have changed since, as it was then."""
    by_version = {step.version: step for step in steps}
    if (second := by_version.get(2)) is not None:
        found = {name: getattr(second, f"{name}_before") for name in CHANGING}
    else:
        found = {name: getattr(grade, name) for name in CHANGING}
    first = cast("Any", by_version.get(1))
    return found | {"by": first.account_id if first is not None else None}


def _same(draft: Draft, grade: Any, at_first: dict[str, Any], definition: Any) -> bool:
    # Without a weight the kind of work gave its own, which may be another by now.
    weight = at_first["weight"] if draft.weight is None else draft.weight
    asked = {
        "value": _token(definition, draft.value),
        "weight": weight,
        **{name: getattr(draft, name) for name in CHANGING if name not in ("value", "weight")},
    }
    return (draft.student_id, draft.lesson_id) == (grade.student_id, grade.lesson_id) and all(
        asked[name] == at_first[name] for name in CHANGING
    )


def _token(definition: Any, value: str | None) -> str | None:
    try:
        return None if value is None else scale_of(definition).mark(value).token
    except OutsideScale:
        return value
