"""Weekly patterns: set for a course from a day on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from db.reading.rooms import rooms_of_school
from db.store import Reader, Store
from db.tables.courses import Course
from db.tables.lesson_patterns import LessonPattern
from db.writing.lesson_patterns import (
    LESSON_PATTERNS,
    LESSON_PATTERNS_AT_ONCE,
    patterns_of_course_from,
)
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.bells import check_shift, check_slot
from domain.calendar import Weekday
from domain.history import Step
from domain.office import backwards, outside_year
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.timetable import Week
from resolvers.courses import COURSE
from resolvers.declarations.inputs import Called, Checked, GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Office, Refusals, office_of
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.lesson_patterns import LESSON_PATTERN
from resolvers.mutations.class_groups import teacher_there
from resolvers.mutations.teachings import course_in_year
from resolvers.viewer import Viewer

Code = UserErrorCode
MOST_HOURS = 60
SAME = ("week_day", "slot", "week", "shift", "teacher_id", "room_id")
"""What an hour is, but for its days."""


@dataclass(frozen=True, slots=True)
class HourToSet:
    """One hour of the week."""

    week_day: Annotated[Weekday, "On which day of the week it is."]
    slot: Annotated[int, "Which lesson of that day it is, from 1.", Checked(check_slot)]
    week: Annotated[Week | None, "In which of two weeks it is; in each unless told."] = None
    shift: Annotated[int, "The shift by whose bells it is.", Checked(check_shift)] = 1
    teacher: Annotated[
        str | None,
        "Who holds it, by global id; unless told, whoever teaches the course on the day.",
        GlobalId("Teacher"),
    ] = None
    location: Annotated[
        str | None,
        "The room, by global id; unless told, where the course is.",
        GlobalId("Room"),
    ] = None


@dataclass(frozen=True, slots=True)
class SetLessonPatterns:
    """The week of a course."""

    course: Annotated[str, "The course, by global id.", GlobalId("Course")]
    hours: Annotated[
        list[HourToSet],
        f"All of its hours, at most {MOST_HOURS}; none where it has no lessons any more.",
    ]
    since: Annotated[
        date | None,
        "The first day; unless told, tomorrow, or the first day of the course's year. What holds "
        "already is changed from tomorrow on at the earliest.",
        Called("from"),
    ] = None
    until: Annotated[
        date | None, "The last day; unless told, to the end of the year.", Called("to")
    ] = None
    reason: Annotated[str | None, "Why; kept in the history.", Text(LONGEST_REASON)] = None


@mutation(
    LESSON_PATTERN,
    "Set the week of a course from a day on. What was its week before is kept, and ends the day "
    "before; lessons follow when they are generated.",
    Code.FORBIDDEN,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    by=OFFICE,
    at="Course",
    answer="The weekly patterns of the course on the first day and later.",
    many=True,
)
async def set_lesson_patterns(
    store: Store, viewer: Viewer, given: SetLessonPatterns, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[LessonPattern]:
        if len(given.hours) > MOST_HOURS:
            message = f"A course has at most {MOST_HOURS} hours a week."
            raise refused(Code.BAD_INPUT, message, "hours")
        parsed = parse(given)
        school, ref = parsed.keys["course"]
        rights_in(viewer, school, "course", "course")
        transaction = Transaction(reader, viewer, school)
        course = await transaction.known(COURSE, ref, "course")
        if not transaction.relation(COURSE, course) & OFFICE:
            message = "Only the school's office sets weekly patterns."
            raise refused(Code.FORBIDDEN, message, "course")
        request = Request("set_lesson_patterns", given, key)
        office = await office_of(transaction)
        first = await _first_day(office, parsed, course)
        if await earlier(reader, viewer, school, request, [ref]) is None:
            await _set(office, parsed, course, first)
        return list(await _held_from(transaction, ref, first))

    return await attempt(store, viewer, LESSON_PATTERN, act)


async def _first_day(office: Office, given: Parsed[SetLessonPatterns], course: Course) -> date:
    year = await course_in_year(office, course.id, "course")
    tomorrow = office.transaction.today + timedelta(days=1)
    starts, ends = year.year_starts_on, year.year_ends_on
    first = given.given.since or max(tomorrow, starts or tomorrow)
    for error in (
        backwards(first, given.given.until),
        outside_year(first, given.given.until, starts, ends),
    ):
        if error is not None:
            raise Refused(error.at("to" if error.path == ("endsOn",) else "from"))
    return first


async def _held_from(transaction: Transaction, course: UUID, day: date) -> Sequence[LessonPattern]:
    return await transaction.reader.fetch(
        patterns_of_course_from, school=transaction.school_id, ids=[course], day=day
    )


async def _set(
    office: Office, given: Parsed[SetLessonPatterns], course: Course, first: date
) -> None:
    transaction = office.transaction
    await _check(office, given, first)
    there = await _held_from(transaction, course.id, first)
    if first <= transaction.today and any(each.starts_on <= transaction.today for each in there):
        message = "The course has a week already: it is changed from tomorrow on at the earliest."
        raise refused(Code.BAD_INPUT, message, "from")
    hours = given.items.get("hours", [])
    wanted = [_row(draft, course, first, given.given.until) for draft in hours]
    kept = {each.id for each in there if each.starts_on <= first and _is_among(each, wanted)}
    new = [row for row in wanted if not any(_same(each, row) for each in there if each.id in kept)]
    ended = [(each, _ended(each, first)) for each in there if each.id not in kept]
    reader, account, school = transaction.reader, transaction.account_id, transaction.school_id
    reason = given.given.reason
    await LESSON_PATTERNS_AT_ONCE.change(reader, account, school, Step.CHANGED, reason, ended)
    await LESSON_PATTERNS.insert(reader, account, school, Step.CREATED, new, seq=len(ended))


def _row(draft: Parsed[Any], course: Course, first: date, last: date | None) -> dict[str, Any]:
    hour: HourToSet = draft.given
    return {
        "id": draft.id,
        "course_id": course.id,
        "week_day": str(hour.week_day),
        "slot": hour.slot,
        "week": None if hour.week is None else str(hour.week),
        "shift": hour.shift,
        "teacher_id": draft.id_of("teacher"),
        "room_id": draft.id_of("location"),
        "starts_on": first,
        "ends_on": last,
    }


def _same(pattern: LessonPattern, row: Row) -> bool:
    same = all(getattr(pattern, name) == row[name] for name in SAME)
    return same and pattern.ends_on == row["ends_on"]


def _is_among(pattern: LessonPattern, rows: Iterable[Row]) -> bool:
    return any(_same(pattern, row) for row in rows)


def _ended(pattern: LessonPattern, first: date) -> Row:
    """One that would begin on the day or later was never meant."""
    if pattern.starts_on >= first:
        return {"active": False}
    return {"ends_on": first - timedelta(days=1)}


async def _check(office: Office, given: Parsed[SetLessonPatterns], first: date) -> None:
    """Refuse hours of teachers, rooms and days that the school does not have, each with its
    path."""
    school, refusals = office.transaction.school_id, Refusals()
    rooms = await office.reader.fetch(rooms_of_school, school=school)
    in_use = {room.id for room in rooms}
    seen: list[HourToSet] = []
    for draft in given.items.get("hours", []):
        with refusals.noting():
            draft.check_school(school)
            if (teacher := draft.id_of("teacher")) is not None:
                await _teacher(office, teacher, first, draft)
            if (room := draft.id_of("location")) is not None and room not in in_use:
                raise not_found("room", *draft.at("location"))
        hour: HourToSet = draft.given
        if hour.week_day not in office.school.week_days:
            message = f"The school has no lessons on a {hour.week_day.capitalize()}."
            refusals.note(UserError(Code.BAD_INPUT, message, ("weekDay",)), *draft.path)
        if any(_meet(hour, other) for other in seen):
            message = "The course has this hour twice."
            refusals.note(UserError(Code.BAD_INPUT, message, ("slot",)), *draft.path)
        seen.append(hour)
    refusals.check()


async def _teacher(office: Office, teacher: UUID, first: date, draft: Parsed[Any]) -> None:
    try:
        await teacher_there(office, teacher, first, "teacher")
    except Refused as refusal:
        raise Refused(*(each.at(*draft.path, *each.path) for each in refusal.errors)) from None


def _meet(one: HourToSet, other: HourToSet) -> bool:
    """Whether there is a week with both at the same time."""
    same = (one.week_day, one.slot, one.shift) == (other.week_day, other.slot, other.shift)
    return same and (one.week is None or other.week is None or one.week == other.week)
