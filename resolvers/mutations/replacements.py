"""Lessons replaced: a single one, and all of a day at once, as when a teacher is absent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.store import Reader, Store
from db.tables.lessons import Lesson
from db.writing.attendance import lessons_to_take
from db.writing.lessons import LESSONS, LESSONS_AT_ONCE
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.bells import check_slot
from domain.history import Step
from domain.ids import uuid7
from domain.policy import takes_place
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.inputs import Called, Checked, GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Office, Refusals, office_of
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt, conflict
from resolvers.global_id import NIL
from resolvers.lessons import LESSON
from resolvers.mutations.clashes import OVERRULE, Occupied, columns_of, unexplained
from resolvers.mutations.joined_lessons import HOLDING, following
from resolvers.mutations.lesson_changes import (
    place_of,
    rescheduled,
    stand_in,
    teacher_of,
    with_status,
)
from resolvers.mutations.lessons import LONGEST_ROOM, NOT_GENERATED
from resolvers.mutations.teachings import course_in_year
from resolvers.viewer import Viewer

Code = UserErrorCode
CODES = (
    Code.FORBIDDEN, Code.CONFLICT, Code.CLASH, Code.LESSON_CANCELLED, Code.LESSON_IN_FUTURE,
    Code.NOT_THERE, Code.OUTSIDE_YEAR, Code.PERIOD_LOCKED,
)  # fmt: skip
WHY = "Why; kept in the history."


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What is instead; what is left out stays."""

    lesson: Annotated[str, "The lesson, by global id.", GlobalId("Lesson")]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    cancelled: Annotated[bool, "Whether it does not take place."] = False
    course: Annotated[
        str | None,
        "The course that has its hour instead, by global id: another subject. The lesson itself "
        "does not take place.",
        GlobalId("Course"),
    ] = None
    joined_to: Annotated[
        str | None,
        "The lesson of another course together with which it is held, by global id: in its hour and"
        " room, by its teacher.",
        GlobalId("Lesson"),
    ] = None
    teacher: Annotated[
        str | UnsetType | None,
        "Who holds it, by global id; null for nobody. They write in its course on that "
        "day, where a head or a deputy decides it.",
        GlobalId("Teacher"),
    ] = UNSET
    location: Annotated[
        str | UnsetType | None,
        "The room of the school's list, by global id; null for none of it.",
        GlobalId("Room"),
    ] = UNSET
    room: Annotated[
        str | UnsetType | None, "Where else it is held; null for nowhere yet.", Text(LONGEST_ROOM)
    ] = UNSET
    starts_at: Annotated[datetime | UnsetType, "When it begins."] = UNSET
    ends_at: Annotated[
        datetime | UnsetType, "When it ends; unless told, it stays as long as it is."
    ] = UNSET
    slot: Annotated[
        int | UnsetType | None, "Which hour of the day it is; null for none.", Checked(check_slot)
    ] = UNSET

    def error(self) -> UserError | None:
        moved = (self.teacher, self.location, self.room, self.starts_at, self.ends_at, self.slot)
        told = any(each is not UNSET for each in moved)
        ways = [self.cancelled, self.joined_to is not None, self.course is not None or told]
        if sum(ways) == 1:
            return None
        message = "Say what is instead: cancelled, joined to another, or something else."
        return UserError(Code.BAD_INPUT, message, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLesson(Replacement):
    """A lesson to replace."""

    reason: Annotated[str, WHY, Text(LONGEST_REASON)]
    overrule: Annotated[bool, OVERRULE] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementOfDay(Replacement):
    """One lesson of the day."""

    reason: Annotated[
        str | None, "Why; as of the whole plan unless told.", Text(LONGEST_REASON)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLessons:
    """A day's plan of replacements, all of it or nothing."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    day: Annotated[date, "The day of the lessons.", Called("date")]
    reason: Annotated[str, WHY, Text(LONGEST_REASON)]
    lessons: Annotated[list[ReplacementOfDay], "The lessons, at most 200."]
    overrule: Annotated[bool, OVERRULE] = False

    def error(self) -> UserError | None:
        return unexplained(self.reason, overrule=self.overrule)


@mutation(
    LESSON,
    "Replace a lesson: give it another teacher, room or time, let another course have its hour, "
    "join it to another, or cancel it. It shows what it was.",
    *CODES,
    by=OFFICE,
    requires=[takes_place],
    answer="The lesson as it is now; where another course has its hour, the lesson of that.",
)
async def replace_lesson(
    store: Store, viewer: Viewer, given: ReplaceLesson, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Lesson]:
        parsed = parse(given)
        school, ref = parsed.keys["lesson"]
        rights_in(viewer, school, "lesson", "lesson")
        transaction = Transaction(reader, viewer, school)
        lesson = await transaction.known(LESSON, ref, "lesson")
        if not transaction.relation(LESSON, lesson) & OFFICE:
            raise refused(Code.FORBIDDEN, "Only the school's office does this.", "lesson")
        parsed.check_school(school)
        new_id = uuid7()
        refs = [new_id if parsed.given.course is not None else ref]
        request = Request("replace_lesson", given, key)
        done = await earlier(reader, viewer, school, request, refs)
        if done is None:
            plan = Plan(await office_of(transaction), [parsed], [new_id], given.reason, None)
            await plan.carry_out(overruled=given.overrule)
        return await transaction.shown(LESSON, done or refs)

    return await attempt(store, viewer, LESSON, act)


@mutation(
    LESSON,
    "Replace lessons of a day, all of them or none, as when a teacher is absent: each as "
    "`replaceLesson` does it. What clashes is looked for after all of it.",
    *CODES,
    by=OFFICE,
    at="School",
    answer="The lessons as they are now, in the order of the input; where another course has the "
    "hour, the lesson of that.",
    many=True,
)
async def replace_lessons(
    store: Store, viewer: Viewer, given: ReplaceLessons, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Lesson]:
        if not 0 < len(given.lessons) <= MOST_AT_ONCE:
            message = f"Give 1 to {MOST_AT_ONCE} lessons at once."
            raise refused(Code.BAD_INPUT, message, "lessons")
        parsed = parse(given)
        school, nil = parsed.keys["school"]
        rights = rights_in(viewer, school, "school", "school")
        if nil != NIL:
            raise not_found("school", "school")
        if not rights.everywhere & OFFICE:
            raise refused(Code.FORBIDDEN, "Only the school's office does this.", "school")
        transaction, lines = Transaction(reader, viewer, school), parsed.items["lessons"]
        for line in lines:
            line.check_school(school)
        new_ids = [uuid7() for _ in lines]
        refs = [
            new if line.given.course is not None else line.keys["lesson"][1]
            for line, new in zip(lines, new_ids, strict=True)
        ]
        request = Request("replace_lessons", given, key)
        done = await earlier(reader, viewer, school, request, refs)
        if done is None:
            office = await office_of(transaction)
            plan = Plan(office, lines, new_ids, parsed.given.reason, parsed.given.day)
            await plan.carry_out(overruled=given.overrule)
        return await transaction.shown(LESSON, done or refs)

    return await attempt(store, viewer, LESSON, act)


@dataclass(slots=True)
class Plan:
    """Replacements of the lines of an input, with the ids of the lessons of other courses; all on
    the `day`, if there is one."""

    office: Office
    lines: Sequence[Parsed[Any]]
    new_ids: Sequence[UUID]
    reason: str
    day: date | None
    lessons: dict[UUID, Any] = field(default_factory=dict)
    to: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    """What changes of the lessons."""
    steps: dict[UUID, tuple[Step, str]] = field(default_factory=dict)
    added: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    lines_of: dict[UUID, Parsed[Any]] = field(default_factory=dict)

    async def carry_out(self, *, overruled: bool) -> None:
        await self._read()
        moved = await self._moved()
        days = {each.day for each in self.lessons.values()} | {
            to["day"] for to in moved.values() if "day" in to
        }
        occupied = await Occupied.on(self.office, days)
        changes_rights = False
        for line, new_id in zip(self.lines, self.new_ids, strict=True):
            with _at(line):
                lesson = self.lessons[line.keys["lesson"][1]]
                await self._replace(line, lesson, new_id, moved)
                await self._occupy(occupied, lesson, new_id)
        for line in self.lines:
            with _at(line):
                await self._follow(occupied, line)
        for id_, to in self.to.items():
            changes_rights |= await stand_in(
                self.office, occupied, self.lessons[id_], to, self.steps[id_][1]
            )
        for row, reason in self.added:
            hour = Hour(row["id"], row["course_id"], row["day"], row["starts_at"], row["ends_at"])
            changes_rights |= await stand_in(self.office, occupied, hour, row, reason)
        await self._check(occupied, overruled=overruled)
        seq = await self._write()
        if changes_rights:
            await self.office.transaction.publish_rights(seq=seq)

    async def _read(self) -> None:
        """The lessons, each once, of the version that is expected, and still to be held."""
        transaction, refusals = self.office.transaction, Refusals()
        ids = [line.keys["lesson"][1] for line in self.lines]
        rows = await self.office.of(lessons_to_take, ids)
        found = {row.id: row for row in rows}
        for line, id_ in zip(self.lines, ids, strict=True):
            with refusals.noting():
                path = line.at("lesson")
                lesson = found.get(id_)
                if lesson is None:
                    raise not_found("lesson", *path)
                if id_ in self.lines_of:
                    raise refused(Code.BAD_INPUT, "This lesson is named twice.", *path)
                self.lines_of[id_] = line
                if lesson.version != line.given.expected_version:
                    error = conflict(lesson).errors[0]
                    shown = lesson if len(self.lines) == 1 and self.day is None else None
                    raise Refused(error.at(*line.at(*error.path)), current=shown)
                transaction.insist(takes_place(lesson), *path)
                if self.day is not None and lesson.day != self.day:
                    message = f"This lesson is on {lesson.day}."
                    raise refused(Code.BAD_INPUT, message, *path)
                reason = line.given.reason or self.reason
                await transaction.open_on(lesson.day, *path, reason=reason)
        if refusals.errors and self.day is None:
            current = found.get(ids[0]) if refusals.errors[0].code is Code.CONFLICT else None
            raise Refused(*refusals.errors, current=current)
        refusals.check()
        self.lessons = found

    async def _moved(self) -> dict[UUID, dict[str, Any]]:
        """What changes of lessons that get another teacher, room or time."""
        found: dict[UUID, dict[str, Any]] = {}
        for line in self.lines:
            given, id_ = line.given, line.keys["lesson"][1]
            if given.cancelled or given.course is not None or given.joined_to is not None:
                continue
            with _at(line):
                found[id_] = await rescheduled(
                    self.office, self.lessons[id_], line.columns(changes=True)
                )
        return found

    async def _replace(
        self,
        line: Parsed[Any],
        lesson: Any,
        new_id: UUID,
        moved: Mapping[UUID, dict[str, Any]],
    ) -> None:
        reason = line.given.reason or self.reason
        if line.given.cancelled:
            to, step = {"status": "CANCELLED"}, Step.CANCELLED
        elif line.given.course is not None:
            await self._give_hour(line, lesson, new_id, reason)
            to, step = {"status": "CANCELLED"}, Step.CANCELLED
        elif line.given.joined_to is not None:
            to, step = await self._joined(line, lesson, moved), Step.JOINED
        else:
            to = await with_status(self.office, lesson, moved[lesson.id] | {"joined_id": None})
            step = Step.REPLACED
        self.to[lesson.id], self.steps[lesson.id] = to, (step, reason)

    async def _give_hour(self, line: Parsed[Any], lesson: Any, new_id: UUID, reason: str) -> None:
        """Let another course have a lesson instead."""
        id_ = line.id_of("course")
        assert id_ is not None
        if id_ == lesson.course_id:
            message = "This is the course of the lesson itself."
            raise refused(Code.BAD_INPUT, message, "course")
        course = await course_in_year(self.office, id_, "course")
        told = line.columns(changes=True)
        hour = Hour(new_id, course.id, lesson.day, lesson.starts_at, lesson.ends_at)
        to = await rescheduled(self.office, hour, told)
        named = told.get("teacher_id")
        teacher = await teacher_of(self.office, named, course, to["day"])
        place = await place_of(self.office, told)
        row = {
            "id": new_id,
            "course_id": course.id,
            "slot": lesson.slot,
            "room": lesson.room,
            "room_id": lesson.room_id,
            "topic": None,
            "homework_closed": False,
            **to,
            **place,
            "teacher_id": teacher,
            "status": "REPLACED",
            **NOT_GENERATED,
            "replaces_id": lesson.id,
        }
        self.added.append((row, reason))

    async def _joined(
        self, line: Parsed[Any], lesson: Any, moved: Mapping[UUID, dict[str, Any]]
    ) -> dict[str, Any]:
        id_ = line.id_of("joined_to")
        assert id_ is not None
        (other,) = await self.office.of(lessons_to_take, [id_]) or (None,)
        if other is None:
            raise not_found("lesson", "joinedTo")
        changed = self.to.get(id_, {}) | moved.get(id_, {})
        if other.course_id == lesson.course_id or changed.get("status") == "CANCELLED":
            message = "A lesson is joined to one of another course, which is held."
            raise refused(Code.BAD_INPUT, message, "joinedTo")
        self.office.transaction.insist(takes_place(other), "joinedTo")
        to = {name: changed.get(name, other[name]) for name in HOLDING}
        if to["day"] != lesson.day:
            raise refused(Code.BAD_INPUT, f"That lesson is on {to['day']}.", "joinedTo")
        to["joined_id"] = other.joined_id or other.id
        return await with_status(self.office, lesson, to)

    async def _follow(self, occupied: Occupied, line: Parsed[Any]) -> None:
        """Have what is joined to the line's lesson follow it, unless a line tells it otherwise."""
        id_ = line.keys["lesson"][1]
        to, (_, reason) = self.to[id_], self.steps[id_]
        named = [each.keys["lesson"][1] for each in self.lines]
        for each, new in await following(self.office, occupied, self.lessons[id_], to, named):
            self.lessons[each.id], self.to[each.id] = each, new
            self.steps[each.id], self.lines_of[each.id] = (Step.MOVED, reason), line

    async def _occupy(self, occupied: Occupied, lesson: Any, new_id: UUID) -> None:
        to = self.to[lesson.id]
        if to.get("status") == "CANCELLED":
            occupied.take(lesson.id)
        else:
            course = await course_in_year(self.office, lesson.course_id, "lesson")
            occupied.put(course, columns_of(lesson) | to)
        for row, _ in self.added:
            if row["id"] == new_id:
                occupied.put(await course_in_year(self.office, row["course_id"], "course"), row)

    async def _check(self, occupied: Occupied, *, overruled: bool) -> None:
        replaced = {row["id"]: row["replaces_id"] for row, _ in self.added}
        changed = [id_ for id_, to in self.to.items() if to.get("status") != "CANCELLED"]
        errors = await occupied.errors([*changed, *replaced], overruled=overruled)
        if errors:
            raise Refused(
                *(
                    error.at(*self.lines_of[replaced.get(id_, id_)].at(*error.path))
                    for id_, error in errors
                )
            )

    async def _write(self) -> int:
        """Write all of it; returns how many rows of the feed that took."""
        transaction = self.office.transaction
        who = transaction.reader, transaction.account_id, transaction.school_id
        alike: dict[tuple[Step, str], list[tuple[Any, Row]]] = defaultdict(list)
        for id_, how in self.steps.items():
            alike[how].append((self.lessons[id_], self.to[id_]))
        seq = 0
        for (step, reason), records in alike.items():
            await LESSONS_AT_ONCE.change(*who, step, reason, records, seq=seq)
            seq += len(records)
        for row, reason in self.added:
            await LESSONS.insert(*who, Step.ADDED, [row], seq=seq, reason=reason)
            seq += 1
        return seq


@contextmanager
def _at(line: Parsed[Any]) -> Iterator[None]:
    """What the block refuses is at a place of the line."""
    try:
        yield
    except Refused as refusal:
        at = (error.at(*line.at(*error.path)) for error in refusal.errors)
        raise Refused(*at, current=refusal.current) from None


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour of a lesson that another course gets."""

    id: UUID
    course_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    teacher_id: UUID | None = None
    closed: bool = False
