"""Single lessons: added, moved, cancelled and removed; and what they are about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.courses import Course
from db.tables.lessons import Lesson
from db.writing.attendance import attendance_at_lessons, move_attendance
from db.writing.courses import teachings_to_change
from db.writing.homework_statuses import move_statuses_due_at
from db.writing.lessons import (
    homework_at_lessons,
    marks_of_lessons,
    move_due_homework,
    move_grades,
    move_homework,
)
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.office import outside_year
from domain.periods import school_day
from domain.policy import WRITERS, is_open_lesson, takes_place
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.ties import spans
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, Filled, GlobalId, OwnId, Parsed, Reference, Text
from resolvers.declarations.office import Office, office_of
from resolvers.declarations.parsing import LONGEST_REASON
from resolvers.declarations.transaction import Transaction
from resolvers.lessons import LESSON
from resolvers.mutations.class_groups import teacher_there
from resolvers.mutations.teachings import course_in_year

Code = UserErrorCode
LONGEST_TOPIC = 500
LONGEST_ROOM = 100
LONGEST_LESSON = timedelta(days=1)
MOST_SLOTS = 20


@dataclass(frozen=True, slots=True)
class SetLessonTopic:
    """A lesson's topic."""

    lesson: Annotated[str, "The lesson, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    topic: Annotated[
        str | UnsetType | None,
        "What it is about; null takes it away. Left out, it is BAD_INPUT: nothing else can change.",
        Text(LONGEST_TOPIC),
    ] = UNSET
    reason: Annotated[str | None, "Why; kept in the history.", Text(LONGEST_REASON)] = None


@edits(
    LESSON,
    "Set what a lesson is about.",
    UserErrorCode.LESSON_CANCELLED,
    UserErrorCode.WRONG_STATE,
    step=Step.TOPIC_SET,
    by=WRITERS,
    requires=[takes_place],
)
async def set_lesson_topic(
    transaction: Transaction, given: Parsed[SetLessonTopic], lesson: Lesson
) -> Row:
    if given.given.topic is None:
        transaction.insist(is_open_lesson(lesson), "topic")
    return given.columns(changes=True)


def check_slot(slot: int) -> int:
    if not 1 <= slot <= MOST_SLOTS:
        raise ValueError(f"A day has lessons 1 to {MOST_SLOTS}")
    return slot


@dataclass(frozen=True, slots=True)
class AddLesson:
    """A single lesson to add."""

    course: Annotated[str, "The course it is of, by global id.", GlobalId("Course")]
    starts_at: Annotated[datetime, "When it begins; its day is that of the school's time zone."]
    ends_at: Annotated[datetime, "When it ends."]
    slot: Annotated[int | None, "Which hour of that day it is, from 1.", Checked(check_slot)] = None
    room: Annotated[
        str | None,
        "Where it is held; unless told, where the course is.",
        Text(LONGEST_ROOM),
        Filled(),
    ] = None
    teacher: Annotated[
        str | None,
        "Who holds it, by global id; unless told, who teaches the course on that day, the main "
        "teacher first.",
        GlobalId("Teacher"),
        Filled(),
    ] = None
    topic: Annotated[str | None, "What it is about.", Text(LONGEST_TOPIC)] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that adding it is safe to retry.",
        OwnId(),
    ] = None

    def error(self) -> UserError | None:
        return wrong_times(self.starts_at, self.ends_at)


def wrong_times(starts: datetime, ends: datetime) -> UserError | None:
    if starts < ends <= starts + LONGEST_LESSON:
        return None
    message = "A lesson ends after it begins, and within a day."
    return UserError(Code.BAD_INPUT, message, ("endsAt",))


@creates(
    LESSON,
    "Add a single lesson to a course.",
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    Code.PERIOD_LOCKED,
    at=COURSE,
    field="course",
    step=Step.ADDED,
    by=OFFICE,
    refusal="Only the school's office adds lessons.",
)
async def add_lesson(transaction: Transaction, given: Parsed[AddLesson], course: Course) -> Row:
    office, new = await office_of(transaction), given.given
    day = await _day(office, course.id, new.starts_at)
    teacher = await _teacher(office, given.id_of("teacher"), course, day)
    return {
        "id": given.id,
        "course_id": course.id,
        "teacher_id": teacher,
        "day": day,
        "slot": new.slot,
        "starts_at": new.starts_at.astimezone(UTC),
        "ends_at": new.ends_at.astimezone(UTC),
        "room": new.room or course.room,
        "topic": new.topic,
        "homework_closed": False,
        "status": "PLANNED",
    }


async def _day(office: Office, course: UUID, starts: datetime) -> date:
    """The school's day of the instant, which is open and in the year of the course."""
    place = await course_in_year(office, course, "course")
    day = school_day(starts, office.school.time_zone)
    if error := outside_year(day, None, place.year_starts_on, place.year_ends_on):
        raise Refused(error.at("startsAt"))
    await office.transaction.open_on(day, "startsAt")
    return day


async def _teacher(office: Office, named: UUID | None, course: Course, day: date) -> Any:
    if named is not None:
        await teacher_there(office, named, day, "teacher")
        return named
    ties = await office.of(teachings_to_change, [course.id])
    held = [tie for tie in ties if tie.course_id == course.id and spans(tie, day)]
    held.sort(key=lambda tie: (tie.stands_in_for_id is None, not tie.main))
    return held[0].teacher_id if held else None


