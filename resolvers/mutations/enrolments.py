"""Where a student learns: enrolled, moved from one class group to another, and out again."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Protocol
from uuid import UUID

from db.tables.students import Student
from db.writing.class_groups import class_groups_in_years
from db.writing.courses import ENROLMENTS, courses_in_years, enrolments_to_change
from db.writing.students import STUDENTS
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.ids import uuid7
from domain.office import (
    Stay,
    backwards,
    day_before,
    first_day,
    not_there,
    outside_year,
    overlap,
)
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.ties import Days, spans
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference
from resolvers.declarations.office import Office, office_of
from resolvers.declarations.parsing import not_found
from resolvers.declarations.steps import Why, note_enrolments
from resolvers.declarations.transaction import Transaction
from resolvers.students import STUDENT

Code = UserErrorCode
GROUP = "The class group, by global id."
COURSE = "Or a course that is not taken by a whole class, by global id."


class Placing(Protocol):
    """An input that names a class group or a course."""

    @property
    def class_group(self) -> str | None: ...
    @property
    def course(self) -> str | None: ...


def one_place(given: Placing) -> UserError | None:
    if (given.class_group is None) is not (given.course is None):
        return None
    message = "Name a class group or a course: one of them."
    return UserError(Code.BAD_INPUT, message, ("classGroup",))


@dataclass(frozen=True, slots=True)
class EnrolStudent:
    """A student's place in a class group or a course."""

    student: Annotated[str, "The student, by global id.", Reference()]
    class_group: Annotated[str | None, GROUP, GlobalId("ClassGroup")] = None
    course: Annotated[str | None, COURSE, GlobalId("Course")] = None
    begins_on: Annotated[
        date | None, "The first day; unless told, today, or the first of a year that is to come."
    ] = None
    ends_on: Annotated[
        date | None, "The last day; unless told, the enrolment ends with the year."
    ] = None
    reason: Why = None

    def error(self) -> UserError | None:
        return one_place(self)


@edits(
    STUDENT,
    "Enrol a student in a class group, of which they have one at a time, or in a course.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    Code.OVERLAPS,
    by=OFFICE,
)
async def enrol_student(
    transaction: Transaction, given: Parsed[EnrolStudent], student: Student
) -> Row:
    office, new = await office_of(transaction), given.given
    place, column = await place_of(office, given)
    begins = first_day(new.begins_on, transaction.today, place.year_starts_on)
    days = Stay(begins, new.ends_on)
    whole = await office.whole(STUDENTS, student.id, "student", "student")
    check_days(whole, place, days)
    ties = await office.of(enrolments_to_change, [student.id])
    check_free(ties, place, column, days, "classGroup" if column == "class_group_id" else "course")
    await _enrol(office, student.id, column, place.id, days, new.reason)
    await transaction.publish_rights()
    return {}


async def place_of(office: Office, given: Parsed[Any]) -> tuple[Any, str]:
    """The class group or course that the input names, in its year, and the column of its id."""
    if (id_ := given.id_of("class_group")) is not None:
        found = await office.of(class_groups_in_years, [id_])
        word, path, column = "class group", "classGroup", "class_group_id"
    else:
        found = await office.of(courses_in_years, [given.keys["course"][1]])
        word, path, column = "course", "course", "course_id"
    if not found or not found[0].active:
        raise not_found(word, path)
    if column == "course_id" and found[0].whole_class:
        message = "The whole class takes this course: enrol the student in the class group."
        raise refused(Code.BAD_INPUT, message, path)
    return found[0], column


def check_days(student: Any, place: Any, days: Stay) -> None:
    for error in (
        backwards(days.begins_on, days.ends_on),
        outside_year(days.begins_on, days.ends_on, place.year_starts_on, place.year_ends_on),
        not_there(student, student.active, days.begins_on or date.min, "student"),
    ):
        if error is not None:
            raise Refused(error)


def check_free(ties: list[Any], place: Any, column: str, days: Days, path: str) -> None:
    """A student is in a class group, and in a course, once at a time."""
    own = Stay(days.begins_on, days.ends_on).until(place.year_ends_on)
    for tie in ties:
        held = Stay(tie.begins_on, tie.ends_on).until(tie.year_ends_on)
        if tie[column] is None or not overlap(held, own):
            continue
        if tie[column] == place.id:
            message = "The student is enrolled here already, on some of these days."
            raise refused(Code.ALREADY_THERE, message, path)
        if column == "class_group_id":
            message = "The student is in another class group on some of these days: move them."
            raise refused(Code.OVERLAPS, message, path)


