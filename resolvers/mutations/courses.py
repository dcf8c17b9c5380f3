"""Courses: made for a class, a part of one or several, changed, put away; and their scales."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.courses import Course
from db.writing.class_groups import class_groups_in_years
from db.writing.courses import (
    COURSES,
    ENROLMENTS,
    courses_with_lessons,
    enrolments_in_class_groups,
    set_grade_scale,
)
from db.writing.students import STUDENTS
from db.writing.versioned import Row
from domain.audience import HEADS, OFFICE
from domain.ids import uuid7
from domain.office import Stay, first_day, not_there, outside_year, overlap
from domain.presets import READY, ReadyScale
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.class_groups import CLASS_GROUP
from resolvers.courses import COURSE
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, GlobalIds, Parsed, Reference, Text
from resolvers.declarations.office import Office, Refusals, founds, known_ids, office_of
from resolvers.declarations.parsing import not_found
from resolvers.declarations.people import LONGEST_CODE, LONGEST_NAME
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.class_groups import PutAway, TakeBack, insist_on_year, year_of
from resolvers.mutations.grade_scales import ready_scale
from resolvers.mutations.teachings import course_in_year, teach
from resolvers.schools import GRADE_SCALE, SUBJECT

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class CreateCourse:
    """A course to make: of a whole class, of a part of one, or of several."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    subject: Annotated[str, "What is learnt: a subject, by global id.", GlobalId("Subject")]
    class_group: Annotated[
        str | None,
        "The class group that it belongs to, by global id; null for a course of several.",
        GlobalId("ClassGroup"),
    ] = None
    whole_class: Annotated[
        bool, "Whether everybody in the class group takes it, and nobody is enrolled by name."
    ] = False
    students: Annotated[
        Sequence[str],
        "Who takes it, by global id, where it is no whole class.",
        GlobalIds("Student"),
    ] = field(default_factory=list)
    class_groups: Annotated[
        Sequence[str],
        "Class groups, by global id, all of whose students take it: whoever is in them on its "
        "first day is enrolled.",
        GlobalIds("ClassGroup"),
    ] = field(default_factory=list)
    academic_year: Annotated[
        str | None,
        "The year that it is of, by global id; unless told, that of its class group.",
        GlobalId("AcademicYear"),
    ] = None
    title: Annotated[
        str | None,
        "Its title; unless told, the names of the subject and of the class group.",
        Text(LONGEST_NAME),
    ] = None
    code: Annotated[str | None, "The school's own code for it.", Text(LONGEST_CODE)] = None
    room: Annotated[str | None, "Where it is held.", Text(LONGEST_CODE)] = None
    teacher: Annotated[str | None, "Its main teacher, by global id.", GlobalId("Teacher")] = None
    begins_on: Annotated[
        date | None,
        "From when on its students and its teacher are in it; unless told, today, or the first day "
        "of a year that is to come.",
    ] = None

    def error(self) -> UserError | None:
        if self.whole_class and self.class_group is None:
            message = "Name the class group that takes it."
            return UserError(Code.BAD_INPUT, message, ("classGroup",))
        if self.whole_class and (self.students or self.class_groups):
            message = "The whole class takes it: nobody is enrolled by name."
            return UserError(Code.BAD_INPUT, message, ("wholeClass",))
        if self.class_group is None and self.academic_year is None:
            message = "Name the year, or a class group that has one."
            return UserError(Code.BAD_INPUT, message, ("academicYear",))
        return None


@founds(
    COURSE,
    "Make a course: of a whole class, of a part of one (with those who are named), or of several "
    "(without a class group of its own).",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
)
async def create_course(office: Office, given: Parsed[CreateCourse]) -> None:
    new = given.given
    subject = await _subject(office, given)
    group = await _group(office, given)
    year = None if new.academic_year is None else await year_of(office, given)
    row = {
        "id": given.id,
        "subject_id": subject.id,
        "class_group_id": group and group.id,
        "academic_year_id": year.id if year else group.academic_year_id,
        "whole_class": new.whole_class,
        "title": new.title or " ".join(each.name for each in (subject, group) if each),
        "code": new.code,
        "room": new.room,
    }
    await office.insert(COURSES, row)
    place = await course_in_year(office, given.id)
    begins = first_day(new.begins_on, office.transaction.today, place.year_starts_on)
    if error := outside_year(begins, None, place.year_starts_on, place.year_ends_on):
        raise Refused(error)
    await _enrol(office, given, begins)
    if new.teacher is not None:
        await teach(office, place, given.keys["teacher"][1], Stay(begins))
    await office.transaction.publish_rights()


async def _subject(office: Office, given: Parsed[Any]) -> Any:
    subject = await office.reader.first(
        SUBJECT.whole, school=office.transaction.school_id, ids=[given.keys["subject"][1]]
    )
    if subject is None or not subject.active:
        raise not_found("subject", "subject")
    return subject


async def _group(office: Office, given: Parsed[CreateCourse]) -> Any:
    """The class group that the course belongs to, if it does."""
    id_ = given.id_of("class_group")
    if id_ is None:
        return None
    found = await office.of(class_groups_in_years, [id_])
    if not found or not found[0].active:
        raise not_found("class group", "classGroup")
    return found[0]


