"""The audit: who did what, of which student, as the head and the family read it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.reading.schools import schools_by_id
from domain.audience import HEAD
from domain.audit import AuditKind, kind_of
from domain.errors import bad_input
from resolvers import global_id
from resolvers.audit import AUDIT_ENTRY, READERS, AuditSelection, accounts_of, with_duplicates
from resolvers.context import Context
from resolvers.cursors import places_of
from resolvers.invitations import end_of
from resolvers.students import StudentById
from schema.connections import NIL, ConnectionRecord, PageWindow, page_of
from schema.declare import column, computed, loaded, resolver, tell
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef, StudentRef

tell(AuditKind)
FOREVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
NEWEST = 2**63 - 1


def _record_id(school_id: int, noun: str, ref: UUID) -> str | None:
    return global_id.make(noun, school_id, ref) if noun in global_id.CODES else None


def _words(what: str) -> list[str]:
    return what.split()


def _unless_reported(name: str) -> Callable[[Any, Context], str | None]:
    """The column as a text; null to whoever wrote what was reported, for whoever reported it."""

    def told(record: Any, context: Context) -> str | None:
        value = getattr(record, name)
        own = record.reported_id is not None and record.reported_id == context.account
        return None if value is None or own else str(value)

    return told


@strawberry.type(
    description="One entry of a school's audit. None is ever changed: each has a digest of the "
    "one before. What has just been done has its entry after some seconds."
)
class AuditEntry(Node):
    id: strawberry.ID = id_of("AuditEntry", READERS)
    school: SchoolRef | None = school_of(READERS)
    number: int = column(READERS, "Counts the school's entries from 1.")
    at: datetime = column(READERS, "When it was done.")
    kind: AuditKind = computed(READERS, "What was done.", kind_of, "change")
    change: str = column(
        READERS, "The same in detail: the step of the record's history, such as REVISED."
    )
    by: str | None = resolver(
        READERS,
        "Who did it, as they are called today; null for a command, a roster or an account that is "
        "gone, and where somebody reported what the viewer has written.",
        str | None,
        needs=("account_name", "reported_id"),
    )(_unless_reported("account_name"))
    by_id: strawberry.ID | None = resolver(
        HEAD,
        "Names who did it for the filter `account`; null where `by` is.",
        strawberry.ID | None,
        needs=("account_id", "reported_id"),
    )(_unless_reported("account_id"))
    origin: str | None = resolver(
        HEAD,
        "From which network address, or by which command; null where that is not known, and "
        "where somebody reported what the viewer has written.",
        str | None,
        needs=("origin", "reported_id"),
    )(_unless_reported("origin"))
    noun: str = column(READERS, "Of which type the record is.")
    record_id: strawberry.ID | None = computed(
        READERS,
        "The record's global id; null for what clients know by none. It may be gone.",
        _record_id,
        "school_id",
        "noun",
        "ref",
    )
    version: int | None = column(
        READERS, "The version that the record had then; null for one without a history."
    )
    what: list[str] = computed(
        READERS,
        "What was read, or which columns changed; not what they held, which the history has.",
        _words,
        "what",
    )
    student: StudentRef | None = loaded(
        READERS,
        "The student whose it is; null where it is of none, or of one who is not known any more.",
        StudentById,
        "student_id",
    )


def _field(description: str, name: str | None = None) -> Any:  # stands as the default of a field
    return strawberry.field(default=None, description=description, name=name)


@strawberry.input(description="Which entries to keep; what is left out does not restrict.")
class AuditFilter:
    person: strawberry.ID | None = _field(
        "Only what this student, guardian or teacher did, by whatever account is theirs."
    )
    account: strawberry.ID | None = _field("Only what was done by whom `byId` names.")
    student: strawberry.ID | None = _field("Only what is of this student.")
    kinds: list[AuditKind] | None = _field("Only entries of these kinds.")
    first_day: date | None = _field("Only from this day on, in the school's time zone.", "from")
    last_day: date | None = _field("Only until this day, which is included.", "to")


AuditWhere = Annotated[
    AuditFilter | None, strawberry.argument(description="Which of them; all unless told.")
]
OfKinds = Annotated[list[AuditKind] | None, strawberry.argument(description="Only of these kinds.")]


async def entries_of_school(
    context: Context, school_id: int, first: int, after: str | None, where: AuditFilter | None
) -> ConnectionRecord:
    given = where or AuditFilter()
    students = accounts = None
    if given.student is not None:
        student = _of_school(given.student, school_id, "Student")
        students = await with_duplicates(context.store, school_id, student)
    if given.person is not None:
        person = _of_school(given.person, school_id, "Student", "Guardian", "Teacher")
        accounts = await accounts_of(context.store, school_id, person)
    if given.account is not None:
        account = _account(given.account)
        accounts = [account] if accounts is None else [id_ for id_ in accounts if id_ == account]
    since, until = await _span(context, school_id, given.first_day, given.last_day)
    kinds = given.kinds or tuple(AuditKind)
    wanted = AuditSelection(since, until, students, accounts, kinds, context.account)
    return await _page(context, school_id, NIL, wanted, first, after)


async def entries_of_student(
    context: Context,
    school_id: int,
    student: UUID,
    first: int,
    after: str | None,
    kinds: list[AuditKind] | None,
) -> ConnectionRecord:
    students = await with_duplicates(context.store, school_id, student)
    wanted = AuditSelection(*FOREVER, students, kinds=kinds or tuple(AuditKind))
    return await _page(context, school_id, student, wanted, first, after)


async def _page(
    context: Context,
    school_id: int,
    of: UUID,
    wanted: AuditSelection,
    first: int,
    after: str | None,
) -> ConnectionRecord:
    window = PageWindow.of(first, after)
    places = await places_of(context, AUDIT_ENTRY.name, school_id, str(of))
    before = NEWEST if after is None else int.from_bytes(places.of(after)[0], "big")
    rows = await context.store.fetch(
        wanted.statement, school=school_id, before=before, limit=first + 1, **wanted.parameters
    )
    return page_of(rows, window, lambda row: places.cursor(row.id, row.number.to_bytes(8, "big")))


async def _span(
    context: Context, school_id: int, first: date | None, last: date | None
) -> tuple[datetime, datetime]:
    if first is not None and last is not None and last < first:
        raise bad_input(f"The span is backwards: {last} comes before {first}.")
    if first is None and last is None:
        return FOREVER
    (school,) = await context.store.fetch(schools_by_id, schools=[school_id])
    since, until = FOREVER
    if first is not None and first > since.date():
        since = end_of(first - timedelta(days=1), school.time_zone)
    if last is not None and last < until.date():
        until = end_of(last, school.time_zone)
    return since, until


def _of_school(text: str, school_id: int, *nouns: str) -> UUID:
    noun, school, id_ = global_id.read(text)
    if noun not in nouns or school != school_id:
        raise bad_input(f"This is the id of no {' or '.join(nouns).lower()} of the school.")
    return id_


def _account(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise bad_input("This names no account: give what `byId` says.") from None
