"""Whether grades may be given: everything that decides it, read once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from db.reading.people import students_by_id
from db.reading.school import work_types_by_id
from db.store import Reader
from db.writing.grounds import learners_on_day, lessons_to_write_at, periods_to_write_in
from domain.policy import begun, grade_state, locked_out, may_grade, missing_mark, taken_place
from domain.refusals import Fault, Refusal, Refused, refused
from resolvers.mutations.given import not_found
from resolvers.mutations.new_grade import Draft
from resolvers.mutations.scales import default_scale, mark_in
from resolvers.relations import may_know, relation
from resolvers.viewer import Viewer

Records = dict[UUID, Any]


@dataclass(frozen=True, slots=True)
class Grounds:
    """`learners` holds (lesson, student) where the student takes the course on that day."""

    lessons: Records
    students: Records
    work_types: Records
    learners: frozenset[tuple[UUID, UUID]]
    periods: Sequence[Any]
    default: tuple[UUID, Any] | None


async def grounds_of(reader: Reader, drafts: Sequence[Draft]) -> Grounds:
    school = drafts[0].school_id
    lessons = await reader.fetch(
        lessons_to_write_at, school=school, ids=list({draft.lesson_id for draft in drafts})
    )
    students = list({draft.student_id for draft in drafts})
    kinds = list({draft.work_type_id for draft in drafts})
    scaleless = any(cast("Any", lesson).grade_scale_id is None for lesson in lessons)
    return Grounds(
        {lesson.id: lesson for lesson in lessons},
        _by_id(await reader.fetch(students_by_id, school=school, ids=students)),
        _by_id(await reader.fetch(work_types_by_id, school=school, ids=kinds)),
        await _learners(reader, school, lessons, students),
        await reader.fetch(periods_to_write_in, school=school),
        await default_scale(reader, school) if scaleless else None,
    )


async def _learners(
    reader: Reader, school: int, lessons: Sequence[Any], students: list[UUID]
) -> frozenset[tuple[UUID, UUID]]:
    """One statement a day, since enrolments begin and end; a class's test is of one day."""
    found = set()
    for day in {lesson.day for lesson in lessons}:
        of_day = [lesson for lesson in lessons if lesson.day == day]
        rows: list[Any] = await reader.fetch(
            learners_on_day,
            school=school,
            day=day,
            ids=students,
            courses=list({lesson.course_id for lesson in of_day}),
        )
        pairs = {(row.course_id, row.id) for row in rows}
        found |= {
            (lesson.id, student)
            for lesson in of_day
            for course, student in pairs
            if course == lesson.course_id
        }
    return frozenset(found)


def _by_id(records: Sequence[Any]) -> Records:
    return {record.id: record for record in records}


def judged(viewer: Viewer, grounds: Grounds, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """The rows to insert; or a refusal that says for each grade what is wrong first."""
    rows: list[dict[str, Any]] = []
    wrong: list[Refusal] = []
    for draft in drafts:
        try:
            rows.append(_row(viewer, grounds, draft))
        except Refused as refused:
            wrong += refused.refusals
    if wrong:
        raise Refused(*wrong)
    return rows


def _row(viewer: Viewer, grounds: Grounds, draft: Draft) -> dict[str, Any]:
    lesson = _lesson(viewer, grounds, draft)
    _student(viewer, grounds, draft)
    kind = grounds.work_types.get(draft.work_type_id)
    if kind is None:
        raise not_found("work type", *draft.path, "workType")
    if not kind.active:
        raise refused(Fault.BAD_INPUT, "This work type is out of use.", *draft.path, "workType")
    scale_id, definition = (
        (lesson.grade_scale_id, lesson.scale_definition)
        if lesson.grade_scale_id is not None or grounds.default is None
        else grounds.default
    )
    mark = None if draft.value is None else mark_in(definition, draft.value, *draft.path, "value")
    _insist(
        draft,
        missing_mark(draft.value, draft.due_on, excused=draft.excused, lesson_day=lesson.day),
    )
    teachers = viewer.schools[draft.school_id]["TEACHER"]
    return {
        "id": draft.id,
        "student_id": draft.student_id,
        "course_id": lesson.course_id,
        "lesson_id": lesson.id,
        "work_type_id": kind.id,
        "grade_scale_id": scale_id,
        "teacher_id": min(teachers, default=lesson.teacher_id),
        "day": lesson.day,
        "value": mark.token if mark else None,
        "number": mark.number if mark else None,
        "weight": kind.weight if draft.weight is None else draft.weight,
        "state": grade_state(draft.value, draft.due_on),
        "excused": draft.excused,
        "bonus": draft.bonus,
        "due_on": draft.due_on,
        "comment": draft.comment,
    }


def _lesson(viewer: Viewer, grounds: Grounds, draft: Draft) -> Any:
    """The draft's lesson, if a grade may be given at it."""
    lesson = grounds.lessons.get(draft.lesson_id)
    if lesson is None or not may_know(viewer, "Lesson", lesson):
        raise not_found("lesson", *draft.path, "lesson")
    if not may_grade(relation(viewer, "Lesson", lesson)):
        message = "You may not give grades in this course."
        raise refused(Fault.FORBIDDEN, message, *draft.path, "lesson")
    today = viewer.schools[draft.school_id].today
    for reason in (
        locked_out(grounds.periods, lesson.day),
        taken_place(lesson),
        begun(lesson, today),
    ):
        _insist(draft, reason, "lesson")
    return lesson


def _student(viewer: Viewer, grounds: Grounds, draft: Draft) -> None:
    student = grounds.students.get(draft.student_id)
    path = (*draft.path, "student")
    if student is not None and (draft.lesson_id, draft.student_id) in grounds.learners:
        return
    if student is None or not may_know(viewer, "Student", student):
        raise not_found("student", *path)
    message = "This student does not take the course on the lesson's day."
    raise refused(Fault.STUDENT_NOT_IN_COURSE, message, *path)


def _insist(draft: Draft, reason: Refusal | None, *at: str) -> None:
    if reason is not None:
        path = (*draft.path, *(reason.path or at))
        raise Refused(Refusal(reason.code, reason.message, path))