async def _enrol(office: Office, given: Parsed[CreateCourse], begins: date) -> None:
    """Enrol those who are named, and all who are in the class groups that are."""
    transaction, new = office.transaction, given.given
    named = await known_ids(transaction, "Student", new.students, "students")
    groups = await known_ids(transaction, "ClassGroup", new.class_groups, "classGroups")
    known, refusals = await STUDENTS.by_ids(office.reader, transaction.school_id, named), Refusals()
    for place, id_ in enumerate(named):
        student = known.get(id_)
        if student is None or not student.active:
            missing = UserError(Code.NOT_FOUND, "There is no such student.")
            refusals.note(missing, "students", str(place))
        elif error := not_there(student, True, begins, "student"):
            refusals.note(error.at(), "students", str(place))
    there = {each.id for each in await office.of(class_groups_in_years, groups) if each.active}
    for place, id_ in enumerate(groups):
        if id_ not in there:
            missing = UserError(Code.NOT_FOUND, "There is no such class group.")
            refusals.note(missing, "classGroups", str(place))
    refusals.check()
    ties = await office.of(enrolments_in_class_groups, groups)
    in_groups = [tie.student_id for tie in ties if overlap(tie, Stay(begins, begins))]
    await office.insert(
        ENROLMENTS,
        *(
            {"id": uuid7(), "student_id": student, "course_id": given.id, "begins_on": begins}
            for student in dict.fromkeys([*named, *in_groups])
        ),
    )


@dataclass(frozen=True, slots=True)
class ChangeCourse:
    """What changes of a course; what is left out stays."""

    id: Annotated[str, "The course, by global id.", Reference()]
    title: Annotated[str | UnsetType, "Its title.", Text(LONGEST_NAME)] = UNSET
    subject: Annotated[str | UnsetType, "What is learnt, by global id.", GlobalId("Subject")] = (
        UNSET
    )
    code: Annotated[
        str | UnsetType | None, "The school's own code; null takes it away.", Text(LONGEST_CODE)
    ] = UNSET
    room: Annotated[
        str | UnsetType | None, "Where it is held; null takes it away.", Text(LONGEST_CODE)
    ] = UNSET
    whole_class: Annotated[
        bool | UnsetType,
        "Whether everybody in its class group takes it. Where no longer, all who did are enrolled "
        "by name, and those who leave it are to be ended one by one.",
    ] = UNSET


@edits(COURSE, "Change a course.", Code.IN_USE, by=OFFICE)
async def change_course(
    transaction: Transaction, given: Parsed[ChangeCourse], course: Course
) -> Row:
    office = await office_of(transaction)
    whole = await office.whole(COURSES, course.id, "course", "id")
    new = given.columns(changes=True)
    if "subject_id" in new:
        await _subject(office, given)
    turned = new.get("whole_class", whole.whole_class) != whole.whole_class
    if turned and new["whole_class"]:
        await _insist_on_no_lessons(office, whole)
    elif turned:
        await _enrol_by_name(office, whole)
    await office.change(COURSES, whole, **new)
    if turned or "subject_id" in new:  # who learns in it reads what is of its subject
        await transaction.publish_rights()
    return {}


async def _insist_on_no_lessons(office: Office, course: Any) -> None:
    """Whoever did not take the course would have its lessons in their diary."""
    if course.class_group_id is None:
        raise refused(Code.BAD_INPUT, "This course belongs to no class group.", "wholeClass")
    if await office.of(courses_with_lessons, [course.id]):
        message = "This course has had lessons with a part of the class: make another."
        raise refused(Code.IN_USE, message, "wholeClass")


async def _enrol_by_name(office: Office, course: Any) -> None:
    """Whoever took the course with the class did so on the same days by name."""
    ties = await office.of(enrolments_in_class_groups, [course.class_group_id])
    await office.insert(
        ENROLMENTS,
        *(
            {
                "id": uuid7(),
                "student_id": tie.student_id,
                "course_id": course.id,
                "begins_on": tie.begins_on,
                "ends_on": tie.ends_on,
            }
            for tie in ties
        ),
    )


@edits(
    COURSE,
    "Put a course away that is not used any more: it is on no list, and what was learnt in it "
    "stays in the diaries.",
    by=OFFICE,
)
async def put_away_course(transaction: Transaction, given: Parsed[PutAway], course: Course) -> Row:
    office = await office_of(transaction)
    whole = await office.whole(COURSES, course.id, "course", "id")
    await office.change(COURSES, whole, active=False)
    await transaction.publish_rights()
    return {}


@edits(
    COURSE,
    "Have a course in use again that was put away, with whoever teaches it and learns in it.",
    Code.WRONG_STATE,
    by=OFFICE,
    takes_back=True,
)
async def restore_course(transaction: Transaction, given: Parsed[TakeBack], course: Course) -> Row:
    office = await office_of(transaction)
    whole = await office.found(COURSES, course.id)
    groups = [] if whole.class_group_id is None else [whole.class_group_id]
    for group in await office.of(CLASS_GROUP.whole, groups):
        if not group.active:
            message = f"The class group {group.name} was put away: take it back first."
            raise refused(Code.WRONG_STATE, message, "id")
        await insist_on_year(office, group.academic_year_id)
    await insist_on_year(office, whole.academic_year_id)
    await office.change(COURSES, whole, active=True)
    await transaction.publish_rights()
    return {}


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
        return UserError(Code.BAD_INPUT, message, ("gradeScale",))


@edits(
    COURSE,
    "Choose the scale that a course is graded in and its averages are shown in. Grades that are "
    "there keep theirs.",
    by=HEADS,
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
