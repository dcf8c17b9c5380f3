"""Single lessons: added, moved, cancelled and removed; and what they are about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.replacements import replacements_of_lessons
from db.tables.courses import Course
from db.tables.lessons import Lesson
from db.writing.attendance import attendance_at_lessons
from db.writing.lessons import (
    LESSONS_AT_ONCE,
    homework_at_lessons,
    lessons_joined_to,
    lessons_to_take_off,
    marks_of_lessons,
    materials_at_lessons,
)
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.bells import check_slot
from domain.history import Step
from domain.policy import WRITERS, is_open_lesson, takes_place
from domain.refusals import UserError, UserErrorCode, refused
from domain.replacements import status_before
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import (
    Aside,
    Checked,
    Filled,
    GlobalId,
    OwnId,
    Parsed,
    Reference,
    Text,
)
from resolvers.declarations.office import office_of
from resolvers.declarations.parsing import LONGEST_REASON
from resolvers.declarations.transaction import Transaction
from resolvers.lessons import LESSON
from resolvers.mutations.clashes import OVERRULE, Occupied, columns_of, unexplained
from resolvers.mutations.joined_lessons import differs, following
from resolvers.mutations.lesson_changes import (
    day_of,
    place_of,
    rescheduled,
    stand_in,
    teacher_of,
    with_status,
    wrong_times,
)
from resolvers.mutations.teachings import course_in_year

Code = UserErrorCode
LONGEST_TOPIC = 500
LONGEST_ROOM = 100
NOT_GENERATED = dict.fromkeys(("pattern_id", "planned_on", "replaces_id", "joined_id"))


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
    location: Annotated[
        str | None,
        "The room of the school's list where it is held, by global id.",
        GlobalId("Room"),
        Aside(),
    ] = None
    topic: Annotated[str | None, "What it is about.", Text(LONGEST_TOPIC)] = None
    reason: Annotated[
        str | None,
        "Why it is added, as an extra one; kept in the history.",
        Text(LONGEST_REASON),
        Aside(),
    ] = None
    overrule: Annotated[bool, OVERRULE, Aside()] = False
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that adding it is safe to retry.",
        OwnId(),
    ] = None

    def error(self) -> UserError | None:
        wrong = wrong_times(self.starts_at, self.ends_at)
        return wrong or unexplained(self.reason, overrule=self.overrule)


@creates(
    LESSON,
    "Add a single lesson to a course.",
    Code.CLASH,
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
    day = await day_of(office, course.id, new.starts_at)
    teacher = await teacher_of(office, given.id_of("teacher"), course, day)
    told = {"room": new.room, "location_id": given.id_of("location")}
    place = await place_of(office, {name: each for name, each in told.items() if each is not None})
    row = {
        "id": given.id,
        "course_id": course.id,
        "teacher_id": teacher,
        "day": day,
        "slot": new.slot,
        "starts_at": new.starts_at.astimezone(UTC),
        "ends_at": new.ends_at.astimezone(UTC),
        **({"room": course.room, "room_id": None} | place),
        "topic": new.topic,
        "homework_closed": False,
        "status": "PLANNED",
        **NOT_GENERATED,
    }
    occupied = await Occupied.on(office, [day])
    occupied.put(course, row)
    await occupied.check([given.id], overruled=new.overrule)
    return row


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
    location: Annotated[
        str | UnsetType | None,
        "The room of the school's list where it is held, by global id; null for none of it.",
        GlobalId("Room"),
    ] = UNSET
    teacher: Annotated[
        str | UnsetType | None, "Who holds it, by global id; null for nobody.", GlobalId("Teacher")
    ] = UNSET
    overrule: Annotated[bool, OVERRULE] = False


@edits(
    LESSON,
    "Move a lesson to another time, room or teacher; its marks, homework and attendance move "
    "along. What is joined to it follows; one that was joined to another is on its own then.",
    Code.CLASH,
    Code.LESSON_CANCELLED,
    Code.LESSON_IN_FUTURE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    step=Step.MOVED,
    by=OFFICE,
    requires=[takes_place],
)
async def move_lesson(transaction: Transaction, given: Parsed[MoveLesson], lesson: Lesson) -> Row:
    office = await office_of(transaction)
    to = await rescheduled(office, lesson, given.columns(changes=True))
    occupied = await Occupied.on(office, {lesson.day, to["day"]})
    if differs(lesson, to):
        to["joined_id"] = None
    occupied.put(await course_in_year(office, lesson.course_id), columns_of(lesson) | to)
    reason, joined = given.given.reason, await following(office, occupied, lesson, to)
    moved = [(lesson, to), *joined]
    await occupied.check([each.id for each, _ in moved], overruled=given.given.overrule)
    rights = [await stand_in(office, occupied, each, new, reason) for each, new in moved]
    who = transaction.reader, transaction.account_id, transaction.school_id
    await LESSONS_AT_ONCE.change(*who, Step.MOVED, reason, joined, seq=1)
    if any(rights):
        await transaction.publish_rights(seq=1 + len(joined))
    return await with_status(office, lesson, to)


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
    Code.CLASH,
    Code.NOT_WITHDRAWN,
    step=Step.RESTORED,
    by=OFFICE,
    requires=[cancelled],
)
async def restore_lesson(transaction: Transaction, given: Parsed[Edit], lesson: Lesson) -> Row:
    office = await office_of(transaction)
    steps = await office.of(replacements_of_lessons, [lesson.id])
    to: dict[str, Any] = {"status": status_before(steps)}
    if lesson.joined_id is not None:  # which has moved meanwhile, perhaps
        (partner,) = await office.of(LESSON.whole, [lesson.joined_id])
        if differs(lesson, columns_of(partner)):
            to["joined_id"] = None
    occupied = await Occupied.on(office, [lesson.day])
    occupied.put(await course_in_year(office, lesson.course_id), columns_of(lesson) | to)
    await occupied.check([lesson.id])
    return to


def listed(lesson: Lesson) -> UserError | None:
    if lesson.active:
        return None
    return UserError(Code.LESSON_CANCELLED, "This lesson was removed.")


@edits(
    LESSON,
    "Take a lesson off the timetable that was never meant; one with marks, homework, "
    "attendance or materials is cancelled instead.",
    Code.IN_USE,
    Code.LESSON_CANCELLED,
    Code.WRONG_STATE,
    step=Step.REMOVED,
    by=OFFICE,
    requires=[listed, is_open_lesson],
)
async def remove_lesson(transaction: Transaction, given: Parsed[Edit], lesson: Lesson) -> Row:
    office = await office_of(transaction)
    await office.of(lessons_to_take_off, [lesson.id])
    hangs = await office.of(marks_of_lessons, [lesson.id])
    hangs += await office.of(attendance_at_lessons, [lesson.id])
    hangs += await office.of(materials_at_lessons, [lesson.id])
    if await office.of(lessons_joined_to, [lesson.id]):
        raise refused(Code.IN_USE, "Another lesson is joined to this one: cancel it.", "id")
    if hangs or await office.of(homework_at_lessons, [lesson.id]):
        message = "There are marks, homework, attendance or materials at this lesson: cancel it."
        raise refused(Code.IN_USE, message, "id")
    return {"status": "CANCELLED", "active": False}
