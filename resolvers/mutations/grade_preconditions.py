"""Whether grades may be given: everything that decides it, read once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Protocol
from uuid import UUID

from db.store import Reader
from db.tables.periods import Period
from db.writing.grades import preconditions_of_grades
from db.writing.periods import periods_to_write_in
from domain.grading import check_late_days, check_weight
from domain.policy import WRITERS, grade_state, may_be_graded, missing_mark
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.ties import TieName
from resolvers.declarations.inputs import Checked, Filled, GlobalId, OwnId, Parsed, Text
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.grade_scales import default_scale, mark_in
from resolvers.relations import Named, may_know, relation_today
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class GradeToGive:
    """One of many grades."""

    student: Annotated[str, "Whose it is, by global id.", GlobalId("Student")]
    lesson: Annotated[str, "The lesson it is of, by global id.", GlobalId("Lesson")]
    work_type: Annotated[str, "The kind of work it is for, by global id.", GlobalId("WorkType")]
    value: Annotated[
        str | None, "The mark as written in the course's scale; none while it is due."
    ] = None
    weight: Annotated[
        Decimal | None,
        "Above 0 and at most 100; unless told, the kind of work's.",
        Checked(check_weight),
        Filled(),
    ] = None
    comment: Annotated[str | None, "What is written beside it.", Text(LONGEST_TEXT)] = None
    excused: Annotated[bool, "Whether it is left out of averages."] = False
    bonus: Annotated[bool, "Whether it counts only where it raises the average."] = False
    due_on: Annotated[date | None, "The day by which a mark without a value is owed."] = None
    late_days: Annotated[
        int, "How many days late the work was handed in.", Checked(check_late_days)
    ] = 0
    id: Annotated[
        str | None, "A UUID version 7 of the client's, so that giving it is safe to retry.", OwnId()
    ] = None


Draft = Parsed[GradeToGive]


class Precondition(Protocol):
    """A row of `preconditions_of_grades`: the lesson's columns, and what decides besides."""

    school_id: int
    id: UUID | None
    course_id: UUID
    teacher_id: UUID | None
    day: date
    status: str
    active: bool
    grade_scale_id: UUID | None
    scale_definition: dict[str, Any]
    student_known: UUID | None
    kind_weight: Decimal | None
    kind_active: bool | None
    learns: bool


@dataclass(frozen=True, slots=True)
class Preconditions:
    """`of` holds for each draft, in their order, its row of `preconditions_of_grades`."""

    of: Sequence[Precondition]
    periods: Sequence[Period]
    default: tuple[UUID, Any] | None


async def preconditions_of(reader: Reader, school: int, drafts: Sequence[Draft]) -> Preconditions:
    # Whoever changes a scale waits for those who hold the periods, so they are held first.
    periods = await reader.fetch(periods_to_write_in, school=school)
    found: Sequence[Any] = await reader.fetch(  # typed as lessons, of which they have more
        preconditions_of_grades,
        school=school,
        lesson=[draft.keys["lesson"][1] for draft in drafts],
        student=[draft.keys["student"][1] for draft in drafts],
        work_type=[draft.keys["work_type"][1] for draft in drafts],
    )
    rows: Sequence[Precondition] = found
    scaleless = any(row.id is not None and row.grade_scale_id is None for row in rows)
    return Preconditions(
        rows,
        periods,
        await default_scale(reader, school) if scaleless else None,
    )


async def rows_of(transaction: Transaction, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """The rows to insert; or a refusal that says for each grade what is wrong first."""
    viewer = transaction.viewer
    preconditions = await preconditions_of(transaction.reader, transaction.school_id, drafts)
    rows: list[dict[str, Any]] = []
    wrong: list[UserError] = []
    for draft, found in zip(drafts, preconditions.of, strict=True):
        try:
            rows.append(_row(viewer, preconditions, draft, found))
        except Refused as refusal:
            wrong += refusal.errors
    if wrong:
        raise Refused(*wrong)
    return rows


def _row(
    viewer: Viewer, preconditions: Preconditions, draft: Draft, found: Precondition
) -> dict[str, Any]:
    lesson = _lesson(viewer, preconditions, draft, found)
    _student(viewer, draft, found)
    if found.kind_weight is None:
        raise not_found("work type", *draft.path, "workType")
    if not found.kind_active:
        raise refused(
            UserErrorCode.BAD_INPUT, "This work type is out of use.", *draft.path, "workType"
        )
    scale_id, definition = (
        (lesson.grade_scale_id, lesson.scale_definition)
        if lesson.grade_scale_id is not None or preconditions.default is None
        else preconditions.default
    )
    mark = (
        None
        if draft.given.value is None
        else mark_in(definition, draft.given.value, *draft.path, "value")
    )
    _insist(
        draft,
        missing_mark(
            draft.given.value,
            draft.given.due_on,
            excused=draft.given.excused,
            lesson_day=lesson.day,
        ),
    )
    teachers = viewer.schools[lesson.school_id].ties.get(TieName.TEACHER, ())
    return {
        "id": draft.id,
        "student_id": draft.keys["student"][1],
        "course_id": lesson.course_id,
        "lesson_id": lesson.id,
        "work_type_id": draft.keys["work_type"][1],
        "grade_scale_id": scale_id,
        "teacher_id": min(teachers, default=lesson.teacher_id),
        "day": lesson.day,
        "value": mark.token if mark else None,
        "number": mark.number if mark else None,
        "weight": found.kind_weight if draft.given.weight is None else draft.given.weight,
        "state": grade_state(draft.given.value, draft.given.due_on),
        "excused": draft.given.excused,
        "bonus": draft.given.bonus,
        "due_on": draft.given.due_on,
        "late_days": draft.given.late_days,
        "comment": draft.given.comment,
    }


def _lesson(
    viewer: Viewer, preconditions: Preconditions, draft: Draft, lesson: Precondition
) -> Precondition:
    """The draft's lesson, if a grade may be given at it."""
    if lesson.id is None or not may_know(viewer, "Lesson", lesson):
        raise not_found("lesson", *draft.path, "lesson")
    if not relation_today(viewer, "Lesson", lesson) & WRITERS:
        message = "You may not give grades in this course."
        raise refused(UserErrorCode.FORBIDDEN, message, *draft.path, "lesson")
    today = viewer.schools[lesson.school_id].today
    _insist(draft, may_be_graded(lesson, preconditions.periods, today), "lesson")
    return lesson


def _student(viewer: Viewer, draft: Draft, found: Precondition) -> None:
    path = (*draft.path, "student")
    if found.student_known is None:
        raise not_found("student", *path)
    if found.learns:
        return
    if not may_know(viewer, "Student", Named(*draft.keys["student"])):
        raise not_found("student", *path)
    message = "This student does not take the course on the lesson's day."
    raise refused(UserErrorCode.STUDENT_NOT_IN_COURSE, message, *path)


def _insist(draft: Draft, reason: UserError | None, *at: str) -> None:
    if reason is not None:
        path = (*draft.path, *(reason.path or at))
        raise Refused(reason.at(*path))
