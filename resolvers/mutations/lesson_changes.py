"""What a change of a lesson consists of: its day, its hour, who holds it where, and what moves
along."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from db.reading.replacements import replacements_of_lessons
from db.tables.courses import Course
from db.writing.attendance import attendance_at_lessons, move_attendance
from db.writing.courses import TEACHINGS, teachings_to_change
from db.writing.homework_statuses import move_statuses_due_at
from db.writing.lessons import (
    homework_at_lessons,
    lessons_to_take_off,
    marks_of_lessons,
    move_due_homework,
    move_grades,
    move_homework,
    move_materials,
)
from domain.audience import HEADS
from domain.history import Step
from domain.ids import uuid7
from domain.office import outside_year
from domain.periods import school_day
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.replacements import planned, status_of
from domain.roles import TeacherRole
from domain.ties import spans
from resolvers.declarations.office import Office
from resolvers.declarations.parsing import not_found
from resolvers.declarations.steps import note_teacher
from resolvers.mutations.clashes import Occupied
from resolvers.mutations.class_groups import teacher_there
from resolvers.mutations.teachings import course_in_year
from resolvers.rooms import ROOM

Code = UserErrorCode
LONGEST_LESSON = timedelta(days=1)


class Lesson(Protocol):
    """As far as its hour, its teacher and its course go."""

    @property
    def id(self) -> UUID: ...
    @property
    def course_id(self) -> UUID: ...
    @property
    def teacher_id(self) -> UUID | None: ...
    @property
    def day(self) -> date: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def closed(self) -> bool: ...


def wrong_times(starts: datetime, ends: datetime) -> UserError | None:
    if starts < ends <= starts + LONGEST_LESSON:
        return None
    message = "A lesson ends after it begins, and within a day."
    return UserError(Code.BAD_INPUT, message, ("endsAt",))


async def day_of(office: Office, course: UUID, starts: datetime) -> date:
    """The school's day of the instant, which is open and in the year of the course."""
    place = await course_in_year(office, course, "course")
    day = school_day(starts, office.school.time_zone)
    if error := outside_year(day, None, place.year_starts_on, place.year_ends_on):
        raise Refused(error.at("startsAt"))
    await office.transaction.open_on(day, "startsAt")
    return day


async def teacher_of(office: Office, named: UUID | None, course: Course, day: date) -> Any:
    """The one named; or who teaches the course on the day, a stand-in and then the main teacher
    first."""
    if named is not None:
        await teacher_there(office, named, day, "teacher")
        return named
    ties = await office.of(teachings_to_change, [course.id])
    held = [tie for tie in ties if tie.course_id == course.id and spans(tie, day)]
    held.sort(key=lambda tie: (tie.stands_in_for_id is None, not tie.main))
    return held[0].teacher_id if held else None


async def place_of(office: Office, new: dict[str, Any]) -> dict[str, Any]:
    """The columns of where a lesson is held, of those that change: in a room of the school's list,
    whose name it then has, or wherever else is told."""
    if "location_id" not in new:
        return {"room": new["room"], "room_id": None} if "room" in new else {}
    room = new["location_id"]
    if room is None:
        return {"room": new.get("room"), "room_id": None}
    found = await office.reader.first(ROOM.whole, school=office.transaction.school_id, ids=[room])
    if found is None or not found.active:
        raise not_found("room", "location")
    return {"room": found.name, "room_id": found.id}


async def rescheduled(office: Office, lesson: Lesson, new: dict[str, Any]) -> dict[str, Any]:
    """The columns of a lesson that is moved to another time, room or teacher, of what an input
    says; its marks, homework and attendance move along."""
    starts = new.get("starts_at", lesson.starts_at).astimezone(UTC)
    ends = new.get("ends_at", starts + (lesson.ends_at - lesson.starts_at)).astimezone(UTC)
    if error := wrong_times(starts, ends):
        raise Refused(error)
    day = await day_of(office, lesson.course_id, starts)
    to: dict[str, Any] = {name: new[name] for name in ("slot", "teacher_id") if name in new}
    if to.get("teacher_id") is not None:
        await teacher_there(office, to["teacher_id"], day, "teacher")
    to |= await place_of(office, new)
    if day != lesson.day:
        await move_what_hangs(office, lesson, day)
    return to | {"day": day, "starts_at": starts, "ends_at": ends}


async def with_status(office: Office, lesson: Any, to: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with whether the lesson is REPLACED then, or as it was planned."""
    steps = await office.of(replacements_of_lessons, [lesson.id])
    return dict(to) | {"status": status_of(lesson, to, planned(lesson, steps))}


async def move_what_hangs(office: Office, lesson: Lesson, day: date) -> None:
    """Move the days of marks, homework and attendance, unless those would not do on the new day."""
    today = office.transaction.today
    await office.of(lessons_to_take_off, [lesson.id])
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
        move_materials,
        move_due_homework,
        move_statuses_due_at,
        move_attendance,
    ):
        await office.reader.run(each, school=school, ref=lesson.id, new_day=day)


async def stand_in(
    office: Office, occupied: Occupied, lesson: Lesson, to: Mapping[str, Any], reason: str
) -> bool:
    """Let whoever holds the lesson instead write in its course on that day, where a head or a
    deputy decides it; who no longer holds it had that from the lesson alone. Whether that has
    changed anybody's rights."""
    day, teacher = to.get("day", lesson.day), to.get("teacher_id", lesson.teacher_id)
    if (day, teacher) == (lesson.day, lesson.teacher_id):
        return False
    ties = [
        tie
        for tie in await office.of(teachings_to_change, [lesson.course_id])
        if tie.course_id == lesson.course_id
    ]
    ended = await _end_stand_in(office, occupied, lesson, ties, reason)
    holds = [tie for tie in ties if spans(tie, day) and tie.id not in ended]
    may_grant = office.transaction.rights.everywhere & HEADS
    if teacher is None or not may_grant or any(tie.teacher_id == teacher for tie in holds):
        return bool(ended)
    absent = next((tie.teacher_id for tie in holds if tie.main), None)
    row = {
        "id": uuid7(),
        "course_id": lesson.course_id,
        "teacher_id": teacher,
        "main": False,
        "stands_in_for_id": absent,
        "begins_on": day,
        "ends_on": day,
    }
    await office.insert(TEACHINGS, row)
    await note_teacher(
        office, Step.GRANTED, lesson.course_id, TeacherRole.STAND_IN, teacher, reason,
        begins_on=day, ends_on=day,
    )  # fmt: skip
    return True


async def _end_stand_in(
    office: Office, occupied: Occupied, lesson: Lesson, ties: list[Any], reason: str
) -> set[UUID]:
    """End what the lesson's former stand-in had for its day alone, unless they hold another lesson
    of the course on it."""
    goes_on = any(
        each.id != lesson.id
        and (each.course_id, each.day, each.teacher_id)
        == (lesson.course_id, lesson.day, lesson.teacher_id)
        for each in occupied.lessons.values()
    )
    if goes_on:
        return set()
    ended = set()
    for tie in ties:
        for_the_day = tie.begins_on == tie.ends_on == lesson.day and not tie.main
        if for_the_day and tie.teacher_id == lesson.teacher_id:
            whole = await office.whole(TEACHINGS, tie.id, "teaching", "id")
            await office.change(TEACHINGS, whole, active=False)
            await note_teacher(
                office, Step.ENDED, lesson.course_id, TeacherRole.STAND_IN, tie.teacher_id, reason,
                begins_on=lesson.day, ends_on=lesson.day,
            )  # fmt: skip
            ended.add(tie.id)
    return ended
