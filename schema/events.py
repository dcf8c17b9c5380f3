"""Events of a school, a class group or a course, the replies to them, and what is public."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import strawberry

from db.reading.events import events_counted, events_of_school, public_events
from domain import clock
from domain.audience import ANYONE, MEMBER, Audience
from domain.events import EventAnswer, EventKind
from domain.ties import TieName
from resolvers.addressees import KEEPERS, READERS, asked_by
from resolvers.answers.rows import ALWAYS, Timed
from resolvers.context import Context
from resolvers.events import (
    SCHOOL_EVENT,
    AnswersByEvent,
    AuthorByEvent,
    OwnRepliesByEvent,
    RepliesByEvent,
    RepliesCountedByEvent,
)
from resolvers.readings import Items, LoadArguments
from resolvers.students import StudentById
from resolvers.viewer import Viewer
from schema.addressees import (
    author_of,
    class_group_of_addressees,
    course_of_addressees,
    to_families,
    to_staff,
    to_students,
)
from schema.connections import connection_of
from schema.declare import asking, column, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import ClassGroupRef, CourseRef, SchoolEventRevisionRef, SchoolRef, StudentRef
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may
from schema.spans import checked_span

tell(EventKind)
tell(EventAnswer)
SchoolEventConnection = connection_of(SCHOOL_EVENT, "event", counted=True)
IN_ORDER = OrderedList("events", {"starts_at": datetime})
REPLIES = OrderedList("replies to an event", {"at": datetime})
AHEAD = timedelta(days=92)
PUBLIC_AHEAD = timedelta(days=366)
MOST_PUBLIC = 100
FromToday = Annotated[
    date | None,
    strawberry.argument(name="from", description="The first day; unless told, today."),
]
ToLater = Annotated[
    date | None,
    strawberry.argument(
        name="to", description=f"The last day; unless told, {AHEAD.days} days after the first."
    ),
]


@IN_ORDER.of_school(
    MEMBER,
    "The events of a span of days that are for the viewer, or that they have added, by time, "
    "those that were called off too; to the office, all of the school.",
    SchoolEventConnection,
    (events_of_school, events_counted),
)
def events(
    record: Any, context: Context, first_day: FromToday = None, last_day: ToLater = None
) -> dict[str, object]:
    first = first_day or context.today(record.school_id)
    last = last_day or first + min(AHEAD, date.max - first)
    checked_span(first, last)
    return {"first": first, "last": last, **asked_by(context.viewer, record.school_id)}


@strawberry.type(description="What was answered to an event.")
class EventReply:
    student: StudentRef | None = loaded(
        ANYONE,
        "The student it was answered for; null where one of the staff answered for themselves.",
        StudentById,
        "student_id",
    )
    answer: EventAnswer = column(ANYONE, "What was answered last.")
    by: str = column(ANYONE, "Who answered.", name="account_name")
    at: datetime = column(ANYONE, "When it was answered.")


@dataclass(frozen=True, slots=True)
class AnswersRecord:
    yes: int
    no: int
    maybe: int


@strawberry.type(description="How many answers there are to an event.")
class EventAnswers:
    yes: int = column(ANYONE, "How many come.")
    no: int = column(ANYONE, "How many don't.")
    maybe: int = column(ANYONE, "How many don't know yet.")


def _replies(audience: Audience) -> Any:  # stands as a field
    prose = "What was answered, the earliest first."
    of = connection_of(EventReply, "reply", "replies", counted=True) | None

    @REPLIES.paging(
        audience,
        prose,
        of,
        RepliesByEvent,
        RepliesCountedByEvent,
        reads=("id", "at", "account_name", "answer", "student_id"),
    )
    def replies(record: Any, context: Context) -> dict[str, object]:
        return {}

    return replies


@strawberry.type(
    description="An event for the students, the families or the staff of a school, a class group "
    "or a course: a parents' meeting, a trip, an exam. One that was called off still says what it "
    "was and when it was to be."
)
class SchoolEvent(Node):
    id: strawberry.ID = id_of("SchoolEvent", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    kind: EventKind = column(READERS, "What it is.")
    title: str = column(READERS, "What it is called.")
    description: str | None = column(
        READERS, "What there is to know of it; null where nothing more, and once it is called off."
    )
    location: str | None = column(READERS, "Where it is; null where nobody has said.")
    starts_at: datetime = column(READERS, "When it starts.")
    ends_at: datetime = column(READERS, "When it ends.")
    day: date = column(READERS, "The day on which it starts.", called="date")
    last_day: date = column(READERS, "The day on which it ends.", called="lastDate")
    class_group: ClassGroupRef | None = class_group_of_addressees()
    course: CourseRef | None = course_of_addressees()
    to_students: bool = to_students()
    to_families: bool = to_families()
    to_staff: bool = to_staff()
    public: bool = column(READERS, "Whether whoever asks is told of it, without signing in.")
    asks_replies: bool = column(READERS, "Whether those whom it is for are to reply.")
    reply_until: datetime | None = column(
        READERS, "Until when they may reply; null where they may until it starts."
    )
    capacity: int | None = column(
        READERS, "How many may come; null where as many as like.", called="places"
    )
    remind_hours: int | None = column(
        READERS, "How many hours before it a reminder goes out; null where none does."
    )
    answers: EventAnswers | None = loaded(
        READERS,
        "How many have answered; null where nobody has.",
        AnswersByEvent,
        "id",
        then=lambda _, row: None if row is None else AnswersRecord(row.yes, row.no, row.maybe),
        reads=("yes", "no", "maybe"),
    )

    @asking(
        READERS,
        "What the viewer has answered for themselves, and what was answered for their children.",
        list[EventReply],
        OwnRepliesByEvent,
        "id",
        ("account_name", "answer", "at", "student_id"),
        items=Items(1),
    )
    def own_replies(record: Any, viewer: Viewer) -> LoadArguments:
        rights = viewer.schools[record.school_id]
        people = rights[TieName.STUDENT] | rights[TieName.CHILD]
        return LoadArguments({"people": tuple(sorted(people)), "reader": viewer.account.id})

    replies = _replies(KEEPERS)
    by: str | None = author_of(AuthorByEvent)
    added_at: datetime = column(READERS, "When it was added.")
    withdrawn: bool = column(READERS, "Whether it was called off.")
    version: int = column(READERS, "Grows by one with every change.")
    history: list[SchoolEventRevisionRef] | None = loaded(
        KEEPERS, "What was done to it, in order.", SCHOOL_EVENT.revisions, "id", items=Items(2)
    )


SchoolEventRevision = revision_of(SchoolEvent, SCHOOL_EVENT, "One step of an event's history.")


@strawberry.type(description="What whoever asks is told of an event that a school made public.")
class PublicEvent:
    kind: EventKind = column(ANYONE, "What it is.")
    title: str = column(ANYONE, "What it is called.")
    description: str | None = column(
        ANYONE, "What there is to know of it; null where nothing more."
    )
    location: str | None = column(ANYONE, "Where it is; null where nobody has said.")
    starts_at: datetime = column(ANYONE, "When it starts.")
    ends_at: datetime = column(ANYONE, "When it ends.")
    time_zone: str = column(
        ANYONE, "The school's time zone, in whose hours it is to be shown; an IANA name."
    )


async def public_events_of(context: Context, school_id: int, first: int) -> Any:
    """The next public events of the school."""
    now = clock.now()
    rows = await context.public_rows(
        public_events,
        school_id,
        Timed({"after": now}, lambda rows: min((row.ends_at for row in rows), default=ALWAYS)),
        last=now.date() + PUBLIC_AHEAD,
        limit=MOST_PUBLIC,
    )
    return rows[:first]
