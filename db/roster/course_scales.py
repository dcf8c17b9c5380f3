"""The scales of courses, derived from their gradebooks where those leave no doubt."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, func, literal, select, union, update

from db.roster.import_run import ImportRun
from db.roster.scales import USUAL, Scales
from db.roster.sql import execute, fetch, of_schools, table
from domain.scales import Scale

Used = dict[tuple[int, UUID], list[UUID]]
"""By school and course, the scales of its grades and of its line items with a range."""


async def place_course_scales(run: ImportRun, scales: Scales) -> None:
    """Set the scales of courses for which nobody has chosen one: the scale that all its grades and
    line items have, or points out of 100 if all are points with different maxima. Other courses
    keep what they have."""
    if run.roster.sheets.keys().isdisjoint({"lineItems", "results"}):
        return
    found: dict[tuple[int, UUID], list[UUID]] = defaultdict(list)
    for (school, course_id), used in (await _used(run)).items():
        scale = used[0] if len(used) == 1 else None
        if scale is None and _are_points(scales.known[each] for each in used):
            scale = scales.usual(school)
        if scale is not None:
            found[school, scale].append(course_id)
    await scales.save(run)
    course = table("course")
    for (school, scale), ids in found.items():
        await execute(
            run.connection,
            update(course)
            .values(grade_scale_id=scale, scale_from_roster=True)
            .where(
                course.c.school_id == school,
                course.c.id == func.any(literal(ids, ARRAY(Uuid()))),
                course.c.grade_scale_id.is_distinct_from(scale),
            ),
        )


def _are_points(scales: Iterable[Scale]) -> bool:
    return all(scale.minimum == 0 for scale in scales)


async def _used(run: ImportRun) -> Used:
    course, grade, scale = table("course"), table("grade"), table("grade_scale")
    lesson, item = table("lesson"), table("line_item")
    said = scale.c.sourced_id.is_distinct_from(USUAL)
    of_works = (
        select(lesson.c.school_id, lesson.c.course_id, item.c.grade_scale_id)
        .join(item, (item.c.school_id == lesson.c.school_id) & (item.c.id == lesson.c.id))
        .join(
            scale,
            (scale.c.school_id == item.c.school_id) & (scale.c.id == item.c.grade_scale_id) & said,
        )
        .where(of_schools(lesson, run.schools), lesson.c.active)
    )
    of_marks = select(grade.c.school_id, grade.c.course_id, grade.c.grade_scale_id).where(
        of_schools(grade, run.schools),
        grade.c.active,
        grade.c.state == "GIVEN",
        grade.c.value.is_not(None),
    )
    used = union(of_works, of_marks).subquery("used")
    query = select(used).join(
        course, (course.c.school_id == used.c.school_id) & (course.c.id == used.c.course_id)
    )
    unchosen = course.c.grade_scale_id.is_(None) | course.c.scale_from_roster
    found: Used = defaultdict(list)
    for school, id_, scale_id in await fetch(run.connection, query.where(unchosen)):
        found[school, id_].append(scale_id)
    return found
