"""Choosing the scale that a course is graded in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.reading.courses import courses_by_id
from db.reading.school import grade_scales_by_id
from db.store import Reader, Store
from db.writing.courses import set_grade_scale
from domain.policy import may_choose_scale
from domain.presets import READY
from domain.refusals import Fault, refused
from resolvers.mutations.attempt import Outcome, attempt
from resolvers.mutations.given import not_found, record_id, rights_in
from resolvers.mutations.receipts import Request, earlier
from resolvers.mutations.scales import ready_scale
from resolvers.relations import may_know, relation
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CourseScale:
    """`course` and `grade_scale` are global ids; `ready` names a scale of `READY` instead."""

    course: str
    grade_scale: str | None = None
    ready: str | None = None


async def set_course_scale(
    store: Store, viewer: Viewer, asked: CourseScale, key: str | None = None
) -> Outcome:
    async def act(reader: Reader) -> list[Any]:
        school, id_ = record_id(asked.course, "Course", "course")
        rights_in(viewer, school, "course", "course")
        course = await _course(reader, viewer, school, id_)
        request = Request("setCourseGradeScale", asked, key)
        if await earlier(reader, viewer, school, request, [id_]) is None:
            scale = await _scale(reader, school, asked)
            await reader.run(set_grade_scale, school=school, ref=id_, new_grade_scale_id=scale)
            course = await _course(reader, viewer, school, id_)
        return [course]

    return await attempt(store, viewer, "Course", act)


async def _course(reader: Reader, viewer: Viewer, school: int, id_: UUID) -> Any:
    course = await reader.first(courses_by_id, school=school, ids=[id_])
    if course is None or not may_know(viewer, "Course", course):
        raise not_found("course", "course")
    if not may_choose_scale(relation(viewer, "Course", course)):
        raise refused(Fault.FORBIDDEN, "You may not choose this course's scale.", "course")
    return course


async def _scale(reader: Reader, school: int, asked: CourseScale) -> UUID:
    if (asked.grade_scale is None) is (asked.ready is None):
        message = "Name a scale of the school, or a ready one: one of them."
        raise refused(Fault.BAD_INPUT, message, "gradeScale")
    if asked.ready is not None:
        return (await ready_scale(reader, school, READY[asked.ready]))[0]
    of_school, id_ = record_id(asked.grade_scale or "", "GradeScale", "gradeScale")
    found: Any = await reader.first(grade_scales_by_id, school=school, ids=[id_])
    if of_school != school or found is None or not found.active:
        raise not_found("scale", "gradeScale")
    return id_
