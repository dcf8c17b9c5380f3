"""Who teaches a course: assigned, ended, and stood in for."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from db.tables.courses import Course
from db.writing.courses import TEACHINGS, courses_in_years, teachings_to_change
from db.writing.versioned import Row
from domain.audience import HEADS
from domain.history import Step
from domain.ids import uuid7
from domain.office import Stay, backwards, first_day, outside_year, overlap
from domain.refusals import Refused, UserErrorCode, refused
from domain.roles import TeacherRole
from domain.ties import spans
from resolvers.courses import COURSE
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference
from resolvers.declarations.office import Office, office_of
from resolvers.declarations.parsing import not_found
from resolvers.declarations.steps import Why, note_teacher
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.class_groups import teacher_there

Code = UserErrorCode
TEACHER = "The teacher, by global id."


@dataclass(frozen=True, slots=True)
class AssignTeacher:
    """A teacher's part in a course."""

    course: Annotated[str, "The course, by global id.", Reference()]
    teacher: Annotated[str, TEACHER, GlobalId("Teacher")]
    main: Annotated[bool, "Whether they are the main teacher of the course."] = True
    begins_on: Annotated[
        date | None, "The first day; unless told, today, or the first of a year that is to come."
    ] = None
    ends_on: Annotated[date | None, "The last day; unless told, it ends with the year."] = None
    reason: Why = None


@edits(
    COURSE,
    "Let a teacher teach a course: they write in its diary while it holds.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    by=HEADS,
)
async def assign_teacher(
    transaction: Transaction, given: Parsed[AssignTeacher], course: Course
) -> Row:
    office, new = await office_of(transaction), given.given
    place = await course_in_year(office, course.id, "course")
    begins = first_day(new.begins_on, transaction.today, place.year_starts_on)
    teacher, days = given.keys["teacher"][1], Stay(begins, new.ends_on)
    await teach(office, place, teacher, days, main=new.main)
    await _granted(office, course.id, TeacherRole.TEACHER, teacher, days, new.reason)
    await transaction.publish_rights()
    return {}


async def _granted(
    office: Office, course: UUID, role: TeacherRole, teacher: UUID, days: Stay, reason: str | None
) -> None:
    span = {"begins_on": days.begins_on, "ends_on": days.ends_on}
    await note_teacher(office, Step.GRANTED, course, role, teacher, reason, **span)


async def course_in_year(office: Office, id_: UUID, *path: str) -> Any:
    """A course that is not put away, with the days of its year."""
    found = await office.of(courses_in_years, [id_])
    if not found or not found[0].active:
        raise not_found("course", *path)
    return found[0]


async def teach(
    office: Office, place: Any, teacher: UUID, days: Stay, path: str = "teacher", **how: object
) -> None:
    """Let the teacher teach the course on days of its year, once at a time."""
    for error in (
        backwards(days.begins_on, days.ends_on),
        outside_year(days.begins_on, days.ends_on, place.year_starts_on, place.year_ends_on),
    ):
        if error is not None:
            raise Refused(error)
    first = days.begins_on or office.transaction.today
    known = await teacher_there(office, teacher, first, path)
    if known.begins_on is not None and first < known.begins_on:
        message = f"The teacher is in the school from {known.begins_on} on."
        raise refused(Code.NOT_THERE, message, "beginsOn")
    for tie in await office.of(teachings_to_change, [place.id]):
        if tie.teacher_id == teacher and overlap(tie, days):
            message = "The teacher teaches this course already, on some of these days."
            raise refused(Code.ALREADY_THERE, message, path)
    row = {"id": uuid7(), "course_id": place.id, "teacher_id": teacher}
    span = {"begins_on": days.begins_on, "ends_on": days.ends_on}
    await office.insert(TEACHINGS, row | span | how)


@dataclass(frozen=True, slots=True)
class EndTeaching:
    """A teacher's part in a course, and its last day."""

    course: Annotated[str, "The course, by global id.", Reference()]
    teacher: Annotated[str, TEACHER, GlobalId("Teacher")]
    ends_on: Annotated[date, "The last day; before the first, it was never meant."]
    reason: Why = None


@edits(
    COURSE,
    "End what a teacher teaches in a course: after the last day they no longer write in its diary.",
    Code.NOT_THERE,
    by=HEADS,
)
async def end_teaching(transaction: Transaction, given: Parsed[EndTeaching], course: Course) -> Row:
    office, last_day = await office_of(transaction), given.given.ends_on
    teacher = given.keys["teacher"][1]
    ties = await office.of(teachings_to_change, [course.id])
    held = [
        tie
        for tie in ties
        if tie.teacher_id == teacher and (tie.ends_on is None or tie.ends_on >= last_day)
    ]
    if not held:
        raise refused(Code.NOT_THERE, "They do not teach this course then.", "teacher")
    for tie in held:
        if tie.begins_on is not None and tie.begins_on > last_day:
            await office.change(TEACHINGS, tie, active=False)
        else:
            await office.change(TEACHINGS, tie, ends_on=last_day)
        role = TeacherRole.TEACHER if tie.stands_in_for_id is None else TeacherRole.STAND_IN
        await note_teacher(
            office, Step.ENDED, course.id, role, teacher, given.given.reason,
            begins_on=tie.begins_on, ends_on=last_day,
        )  # fmt: skip
    await transaction.publish_rights()
    return {}


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who teaches a course in a teacher's place, for a span of days."""

    course: Annotated[str, "The course, by global id.", Reference()]
    teacher: Annotated[str, "Who stands in: a teacher, by global id.", GlobalId("Teacher")]
    stands_in_for: Annotated[str, "For whom: a teacher, by global id.", GlobalId("Teacher")]
    begins_on: Annotated[date, "The first day."]
    ends_on: Annotated[date, "The last day."]
    reason: Why = None


@edits(
    COURSE,
    "Let a teacher stand in for another in a course for a span of days: they write in its diary on "
    "those, beside the other.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    by=HEADS,
)
async def stand_in(transaction: Transaction, given: Parsed[StandIn], course: Course) -> Row:
    office, new = await office_of(transaction), given.given
    place = await course_in_year(office, course.id, "course")
    absent = given.keys["stands_in_for"][1]
    ties = await office.of(teachings_to_change, [course.id])
    if not any(tie.teacher_id == absent and spans(tie, new.begins_on) for tie in ties):
        message = f"They do not teach this course on {new.begins_on}."
        raise refused(Code.NOT_THERE, message, "standsInFor")
    teacher, days = given.keys["teacher"][1], Stay(new.begins_on, new.ends_on)
    await teach(office, place, teacher, days, main=False, stands_in_for_id=absent)
    await _granted(office, course.id, TeacherRole.STAND_IN, teacher, days, new.reason)
    await transaction.publish_rights()
    return {}
