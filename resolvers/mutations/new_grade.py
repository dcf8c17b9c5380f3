"""A grade that is to be given: what its author sent, and what of it was understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.ids import uuid7
from domain.refusals import Refusal, Refused
from resolvers.mutations.given import (
    LONGEST_TEXT,
    not_found,
    own_id,
    record_id,
    rights_in,
    text_or_none,
    weight_of,
)
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class NewGrade:
    """`student`, `lesson` and `work_type` are global ids, `id` a UUID that the client made."""

    student: str
    lesson: str
    work_type: str
    value: str | None = None
    weight: Decimal | None = None
    comment: str | None = None
    excused: bool = False
    bonus: bool = False
    due_on: date | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A new grade whose ids are read; whether they lead anywhere is still to be seen."""

    path: tuple[str, ...]
    school_id: int
    id: UUID
    named: bool
    """Whether the client chose the id."""
    student_id: UUID
    lesson_id: UUID
    work_type_id: UUID
    value: str | None
    weight: Decimal | None
    comment: str | None
    excused: bool
    bonus: bool
    due_on: date | None


def drafts_of(viewer: Viewer, news: Sequence[tuple[tuple[str, ...], NewGrade]]) -> list[Draft]:
    """Drafts of all, or a refusal with everything that is wrong; all in the first one's school."""
    drafts: list[Draft] = []
    wrong: list[Refusal] = []
    for path, new in news:
        try:
            drafts.append(_draft(viewer, new, path, drafts[0].school_id if drafts else None))
        except Refused as refused:
            wrong += refused.refusals
    if wrong:
        raise Refused(*wrong)
    return drafts


def _draft(viewer: Viewer, new: NewGrade, path: tuple[str, ...], school_id: int | None) -> Draft:
    lesson_school, lesson_id = record_id(new.lesson, "Lesson", *path, "lesson")
    student_school, student_id = record_id(new.student, "Student", *path, "student")
    kind_school, work_type_id = record_id(new.work_type, "WorkType", *path, "workType")
    rights_in(viewer, lesson_school, "lesson", *path, "lesson")
    _same(lesson_school, school_id or lesson_school, "lesson", *path, "lesson")
    _same(student_school, lesson_school, "student", *path, "student")
    _same(kind_school, lesson_school, "work type", *path, "workType")
    return Draft(
        path,
        lesson_school,
        uuid7() if new.id is None else own_id(new.id, *path, "id"),
        new.id is not None,
        student_id,
        lesson_id,
        work_type_id,
        new.value,
        None if new.weight is None else weight_of(new.weight, *path, "weight"),
        text_or_none(new.comment, LONGEST_TEXT, *path, "comment"),
        new.excused,
        new.bonus,
        new.due_on,
    )


def _same(found: int, school_id: int, noun: str, *path: str) -> None:
    if found != school_id:
        raise not_found(noun, *path)
