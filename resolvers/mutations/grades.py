"""Grades given, revised, withdrawn and restored: nothing is lost, every step says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.grades import Grade
from db.writing.versioned import Row
from domain.grading import check_late_days, check_weight
from domain.history import Step
from domain.policy import WRITERS, grade_state, missing_mark, takes_place
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.scales import OutsideScale
from resolvers.declarations.creation import MOST_AT_ONCE, inserts
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, GlobalId, Parsed, Text
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.grades import GRADE
from resolvers.mutations.grade_preconditions import GradeToGive, rows_of
from resolvers.mutations.grade_scales import mark_in, scale_of
from resolvers.schools import GRADE_SCALE, WORK_TYPE

Code = UserErrorCode
GIVING = (
    Code.FORBIDDEN,
    Code.OUTSIDE_SCALE,
    Code.STUDENT_NOT_IN_COURSE,
    Code.PERIOD_LOCKED,
    Code.LESSON_CANCELLED,
    Code.LESSON_IN_FUTURE,
)


@dataclass(frozen=True, slots=True)
class GiveGrade(GradeToGive):
    """A grade to give."""


@dataclass(frozen=True, slots=True)
class GiveGrades:
    """Grades to give, all of them or none."""

    grades: Annotated[Sequence[GradeToGive], f"1 to {MOST_AT_ONCE} grades."]


async def as_written(
    transaction: Transaction, drafts: Sequence[tuple[Parsed[GradeToGive], Grade]]
) -> Sequence[Row]:
    """The tokens of the drafts' values in the scales of the grades that have their ids."""
    ids = list({grade.grade_scale_id for _, grade in drafts})
    scales = await transaction.reader.fetch(GRADE_SCALE.read, school=transaction.school_id, ids=ids)
    definitions = {scale.id: scale.definition for scale in scales}
    return [
        {"value": _token(definitions[grade.grade_scale_id], draft.given.value)}
        for draft, grade in drafts
    ]


def _token(definition: Any, value: str | None) -> str | None:
    try:
        return None if value is None else scale_of(definition).mark(value).token
    except OutsideScale:
        return value


give_grade = inserts(
    GRADE,
    GiveGrade,
    rows_of,
    "Give a student a grade at a lesson.",
    *GIVING,
    field="lesson",
    step=Step.GIVEN,
    by=WRITERS,
    at="Lesson",
    requires=[takes_place],
    as_written=as_written,
)
give_grades = inserts(
    GRADE,
    GiveGrades,
    rows_of,
    "Give many grades at once, such as those of a class's test; all of them or none.",
    *GIVING,
    field="lesson",
    step=Step.GIVEN,
    by=WRITERS,
    at="Lesson",
    requires=[takes_place],
    items="grades",
    as_written=as_written,
)


@dataclass(frozen=True, slots=True)
class ReviseGrade(Edit):
    """What changes of a grade."""

    value: Annotated[
        str | UnsetType,
        "The mark; as it is, if left out. One that was owed is then no longer due.",
    ] = UNSET
    weight: Annotated[
        Decimal | UnsetType, "The weight; as it is, if left out.", Checked(check_weight)
    ] = UNSET
    work_type: Annotated[
        str | UnsetType, "The kind of work; as it is, if left out.", GlobalId("WorkType")
    ] = UNSET
    comment: Annotated[
        str | UnsetType | None,
        "The comment; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    excused: Annotated[
        bool | UnsetType, "Whether it is left out of averages; as it is, if left out."
    ] = UNSET
    bonus: Annotated[
        bool | UnsetType,
        "Whether it counts only where it raises the average; as it is, if left out.",
    ] = UNSET
    late_days: Annotated[
        int | UnsetType,
        "How many days late the work was handed in; as it is, if left out.",
        Checked(check_late_days),
    ] = UNSET
    due_on: Annotated[
        date | UnsetType | None,
        "The day by which a mark without a value is owed; as it is, if left out; "
        "null takes it away.",
    ] = UNSET


def standing(grade: Grade) -> UserError | None:
    if grade.state != "WITHDRAWN":
        return None
    return UserError(Code.WITHDRAWN, "This grade was withdrawn: restore it first.")


def withdrawn(grade: Grade) -> UserError | None:
    if grade.state == "WITHDRAWN":
        return None
    return UserError(Code.NOT_WITHDRAWN, "This grade stands.")


@edits(
    GRADE,
    "Change a grade; what it was stays in its history.",
    Code.OUTSIDE_SCALE,
    Code.WITHDRAWN,
    step=Step.REVISED,
    by=WRITERS,
    requires=[standing],
)
async def revise_grade(transaction: Transaction, given: Parsed[ReviseGrade], grade: Grade) -> Row:
    new = given.columns(changes=True)
    if isinstance(given.given.value, str):
        mark = mark_in(await _definition(transaction, grade), given.given.value, "value")
        new |= {"value": mark.token, "number": mark.number}
    if (work_type := given.id_of("work_type")) is not None:
        await _usable(transaction, grade, work_type)
    return new | _judged(grade, new)


@edits(
    GRADE,
    "Take a grade back; it stays in the history.",
    Code.WITHDRAWN,
    step=Step.WITHDRAWN,
    by=WRITERS,
    requires=[standing],
)
async def withdraw_grade(_: Transaction, given: Parsed[Edit], grade: Grade) -> Row:
    return {"state": "WITHDRAWN"}


@edits(
    GRADE,
    "Let a withdrawn grade stand again.",
    Code.NOT_WITHDRAWN,
    step=Step.RESTORED,
    by=WRITERS,
    requires=[withdrawn],
)
async def restore_grade(_: Transaction, given: Parsed[Edit], grade: Grade) -> Row:
    return {"state": grade_state(grade.value, grade.due_on)}


def _judged(grade: Grade, new: Mapping[str, Any]) -> dict[str, Any]:
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


async def _definition(transaction: Transaction, grade: Grade) -> Any:
    """The definition of the grade's scale, as JSON has it."""
    (scale,) = await transaction.reader.fetch(
        GRADE_SCALE.read, school=grade.school_id, ids=[grade.grade_scale_id]
    )
    return scale.definition


async def _usable(transaction: Transaction, grade: Grade, work_type: UUID) -> None:
    """Refuse a kind of work that there is not, or that is out of use unless it is the grade's."""
    found = await transaction.reader.first(WORK_TYPE.read, school=grade.school_id, ids=[work_type])
    if found is None:
        raise not_found("work type", "workType")
    if not found.active and work_type != grade.work_type_id:
        raise refused(Code.BAD_INPUT, "This work type is out of use.", "workType")
