"""The scale that a course is graded in."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from db.tables.courses import Course
from db.writing.courses import set_grade_scale
from db.writing.versioned import Row
from domain.audience import HEAD
from domain.presets import READY, ReadyScale
from domain.refusals import UserError, UserErrorCode
from resolvers.courses import COURSE
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.grade_scales import ready_scale
from resolvers.schools import GRADE_SCALE


@dataclass(frozen=True, slots=True)
class SetCourseGradeScale:
    """A course's scale: one of the school's, or a ready one."""

    course: Annotated[str, "The course, by global id.", Reference()]
    grade_scale: Annotated[
        str | None, "A scale of the school, by global id.", GlobalId("GradeScale")
    ] = None
    ready: Annotated[ReadyScale | None, "Or a ready one, which the school then has."] = None

    def error(self) -> UserError | None:
        if (self.grade_scale is None) is not (self.ready is None):
            return None
        message = "Name a scale of the school, or a ready one: one of them."
        return UserError(UserErrorCode.BAD_INPUT, message, ("gradeScale",))


@edits(
    COURSE,
    "Choose the scale that a course is graded in and its averages are shown in. Grades that are "
    "there keep theirs.",
    by=HEAD,
    answer="The course as it is now.",
)
async def set_course_grade_scale(
    transaction: Transaction, given: Parsed[SetCourseGradeScale], course: Course
) -> Row:
    scale = await _scale(transaction, given)
    await transaction.reader.run(
        set_grade_scale, school=transaction.school_id, ref=course.id, new_grade_scale_id=scale
    )
    return {}


async def _scale(transaction: Transaction, given: Parsed[SetCourseGradeScale]) -> UUID:
    if given.given.ready is not None:
        ready = READY[given.given.ready]
        return (await ready_scale(transaction.reader, transaction.school_id, ready))[0]
    id_ = given.keys["grade_scale"][1]
    found = await transaction.reader.first(
        GRADE_SCALE.read, school=transaction.school_id, ids=[id_]
    )
    if found is None or not found.active:
        raise not_found("grade scale", "gradeScale")
    return id_
