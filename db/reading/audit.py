"""What the audit is made of, and what is read of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ClauseElement,
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlmodel import SQLModel

from db.reading.horizon import HORIZON, below
from db.reading.parts import SCHOOL, among, is_free, table
from db.reading.records import named
from db.statement import Statement, statement
from db.tables.accounts import Account
from db.tables.audit import AuditChain, AuditEntry, AuditNote
from db.tables.columns import Instant, TransactionId
from db.tables.feed import RIGHTS, FeedKey, Outbox
from db.tables.guardians import Guardianship
from db.tables.history import Revision, key_of
from db.tables.moderation import ModerationCase
from db.tables.schools import School
from domain.audit import OTHERS, AuditKind
from domain.history import Step

LIMIT = bindparam("limit", type_=Integer)
UNTIL = text("xid < CAST(CAST(:horizon AS text) AS xid8)").bindparams(HORIZON)


class StepRow(Protocol):
    """Who took a step of a record's history, and of which student that is."""

    ref: UUID
    version: int
    account_id: UUID
    student_id: UUID | None


def _xid(name: str) -> ColumnElement[Any]:
    return cast(cast(bindparam(name, type_=String), String), TransactionId())


@statement(AuditChain)
def chains_behind() -> ClauseElement:
    """The schools for which there is something to add, and whose lease is free; `anew` where the
    database is another since it was added to."""
    chain, outbox, note = table(AuditChain), table(Outbox), table(AuditNote)
    key = table(FeedKey)
    ahead = tuple_(outbox.c.xid, outbox.c.seq) > tuple_(chain.c.xid, chain.c.seq)
    told = exists().where(outbox.c.school_id == chain.c.school_id, ahead, below(outbox.c.xid))
    noted = exists().where(note.c.school_id == chain.c.school_id, below(note.c.xid))
    anew = chain.c.epoch != key.c.epoch
    return (
        select(chain.c.school_id, anew.label("anew"))
        .join(key, true())
        .where(is_free(chain) & (noted | told) | anew)
        .order_by(chain.c.school_id)
    )


@statement(AuditNote)
def notes_until() -> ClauseElement:
    """The notes of a school below the horizon, in order."""
    note = table(AuditNote)
    return (
        select(note)
        .where(note.c.school_id == SCHOOL, UNTIL)
        .order_by(note.c.xid, note.c.id)
        .limit(LIMIT)
    )