@dataclass(frozen=True, slots=True)
class MoveLesson(Edit):
    """What changes of a lesson; what is left out stays."""

    starts_at: Annotated[datetime | UnsetType, "When it begins."] = UNSET
    ends_at: Annotated[
        datetime | UnsetType, "When it ends; unless told, it stays as long as it is."
    ] = UNSET
    slot: Annotated[
        int | UnsetType | None, "Which hour of the day it is; null for none.", Checked(check_slot)
    ] = UNSET
    room: Annotated[
        str | UnsetType | None, "Where it is held; null for nowhere yet.", Text(LONGEST_ROOM)
    ] = UNSET
    teacher: Annotated[
        str | UnsetType | None, "Who holds it, by global id; null for nobody.", GlobalId("Teacher")
    ] = UNSET


@edits(
    LESSON,
    "Move a lesson to another time, room or teacher; its marks, homework and attendance move "
    "along.",
    Code.LESSON_CANCELLED,
    Code.LESSON_IN_FUTURE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    step=Step.MOVED,
    by=OFFICE,
    requires=[takes_place],
)
async def move_lesson(transaction: Transaction, given: Parsed[MoveLesson], lesson: Lesson) -> Row:
    office, new = await office_of(transaction), given.columns(changes=True)
    starts = new.get("starts_at", lesson.starts_at).astimezone(UTC)
    ends = new.get("ends_at", starts + (lesson.ends_at - lesson.starts_at)).astimezone(UTC)
    if error := wrong_times(starts, ends):
        raise Refused(error)
    day = await _day(office, lesson.course_id, starts)
    if (teacher := new.get("teacher_id")) is not None:
        await teacher_there(office, teacher, day, "teacher")
    if day != lesson.day:
        await _move_what_hangs(office, lesson, day, starts)
    return new | {"day": day, "starts_at": starts, "ends_at": ends}


async def _move_what_hangs(office: Office, lesson: Lesson, day: date, starts: datetime) -> None:
    """Move the days of marks, homework and attendance, unless those would not do on the new day."""
    today = office.transaction.today
    if lesson.closed and day > today:
        message = "This lesson is closed, and may not be moved to a day to come."
        raise refused(Code.LESSON_IN_FUTURE, message, "startsAt")
    marks = await office.of(marks_of_lessons, [lesson.id])
    if await office.of(attendance_at_lessons, [lesson.id]) and day > today:
        message = "Attendance is entered at this lesson, which may not be moved to a day to come."
        raise refused(Code.LESSON_IN_FUTURE, message, "startsAt")
    if marks and day > today:
        message = "There are marks at this lesson, which may not be moved to a day to come."
        raise refused(Code.LESSON_IN_FUTURE, message, "startsAt")
    if any(mark.due_on is not None and mark.due_on < day for mark in marks):
        raise refused(Code.BAD_INPUT, "A mark at it would be due before it.", "startsAt")
    for each in await office.of(homework_at_lessons, [lesson.id]):
        sets = each.lesson_id == lesson.id
        early = each.due_on < day if sets else day < each.lesson_day
        if early:
            raise refused(Code.BAD_INPUT, "Homework would be due before its lesson.", "startsAt")
    school = office.transaction.school_id
    for each in (
        move_grades,
        move_homework,
        move_due_homework,
        move_statuses_due_at,
        move_attendance,
    ):
        await office.reader.run(each, school=school, ref=lesson.id, new_day=day)


@edits(
    LESSON,
    "Cancel a lesson: it stays in the diary, as one that does not take place.",
    Code.LESSON_CANCELLED,
    Code.WRONG_STATE,
    step=Step.CANCELLED,
    by=OFFICE,
    requires=[takes_place, is_open_lesson],
)
async def cancel_lesson(_: Transaction, given: Parsed[Edit], lesson: Lesson) -> Row:
    return {"status": "CANCELLED"}


def cancelled(lesson: Lesson) -> UserError | None:
    if lesson.active and lesson.status == "CANCELLED":
        return None
    return UserError(Code.NOT_WITHDRAWN, "This lesson takes place, or was removed.")


@edits(
    LESSON,
    "Let a cancelled lesson take place after all.",
    Code.NOT_WITHDRAWN,
    step=Step.RESTORED,
    by=OFFICE,
    requires=[cancelled],
)
async def restore_lesson(_: Transaction, given: Parsed[Edit], lesson: Lesson) -> Row:
    return {"status": "PLANNED"}


def listed(lesson: Lesson) -> UserError | None:
    if lesson.active:
        return None
    return UserError(Code.LESSON_CANCELLED, "This lesson was removed.")


@edits(
    LESSON,
    "Take a lesson off the timetable that was never meant; one with marks, homework or attendance "
    "is cancelled instead.",
    Code.IN_USE,
    Code.LESSON_CANCELLED,
    Code.WRONG_STATE,
    step=Step.REMOVED,
    by=OFFICE,
    requires=[listed, is_open_lesson],
)
async def remove_lesson(transaction: Transaction, given: Parsed[Edit], lesson: Lesson) -> Row:
    office = await office_of(transaction)
    hangs = await office.of(marks_of_lessons, [lesson.id])
    hangs += await office.of(attendance_at_lessons, [lesson.id])
    if hangs or await office.of(homework_at_lessons, [lesson.id]):
        message = "There are marks, homework or attendance at this lesson: cancel it."
        raise refused(Code.IN_USE, message, "id")
    return {"status": "CANCELLED", "active": False}
