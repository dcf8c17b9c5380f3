"""Lessons generated of weekly patterns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from db.reading.bell_schedules import bell_schedules_of_school
from db.reading.periods import days_off_of_school
from db.reading.rooms import rooms_of_school
from db.reading.swapped_days import swapped_days_of_school
from db.store import Reader, Store
from db.tables.timetables import Timetable
from db.writing.courses import courses_in_years, teachings_to_change
from db.writing.feed import publish
from db.writing.generation import (
    GENERATED,
    GENERATED_AT_ONCE,
    lessons_there,
    lessons_to_generate,
    lessons_written_at,
    note_timetable,
    patterns_between,
)
from db.writing.periods import periods_to_write_in
from db.writing.versioned import Row
from domain import clock
from domain.audience import OFFICE
from domain.calendar import backwards
from domain.history import Step
from domain.ids import uuid7
from domain.policy import is_unlocked
from domain.refusals import UserError, UserErrorCode, refused
from domain.ties import spans
from domain.timetable import Bells, Hour, Swaps, WeekCount, Weeks, Year, days_of
from resolvers.declarations.inputs import Aside, GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Office, office_of
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.global_id import NIL
from resolvers.mutations.clashes import OVERRULE, Occupied, unexplained
from resolvers.mutations.joined_lessons import HOLDING
from resolvers.timetables import TIMETABLE
from resolvers.viewer import Viewer

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class GenerateLessons:
    """The days to generate lessons of."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    starts_on: Annotated[date, "The first day."]
    ends_on: Annotated[date, "The last day."]
    reason: Annotated[
        str | None, "Why; needed where lessons clash.", Text(LONGEST_REASON), Aside()
    ] = None
    overrule: Annotated[bool, OVERRULE, Aside()] = False

    def error(self) -> UserError | None:
        wrong = backwards(self.starts_on, self.ends_on)
        return wrong or unexplained(self.reason, overrule=self.overrule)


@mutation(
    TIMETABLE,
    "Generate the lessons of a span of days from the weekly patterns of all courses, as often as "
    "need be: what is there already is left as it is. Lessons to come that are still as planned "
    "follow the patterns, the bells and the days off as these are now; one that is on no pattern "
    "any more is taken off, unless something is entered at it. Days of locked periods stay as they "
    "are.",
    Code.FORBIDDEN,
    Code.CLASH,
    by=OFFICE,
    at="School",
    answer="What was generated.",
)
async def generate_lessons(
    store: Store, viewer: Viewer, given: GenerateLessons, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Timetable]:
        parsed = parse(given)
        school, nil = parsed.keys["school"]
        rights = rights_in(viewer, school, "school", "school")
        transaction = Transaction(reader, viewer, school)
        if nil != NIL:
            raise not_found("school", "school")
        if not rights.everywhere & OFFICE:
            raise refused(Code.FORBIDDEN, "Only the school's office may do this.", "school")
        done = await earlier(
            reader, viewer, school, Request("generate_lessons", given, key), [parsed.id]
        )
        if done is None:
            await Generation(await office_of(transaction), parsed).run()
        return await transaction.shown(TIMETABLE, done or [parsed.id])

    return await attempt(store, viewer, TIMETABLE, act)


@dataclass(slots=True)
class PlannedLesson:
    """A lesson that a pattern has on a day."""

    pattern: Any
    course: Any
    hour: Hour
    row: dict[str, Any]

    @property
    def key(self) -> tuple[UUID, date]:
        return self.pattern.id, self.hour.day