@statement(Outbox)
def rows_until() -> ClauseElement:
    """The rows of a school's outbox after the place and below the horizon, in order."""
    outbox = table(Outbox)
    place = tuple_(_xid("xid"), bindparam("seq", type_=Integer))
    return (
        select(outbox)
        .where(outbox.c.school_id == SCHOOL, tuple_(outbox.c.xid, outbox.c.seq) > place, UNTIL)
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(LIMIT)
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """The noun whose history a topic of the outbox tells of, and the statement of its steps, of
    records by `ids`."""

    noun: str
    steps: Statement[Revision]


def recorded() -> Mapping[str, Recorded]:
    """By topic, which is the table's name in capitals."""
    return {table(model).name.upper(): _recorded(model, of) for model, of in _histories()}


def _histories() -> Iterator[tuple[type[SQLModel], type[Revision]]]:
    models = {table(each).name: each for each in _models(SQLModel) if hasattr(each, "__table__")}
    for name, model in sorted(models.items()):
        history = models.get(f"{name}_revision")
        if history is not None and issubclass(history, Revision):
            yield model, history


def _models(of: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for each in of.__subclasses__():
        yield each
        yield from _models(each)


def _recorded(model: type[SQLModel], history: type[Revision]) -> Recorded:
    own, step = table(model), table(history)
    key = step.c[key_of(own)]
    student = own.c.student_id if "student_id" in own.c else cast(null(), Uuid())

    def build() -> ClauseElement:
        same = (own.c.school_id == step.c.school_id) & (own.c.id == key)
        return (
            select(
                key.label("ref"),
                step.c.version,
                step.c.account_id,
                student.label("student_id"),
            )
            .select_from(step.join(own, same))
            .where(step.c.school_id == SCHOOL, among(key))
        )

    return Recorded(model.__name__, named(f"audited_{own.name}", history, build))


RECORDED = recorded()


@statement(Guardianship)
def children_of_guardians() -> ClauseElement:
    """Of guardians by `ids`: whose guardians they are or were."""
    tie = table(Guardianship)
    found = select(tie.c.guardian_id, tie.c.student_id)
    return found.where(tie.c.school_id == SCHOOL, among(tie.c.guardian_id)).order_by(tie.c.id)


@statement(AuditEntry)
def entries_in_order() -> ClauseElement:
    """The entries of a school after a number, the first before the second."""
    entry = table(AuditEntry)
    after = bindparam("after", type_=BigInteger)
    return (
        select(entry)
        .where(entry.c.school_id == SCHOOL, entry.c.number > after)
        .order_by(entry.c.number)
        .limit(LIMIT)
    )


@statement(AuditChain)
def chain_of_school() -> ClauseElement:
    """Where the audit of a school stands, and how many notes and rows of the outbox wait."""
    chain, note, outbox = table(AuditChain), table(AuditNote), table(Outbox)
    noted = select(func.count()).where(note.c.school_id == SCHOOL).scalar_subquery()
    ahead = tuple_(outbox.c.xid, outbox.c.seq) > tuple_(chain.c.xid, chain.c.seq)
    told = (
        select(func.count())
        .where(outbox.c.school_id == SCHOOL, ahead, outbox.c.topic != RIGHTS)
        .correlate(chain)
        .scalar_subquery()
    )
    return select(chain, (noted + told).label("waiting")).where(chain.c.school_id == SCHOOL)


@statement(AuditChain)
def places_of_chains() -> ClauseElement:
    """Where in the outbox the chain of each school stands."""
    chain = table(AuditChain)
    return select(chain.c.school_id, chain.c.xid, chain.c.seq).order_by(chain.c.school_id)


@statement(AuditEntry)
def newest_pruning() -> ClauseElement:
    """The newest entry that says that older ones were removed."""
    entry = table(AuditEntry)
    return (
        select(entry)
        .where(entry.c.school_id == SCHOOL, entry.c.change == AuditKind.PRUNED.value)
        .order_by(entry.c.number.desc())
        .limit(1)
    )


@statement(School)
def terms_of_audit() -> ClauseElement:
    """For how many years each school keeps its audit."""
    school = table(School)
    return select(school.c.school_id, school.c.audit_years).order_by(school.c.school_id)


@statement(AuditEntry)
def newest_before() -> ClauseElement:
    """The newest of the entries that are older than an instant, with all before it as old."""
    entry = table(AuditEntry)
    before = bindparam("before", type_=Instant)
    first_kept = (
        select(func.min(entry.c.number))
        .where(entry.c.school_id == SCHOOL, entry.c.at >= before)
        .scalar_subquery()
    )
    return (
        select(entry)
        .where(entry.c.school_id == SCHOOL, or_(first_kept.is_(None), entry.c.number < first_kept))
        .order_by(entry.c.number.desc())
        .limit(1)
    )


# A condition that a parameter switches off would keep PostgreSQL from using an index, so a page has
# a statement for each way in which it is looked up.

OF_STUDENT = table(AuditEntry).c.student_id == any_(bindparam("students", type_=ARRAY(Uuid())))
OF_ACCOUNT = table(AuditEntry).c.account_id == any_(bindparam("accounts", type_=ARRAY(Uuid())))


CASE = table(ModerationCase)
REPORTED = and_(
    table(AuditEntry).c.noun == literal(ModerationCase.__name__),
    table(AuditEntry).c.change == literal(Step.REPORTED.value),
    CASE.c.school_id == table(AuditEntry).c.school_id,
    CASE.c.id == table(AuditEntry).c.ref,
)
"""That the entry is of a report, and the case is the one that it is about."""
OF_OTHERS = CASE.c.author_id.is_distinct_from(bindparam("reader", type_=Uuid()))
"""That it is no report of what the reader wrote, which would tell them who reported it."""


def _shown() -> Select[Any]:
    """The entries; of a report with `reported_id`, the account that wrote what was reported."""
    entry, account = table(AuditEntry), table(Account)
    columns = (each for each in entry.c if each.name != "digest")
    labels = account.c.display_name.label("account_name"), CASE.c.author_id.label("reported_id")
    joined = entry.outerjoin(account, account.c.id == entry.c.account_id).outerjoin(CASE, REPORTED)
    return select(*columns, *labels).select_from(joined)


def _page(*found_by: ColumnElement[bool]) -> ClauseElement:
    """Entries before a number, the newest first; of the `kinds`, from an instant until another."""
    entry = table(AuditEntry)
    kinds = bindparam("kinds", type_=ARRAY(String))
    kind = func.array_position(literal(list(OTHERS), ARRAY(String)), entry.c.change)
    changed = and_(literal(AuditKind.CHANGED.value) == any_(kinds), kind.is_(None))
    since, until = bindparam("since", type_=Instant), bindparam("until", type_=Instant)
    return (
        _shown()
        .where(
            entry.c.school_id == SCHOOL,
            entry.c.number < bindparam("before", type_=BigInteger),
            or_(entry.c.change == any_(kinds), changed),
            entry.c.at >= since,
            entry.c.at < until,
            *found_by,
        )
        .order_by(entry.c.number.desc())
        .limit(LIMIT)
    )


audit_page = named("audit_page", AuditEntry, lambda: _page())
audit_page_of_students = named("audit_page_of_students", AuditEntry, lambda: _page(OF_STUDENT))
audit_page_of_accounts = named(
    "audit_page_of_accounts", AuditEntry, lambda: _page(OF_ACCOUNT, OF_OTHERS)
)
audit_page_of_both = named(
    "audit_page_of_both", AuditEntry, lambda: _page(OF_STUDENT, OF_ACCOUNT, OF_OTHERS)
)


@statement(AuditEntry)
def audit_entries_by_id() -> ClauseElement:
    entry = table(AuditEntry)
    return _shown().where(entry.c.school_id == SCHOOL, among(entry.c.id))


@statement(AuditEntry)
def duplicates_of() -> ClauseElement:
    """The entries of records that became one with those of the `ids`, which `what` names."""
    entry = table(AuditEntry)
    return select(entry.c.ref, entry.c.what).where(
        entry.c.school_id == SCHOOL, entry.c.change == "MERGED", among(entry.c.student_id)
    )
