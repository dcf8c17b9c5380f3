"""Events added, changed, called off, restored and answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.events import (
    event_to_reply_to,
    places_taken,
    student_of_event,
)
from db.reading.schools import schools_by_id
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course
from db.tables.events import SchoolEvent
from db.tables.schools import School
from db.writing.events import drop_reply
from db.writing.events import reply_to_event as insert_reply
from db.writing.versioned import Row
from domain import clock
from domain.addressees import EDITORS, Part, address
from domain.events import EventAnswer, EventKind, misplaced
from domain.history import Step
from domain.ids import uuid7
from domain.periods import school_day
from domain.refusals import UserError, UserErrorCode, refused
from domain.ties import TieName
from resolvers.addressees import ADDRESSEE, ToWhom, addressed, creates_for
from resolvers.allowances import ANNOUNCING, take
from resolvers.class_groups import CLASS_GROUP
from resolvers.courses import COURSE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import (
    Aside,
    Called,
    GlobalId,
    OwnId,
    Parsed,
    Reference,
    Text,
)
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import restores, standing, withdraws
from resolvers.events import SCHOOL_EVENT
from resolvers.schools import SCHOOL

Code = UserErrorCode
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent(ToWhom):
    """An event to add."""

    kind: Annotated[EventKind, "What it is."]
    title: Annotated[str, "What it is called.", Text(LONGEST_TITLE)]
    description: Annotated[str | None, "What there is to know of it.", Text(LONGEST_TEXT)] = None
    location: Annotated[str | None, "Where it is.", Text(LONGEST_TITLE)] = None
    starts_at: Annotated[datetime, "When it starts; its day is that of the school's time zone."]
    ends_at: Annotated[datetime, "When it ends."]
    asks_replies: Annotated[bool, "Whether those whom it is for are to reply."] = False
    reply_until: Annotated[
        datetime | None, "Until when they may reply; unless told, until it starts."
    ] = None
    capacity: Annotated[
        int | None,
        "How many may come; each YES takes one. Unless told, as many as like.",
        Called("places"),
    ] = None
    remind_hours: Annotated[
        int | None, "How many hours before it starts a reminder goes out; unless told, none does."
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that adding it is safe to retry.",
        OwnId(),
    ] = None

    def error(self) -> UserError | None:
        """Refuse what is for nobody, and what does not fit together."""
        return ToWhom.error(self) or misplaced(
            self.starts_at,
            self.ends_at,
            asks_replies=self.asks_replies,
            places=self.capacity,
            reply_until=self.reply_until,
            remind_hours=self.remind_hours,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSchoolEvent(NewEvent):
    """An event of the whole school to add."""

    school: Annotated[str, "The school, by global id.", GlobalId("School"), Aside()]
    public: Annotated[bool, "Whether whoever asks is told of it, without signing in."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClassGroupEvent(NewEvent):
    """An event of a class group to add."""

    class_group: Annotated[str, "The class group, by global id.", GlobalId("ClassGroup")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCourseEvent(NewEvent):
    """An event of a course to add."""

    course: Annotated[str, "The course, by global id.", GlobalId("Course")]


@creates_for(
    SCHOOL_EVENT,
    "Add an event for the students, the families or the staff of the whole school.",
    at=SCHOOL,
    refusal="Only the school's office adds events of the whole school.",
)
async def add_school_event(
    transaction: Transaction, given: Parsed[AddSchoolEvent], school: School
) -> Row:
    return await _row(transaction, given, school, public=given.given.public)


@creates_for(
    SCHOOL_EVENT,
    "Add an event for the students, the families or the staff of a class group.",
    at=CLASS_GROUP,
    refusal="You may not add events to this class group.",
)
async def add_class_group_event(
    transaction: Transaction, given: Parsed[AddClassGroupEvent], class_group: ClassGroup
) -> Row:
    return await _row(transaction, given, class_group)


@creates_for(
    SCHOOL_EVENT,
    "Add an event for the students, the families or the staff of a course.",
    at=COURSE,
    refusal="You may not add events to this course.",
)
async def add_course_event(
    transaction: Transaction, given: Parsed[AddCourseEvent], course: Course
) -> Row:
    return await _row(transaction, given, course)


async def _row(
    transaction: Transaction, given: Parsed[Any], at: Any, *, public: bool = False
) -> Row:
    new: NewEvent = given.given
    until = new.reply_until
    row = {
        "id": given.id,
        **addressed(transaction, given, at),
        "author_id": transaction.account_id,
        "kind": new.kind,
        "title": new.title,
        "description": new.description,
        "location": new.location,
        "starts_at": new.starts_at.astimezone(UTC),
        "ends_at": new.ends_at.astimezone(UTC),
        "public": public,
        "asks_replies": new.asks_replies,
        "reply_until": None if until is None else until.astimezone(UTC),
        "capacity": new.capacity,
        "remind_hours": new.remind_hours,
    }
    return row | await _derived(transaction, row)


async def _derived(transaction: Transaction, of: Mapping[str, Any]) -> dict[str, Any]:
    """The days of the event, and when a reminder of it is due; one that has gone out for another
    time goes out anew."""
    (school,) = await transaction.reader.fetch(schools_by_id, schools=[transaction.school_id])
    zone, hours = school.time_zone, of["remind_hours"]
    due = None if hours is None else of["starts_at"] - timedelta(hours=hours)
    return {
        "day": school_day(of["starts_at"], zone),
        "last_day": school_day(of["ends_at"], zone),
        "remind_at": due,
        "reminded_at": None,
    }


@dataclass(frozen=True, slots=True)
class ChangeEvent(Edit):
    """What changes of an event; whom it is for stays as it is."""

    kind: Annotated[EventKind | UnsetType, "What it is; as it is, if left out."] = UNSET
    title: Annotated[
        str | UnsetType, "What it is called; as it is, if left out.", Text(LONGEST_TITLE)
    ] = UNSET
    description: Annotated[
        str | UnsetType | None,
        "What there is to know of it; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    location: Annotated[
        str | UnsetType | None,
        "Where it is; as it is, if left out; null takes it away.",
        Text(LONGEST_TITLE),
    ] = UNSET
    starts_at: Annotated[datetime | UnsetType, "When it starts; as it is, if left out."] = UNSET
    ends_at: Annotated[datetime | UnsetType, "When it ends; as it is, if left out."] = UNSET
    public: Annotated[
        bool | UnsetType,
        "Whether whoever asks is told of it, of an event of the whole school; as it is, if left "
        "out.",
    ] = UNSET
    asks_replies: Annotated[
        bool | UnsetType,
        "Whether those whom it is for are to reply; as it is, if left out.",
    ] = UNSET
    reply_until: Annotated[
        datetime | UnsetType | None,
        "Until when they may reply; as it is, if left out; null for until it starts.",
    ] = UNSET
    capacity: Annotated[
        int | UnsetType | None,
        "How many may come, and no fewer than have said so; as it is, if left out; null for as "
        "many as like.",
        Called("places"),
    ] = UNSET
    remind_hours: Annotated[
        int | UnsetType | None,
        "How many hours before it starts a reminder goes out; as it is, if left out; null for "
        "none.",
    ] = UNSET


INSTANTS = ("starts_at", "ends_at", "reply_until")
TOGETHER = (*INSTANTS, "asks_replies", "capacity", "remind_hours")


@edits(
    SCHOOL_EVENT,
    "Change an event; what it was stays in its history, and what was answered stands.",
    Code.WITHDRAWN,
    Code.RATE_LIMITED,
    Code.TOO_MANY,
    step=Step.CHANGED,
    by=EDITORS,
    requires=[standing(SCHOOL_EVENT)],
)
async def change_event(
    transaction: Transaction, given: Parsed[ChangeEvent], event: SchoolEvent
) -> Row:
    await take(transaction, ANNOUNCING)
    new = given.columns(changes=True)
    for name in INSTANTS:
        if new.get(name) is not None:
            new[name] = new[name].astimezone(UTC)
    now = {name: new.get(name, getattr(event, name)) for name in TOGETHER}
    starts_at, ends_at = now.pop("starts_at"), now.pop("ends_at")
    transaction.insist(misplaced(starts_at, ends_at, places=now.pop("capacity"), **now))
    if new.get("public") and (event.class_group_id or event.course_id):
        raise refused(Code.BAD_INPUT, "Only an event of the whole school is public.", "public")
    if new.get("capacity") is not None:
        await _held(transaction, event)
        if await _taken(transaction, event, None) > new["capacity"]:
            raise refused(Code.TOO_MANY, "More have said that they come.", "places")
    moved = starts_at != event.starts_at or now["remind_hours"] != event.remind_hours
    derived = await _derived(transaction, {"starts_at": starts_at, "ends_at": ends_at, **now})
    if not moved:
        del derived["reminded_at"]
    return new | derived


withdraw_event = withdraws(
    SCHOOL_EVENT,
    "Call an event off. Those whom it is for read that it was, and when it was to be.",
    by=EDITORS,
    name="withdraw_event",
)
restore_event = restores(
    SCHOOL_EVENT,
    "Let an event take place after all that was called off.",
    by=EDITORS,
    name="restore_event",
)


def asks(event: SchoolEvent) -> UserError | None:
    """Refuse a reply that nobody asks for."""
    if event.asks_replies:
        return None
    return UserError(Code.WRONG_STATE, "This event asks for no replies.")


@dataclass(frozen=True, slots=True)
class ReplyToEvent:
    """A reply to an event."""

    event: Annotated[str, "The event, by global id.", Reference()]
    answer: Annotated[EventAnswer, "What is answered."]
    student: Annotated[
        str | None,
        "For which student a family answers, by global id; the staff, who answer for themselves, "
        "leave it out.",
        GlobalId("Student"),
    ] = None


@edits(
    SCHOOL_EVENT,
    "Reply to an event: for oneself as a student or as one of the staff, or for one's child. The "
    "last reply for somebody stands. A YES takes a place as long as there is one.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    Code.TOO_MANY,
    by=ADDRESSEE,
    elsewhere=True,
    requires=[standing(SCHOOL_EVENT), asks],
    answer="The event.",
)
async def reply_to_event(
    transaction: Transaction, given: Parsed[ReplyToEvent], event: SchoolEvent
) -> Row:
    student, answer = given.id_of("student"), given.given.answer
    await _insist_on_part(transaction, event, student)
    event = await _held(transaction, event)
    for required in (standing(SCHOOL_EVENT), asks):  # it may have been changed meanwhile
        transaction.insist(required(event), "event")
    if clock.now() > (event.reply_until or event.starts_at):
        raise refused(Code.WRONG_STATE, "The time for replies is over.", "event")
    full = (
        event.capacity is not None and await _taken(transaction, event, student) >= event.capacity
    )
    if answer == EventAnswer.YES and full:
        raise refused(Code.TOO_MANY, "No place is left.", "answer")
    whose = {"school": transaction.school_id, "account": transaction.account_id}
    await transaction.reader.run(drop_reply, **whose, ref=event.id, student=student)
    await transaction.reader.run(
        insert_reply,
        **whose,
        id=[uuid7()],
        event_id=[event.id],
        student_id=[student],
        answer=[answer.value],
    )
    return {}


async def _held(transaction: Transaction, event: SchoolEvent) -> SchoolEvent:
    found = await transaction.reader.first(
        event_to_reply_to, school=transaction.school_id, ref=event.id
    )
    assert found is not None
    return found


async def _taken(transaction: Transaction, event: SchoolEvent, student: Any) -> int:
    """The places that are taken, but for that of the student, or of the viewer's own account."""
    row: Any = await transaction.reader.first(
        places_taken,
        school=transaction.school_id,
        ref=event.id,
        student=student,
        account=transaction.account_id,
    )
    return int(row.total)


async def _insist_on_part(transaction: Transaction, event: SchoolEvent, student: Any) -> None:
    """For whom the viewer replies has to be one of those whom the event is for."""
    ties = transaction.rights.of_today
    place = event.class_group_id or event.course_id or transaction.school_id
    staff = address(Part.STAFF, place)
    if student is None:
        if staff not in event.addressed or staff not in ties[TieName.ADDRESS]:
            raise refused(Code.BAD_INPUT, "Say for which student.", "student")
        return
    own = student in ties[TieName.STUDENT] and event.to_students
    child = student in ties[TieName.CHILD] and event.to_families
    found = await transaction.reader.first(
        student_of_event,
        school=transaction.school_id,
        ref=event.id,
        student=student,
        day=transaction.today,
    )
    if found is None or not (own or child):
        raise refused(Code.NOT_FOUND, "There is no such student of yours.", "student")