async def _enrol(
    office: Office, student: UUID, column: str, place: UUID, days: Stay, reason: str | None
) -> None:
    span = {"begins_on": days.begins_on, "ends_on": days.ends_on}
    row = {"id": uuid7(), "student_id": student, column: place, **span}
    await office.insert(ENROLMENTS, row)
    await note_enrolments(office, Step.CREATED, [row], reason)


@dataclass(frozen=True, slots=True)
class MoveStudent:
    """A student who changes class."""

    student: Annotated[str, "The student, by global id.", Reference()]
    class_group: Annotated[
        str, "The class group that they come into, by global id.", GlobalId("ClassGroup")
    ]
    begins_on: Annotated[date | None, "The first day there; unless told, today."] = None
    reason: Why = None


@edits(
    STUDENT,
    "Move a student from their class group to another on a day. The day before is the last in the "
    "old one, and in the courses of parts of it.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    Code.OVERLAPS,
    by=OFFICE,
)
async def move_student(
    transaction: Transaction, given: Parsed[MoveStudent], student: Student
) -> Row:
    office = await office_of(transaction)
    place, column = await place_of(office, given)
    begins = first_day(given.given.begins_on, transaction.today, place.year_starts_on)
    whole = await office.whole(STUDENTS, student.id, "student", "student")
    check_days(whole, place, Stay(begins))
    ties = await office.of(enrolments_to_change, [student.id])
    old = next((tie for tie in ties if tie.class_group_id and _holds(tie, begins)), None)
    if old is None:
        message = f"The student is in no class group on {begins}: enrol them."
        raise refused(Code.NOT_THERE, message, "beginsOn")
    if old.class_group_id == place.id:
        raise refused(Code.ALREADY_THERE, "The student is in this class group.", "classGroup")
    left = [tie for tie in ties if _holds(tie, begins) and _is_of(tie, old.class_group_id)]
    days = Stay(begins, old.ends_on).until(place.year_ends_on)
    check_free([tie for tie in ties if tie not in left], place, column, days, "classGroup")
    for tie in left:
        await end_enrolment_on(office, tie, day_before(begins), given.given.reason)
    days = Stay(begins, old.ends_on)
    await _enrol(office, student.id, column, place.id, days, given.given.reason)
    await transaction.publish_rights()
    return {}


def _holds(tie: Any, day: date) -> bool:
    return spans(Stay(tie.begins_on, tie.ends_on).until(tie.year_ends_on), day)


def _is_of(tie: Any, group: UUID) -> bool:
    return group in (tie.class_group_id, tie.group_of_course)


async def end_enrolment_on(office: Office, tie: Any, last_day: date, reason: str | None) -> None:
    """End an enrolment; one that would end before it begins is put away."""
    whole: Any = (await ENROLMENTS.by_ids(office.reader, tie.school_id, [tie.id]))[tie.id]
    ended = {name: whole[name] for name in ENROLMENTS.columns} | {"ends_on": last_day}
    await note_enrolments(office, Step.ENDED, [ended], reason)
    if tie.begins_on is not None and tie.begins_on > last_day:
        await office.change(ENROLMENTS, whole, active=False)
    else:
        await office.change(ENROLMENTS, whole, ends_on=last_day)


@dataclass(frozen=True, slots=True)
class EndEnrolment:
    """A student's place in a class group or a course, and its last day."""

    student: Annotated[str, "The student, by global id.", Reference()]
    ends_on: Annotated[date, "The last day there; before the first, it was never meant."]
    class_group: Annotated[str | None, GROUP, GlobalId("ClassGroup")] = None
    course: Annotated[str | None, "Or the course, by global id.", GlobalId("Course")] = None
    reason: Why = None

    def error(self) -> UserError | None:
        return one_place(self)


@edits(
    STUDENT,
    "End a student's enrolment in a class group or a course; the days before stay in their diary.",
    Code.NOT_THERE,
    by=OFFICE,
)
async def end_enrolment(
    transaction: Transaction, given: Parsed[EndEnrolment], student: Student
) -> Row:
    office = await office_of(transaction)
    name = "class_group" if given.given.class_group is not None else "course"
    place = given.keys[name][1]
    ties = await office.of(enrolments_to_change, [student.id])
    here = [tie for tie in ties if place in (tie.class_group_id, tie.course_id)]
    held = [tie for tie in here if tie.ends_on is None or tie.ends_on >= given.given.ends_on]
    if not held:
        path = "classGroup" if name == "class_group" else "course"
        raise refused(Code.NOT_THERE, "The student is not enrolled here then.", path)
    for tie in held:
        await end_enrolment_on(office, tie, given.given.ends_on, given.given.reason)
    await transaction.publish_rights()
    return {}