@dataclass(slots=True)
class Generation:
    """Lessons of one span, as they are and as the patterns have them."""

    office: Office
    given: Parsed[GenerateLessons]
    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Any, Row]] = field(default_factory=list)
    removed: list[tuple[Any, Row]] = field(default_factory=list)
    kept: int = 0

    async def run(self) -> None:
        first, last = self.given.given.starts_on, self.given.given.ends_on
        reader, school = self.office.reader, self.office.transaction.school_id
        await reader.fetch(lessons_to_generate, school=school, first=first, last=last)
        there = await reader.fetch(lessons_there, school=school, first=first, last=last)
        wanted = await self._wanted(first, last)
        left = self._match(wanted, list(there))
        rows: list[Any] = list(there)  # of lessons, and more
        joined = [each for each in rows if each.joined_id and each.occupies]
        await self._take_off(left, {each.joined_id for each in joined})
        self._have_follow(joined)
        await self._check(wanted, list(there))
        await self._write()

    async def _wanted(self, first: date, last: date) -> list[PlannedLesson]:
        reader, school = self.office.reader, self.office.transaction.school_id
        patterns: Any = await reader.fetch(patterns_between, school=school, first=first, last=last)
        ids = {each.course_id for each in patterns}
        courses = {each.id: each for each in await self.office.of(courses_in_years, ids)}
        patterns = [each for each in patterns if courses[each.course_id].active]
        bells = Bells(
            await reader.fetch(bell_schedules_of_school, school=school),  # type: ignore[arg-type]
            self.office.school.time_zone,
        )
        if silent := sorted({each.shift for each in patterns if not bells.has(each.shift)}):
            message = f"No bells ring for shift {silent[0]}: create a bell schedule first."
            raise refused(Code.BAD_INPUT, message, "school")
        off = await reader.fetch(days_off_of_school, school=school)
        swapped = await reader.fetch(swapped_days_of_school, school=school)
        of_school = self.office.school
        weeks = Weeks(WeekCount(of_school.week_count), of_school.week_days, off)
        closed = await reader.fetch(periods_to_write_in, school=school)
        today = self.office.transaction.today
        rooms = {each.id: each.name for each in await reader.fetch(rooms_of_school, school=school)}
        teachers = await self._teachers(ids)
        found = []
        for pattern in patterns:
            course = courses[pattern.course_id]
            year = Year(course.year_starts_on, course.year_ends_on)
            theirs = [each for each in off if each.class_group_id in (None, course.class_group_id)]
            swaps = Swaps(swapped, course.class_group_id)
            for day in days_of(pattern, year, first, last, theirs, weeks, swaps):
                hour = bells.hour(pattern.shift, day, pattern.slot, swaps.like(day))
                if hour is None or is_unlocked(closed, day, today) is not None:
                    continue
                room = rooms.get(pattern.room_id, course.room)
                teacher = pattern.teacher_id or _who_teaches(teachers[course.id], day)
                row = _row(pattern, hour, course.id, teacher, room)
                found.append(PlannedLesson(pattern, course, hour, row))
        return found

    async def _teachers(self, courses: Iterable[UUID]) -> Mapping[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for tie in await self.office.of(teachings_to_change, courses):
            found[tie.course_id].append(tie)
        for ties in found.values():
            ties.sort(key=lambda tie: (tie.stands_in_for_id is None, not tie.main))
        return found

    def _match(self, wanted: list[PlannedLesson], there: list[Any]) -> list[Any]:
        """Note what is added and changed; returns the generated lessons that no pattern wants.

        A lesson is found by the pattern and the day of which it was made, or else by its course and
        day, where that has another pattern now.
        """
        made = {(each.pattern_id, each.planned_on): each for each in there if each.pattern_id}
        matched = set[UUID]()
        lacking = list[PlannedLesson]()
        for each in wanted:
            if (lesson := made.get(each.key)) is None:
                lacking.append(each)
            else:
                matched.add(lesson.id)
                self._follow(lesson, each)
        spare: dict[tuple[UUID, date], list[Any]] = defaultdict(list)
        for lesson in there:
            if lesson.id not in matched and lesson.pattern_id and lesson.active:
                spare[lesson.course_id, lesson.planned_on].append(lesson)
        held: dict[tuple[UUID, date], list[Any]] = defaultdict(list)
        for lesson in there:
            if lesson.active and lesson.pattern_id is None:
                held[lesson.course_id, lesson.day].append(lesson)
        for each in lacking:
            of_day = each.course.id, each.hour.day
            if spare[of_day]:
                lesson = spare[of_day].pop(0)
                matched.add(lesson.id)
                self._follow(lesson, each)
            elif not any(_overlaps(lesson, each.hour) for lesson in held[of_day]):
                self.added.append(each.row)
        return [
            each
            for each in there
            if each.pattern_id and each.active and each.id not in matched
            if self.given.given.starts_on <= each.planned_on <= self.given.given.ends_on
        ]

    def _follow(self, lesson: Any, wanted: PlannedLesson) -> None:
        """Change a lesson that is to come as planned, where the pattern has it otherwise; one that
        was taken off by the generator comes back."""
        if not _as_planned(lesson):
            return
        columns = ("starts_at", "ends_at", "slot", "room", "room_id", "teacher_id", "pattern_id")
        new = {name: wanted.row[name] for name in columns if lesson[name] != wanted.row[name]}
        if not lesson.active:
            new["active"] = True
        if new:
            self.changed.append((lesson, new))

    def _have_follow(self, joined: list[Any]) -> None:
        """What is joined to a lesson is held with it, whatever the patterns say."""
        changed = {lesson.id: new for lesson, new in self.changed}
        for each in joined:
            if not (to := changed.get(each.joined_id)) or each.starts_at <= clock.now():
                continue
            if new := {
                name: to[name] for name in HOLDING if to.get(name, each[name]) != each[name]
            }:
                self.changed.append((each, new))

    async def _take_off(self, left: list[Any], joined: Collection[UUID]) -> None:
        """Take off what no pattern has any more, unless something is entered at it, or another
        lesson is `joined` to it."""
        to_come = [each for each in left if _as_planned(each)]
        closed = await self.office.reader.fetch(
            periods_to_write_in, school=self.office.transaction.school_id
        )
        today = self.office.transaction.today
        to_come = [each for each in to_come if is_unlocked(closed, each.day, today) is None]
        ids = [each.id for each in to_come]
        written = {each.id for each in await self.office.of(lessons_written_at, ids)} if ids else ()
        for each in to_come:
            said = each.topic is not None or each.homework_closed or each.closed
            if said or each.id in written or each.id in joined:
                self.kept += 1
            else:
                self.removed.append((each, {"active": False}))

    async def _check(self, wanted: list[PlannedLesson], there: list[Any]) -> None:
        """Refuse what would clash of the lessons that are added or changed."""
        occupied = await Occupied.nothing(self.office)
        courses = {each.course.id: each.course for each in wanted}
        for lesson in there:
            occupied.know(lesson)
        for lesson, _ in self.removed:
            occupied.take(lesson.id)
        for lesson, new in self.changed:
            occupied.change(lesson, new)
        for row in self.added:
            occupied.put(courses[row["course_id"]], row)
        ids = [row["id"] for row in self.added] + [lesson.id for lesson, _ in self.changed]
        await occupied.check(ids, overruled=self.given.given.overrule)  # type: ignore[arg-type]

    async def _write(self) -> None:
        transaction, given = self.office.transaction, self.given.given
        who = transaction.reader, transaction.account_id, transaction.school_id
        for step, records in ((Step.CHANGED, self.changed), (Step.REMOVED, self.removed)):
            await GENERATED_AT_ONCE.change(*who, step, given.reason, records)
        await GENERATED.insert(*who, Step.GENERATED, self.added, reason=given.reason)
        counts = {
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
        }
        await transaction.reader.run(
            note_timetable,
            school=transaction.school_id,
            account=transaction.account_id,
            id=[self.given.id],
            starts_on=[given.starts_on],
            ends_on=[given.ends_on],
            **{name: [number] for name, number in counts.items()},
            kept=[self.kept],
            reason=[given.reason],
        )
        await transaction.reader.run(
            publish,
            school=transaction.school_id,
            new_topic=TIMETABLE.topic,
            new_change=Step.GENERATED,
            seq=[0],
            ref=[self.given.id],
            version=[1],
        )


def _as_planned(lesson: Any) -> bool:
    """Whether it is to come and nobody has changed it, but for the generator."""
    return bool(lesson.status == "PLANNED" and lesson.starts_at > clock.now())


def _overlaps(lesson: Any, hour: Hour) -> bool:
    return bool(lesson.starts_at < hour.ends_at and hour.starts_at < lesson.ends_at)


def _who_teaches(ties: Iterable[Any], day: date) -> UUID | None:
    """A stand-in first, but for one of a single day, who is for the lessons that were replaced
    then; and then the main teacher."""
    return next(_holding(ties, day), None)


def _holding(ties: Iterable[Any], day: date) -> Iterator[UUID]:
    for tie in ties:
        for_a_day = tie.stands_in_for_id is not None and tie.begins_on == tie.ends_on
        if spans(tie, day) and not for_a_day:
            yield tie.teacher_id


def _row(
    pattern: Any, hour: Hour, course: UUID, teacher: UUID | None, room: str | None
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "course_id": course,
        "teacher_id": teacher,
        "day": hour.day,
        "slot": pattern.slot,
        "starts_at": hour.starts_at,
        "ends_at": hour.ends_at,
        "room": room,
        "room_id": pattern.room_id,
        "topic": None,
        "homework_closed": False,
        "status": "PLANNED",
        "pattern_id": pattern.id,
        "planned_on": hour.day,
        "replaces_id": None,
        "joined_id": None,
    }
