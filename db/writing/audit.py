"""How the audit is written: notes beside what they note, and entries at the end of the chain."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Delete,
    Insert,
    Integer,
    Interval,
    LargeBinary,
    Select,
    String,
    Update,
    Uuid,
    bindparam,
    cast,
    delete,
    func,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import ACTOR, NOW, ORIGIN, SCHOOL, among, is_free, table
from db.statement import statement
from db.store import Reader
from db.tables.audit import AuditChain, AuditEntry, AuditNote
from db.tables.columns import TransactionId
from db.tables.feed import FeedKey
from db.tables.schools import WITHIN_ITSELF, School
from db.writing.parts import EXPECTED, constant, insert_each, insert_from, rows_of
from domain.audit import Entry
from domain.ids import uuid7

OF_NOTE: dict[str, ColumnElement[Any]] = {"account_id": ACTOR, "origin": ORIGIN, "at": NOW}
"""What all notes of a statement have in common."""
BATCH = 1_000
HOLDER = bindparam("holder", type_=Uuid())
_last = [UUID(int=0)]


def note_ids(number: int) -> list[UUID]:
    """As many ids, in the order in which this process asks for them."""
    found = []
    for _ in range(number):
        _last[0] = max(uuid7(), UUID(int=_last[0].int + 1))
        found.append(_last[0])
    return found


def noted(
    written: Insert | Update | Delete, change: str, what: str = "", *, answers: Sequence[str] = ()
) -> Select[Any]:
    """The statement, which answers the ids of the records that it has written, and other columns,
    with a note of each.

    For what is written many at once, or where nobody knows beforehand what there is. A note's id is
    made of the record, the change and the instant: a worker of a cluster knows no transaction.
    """
    own: Any = written.table
    done = written.returning(*own.c).cte("done")
    of = cast(done.c.id, String) + cast(literal(f" {own.name} {change} "), String)
    note_id = cast(func.md5(of + cast(NOW, String)), Uuid())
    step: dict[str, ColumnElement[Any]] = {
        "id": note_id,
        "noun": constant(noun_of_table(own)),
        "ref": done.c.id,
        "student_id": student_of(own, done),
        "change": constant(change),
        "what": constant(what),
        "school_id": done.c.school_id,
        **OF_NOTE,
    }
    found = (done.c[name] for name in ("id", *answers))
    return select(*found).add_cte(insert_from(AuditNote, step).cte("noted"))


def student_of(own: Any, row: Any) -> ColumnElement[Any]:
    """Of whom a record of the table is, by its row; null where it is of no student."""
    if own.name == "student":
        found: ColumnElement[Any] = row.c.id
        return found
    return row.c.student_id if "student_id" in own.c else cast(null(), Uuid())


def noun_of_table(own: Any) -> str:
    """Tables are called as their nouns."""
    return "".join(word.capitalize() for word in own.name.split("_"))


@statement(AuditNote)
def note_each() -> ClauseElement:
    given = ("id", "noun", "ref", "student_id", "change", "what")
    return insert_each(AuditNote, given, OF_NOTE)


async def note(
    reader: Reader,
    school: int,
    account: UUID | None,
    change: str,
    *subjects: tuple[str, UUID, UUID | None, str],
) -> None:
    """Note a change of subjects: of each the noun, the id, the student whose it is, and what of it,
    as `Entry.what` says. A guardian's students are found by their ties."""
    for start in range(0, len(subjects), BATCH):
        some = subjects[start : start + BATCH]
        await reader.run(
            note_each,
            school=school,
            actor=account,
            id=note_ids(len(some)),
            noun=[noun for noun, _, _, _ in some],
            ref=[ref for _, ref, _, _ in some],
            student_id=[student for _, _, student, _ in some],
            change=[change for _ in some],
            what=[what for _, _, _, what in some],
        )


async def note_school(reader: Reader, school: int, change: str, what: str) -> None:
    """Note what a command has done to a whole school."""
    await note(reader, school, None, change, ("School", WITHIN_ITSELF, None, what))


@statement(AuditChain)
def begin_chains() -> ClauseElement:
    """A chain for each school that has none."""
    school, chain, key = table(School), table(AuditChain), table(FeedKey)
    rows = select(school.c.school_id, key.c.epoch).select_from(school.join(key, true()))
    begun = insert(chain).from_select(["school_id", "epoch"], rows, include_defaults=False)
    return begun.on_conflict_do_nothing(index_elements=["school_id"])


@statement(AuditChain)
def restart_chain() -> ClauseElement:
    """Begin at the first transaction of another database; returns no row where that is done."""
    chain, key = table(AuditChain), table(FeedKey)
    first = cast(literal("0"), TransactionId())
    return (
        update(chain)
        .where(chain.c.school_id == SCHOOL, chain.c.epoch != key.c.epoch)
        .values(xid=first, seq=-1, epoch=key.c.epoch, lease_holder=None, lease_until=None)
        .returning(chain.c.school_id)
    )


@statement(AuditNote)
def date_notes_back() -> ClauseElement:
    """Have the notes of another database come first."""
    note = table(AuditNote)
    first = cast(literal("1"), TransactionId())
    return update(note).where(note.c.school_id == SCHOOL).values(xid=first)


@statement(AuditChain)
def claim_chain() -> ClauseElement:
    """Lease the chain to a holder, who alone adds entries until the lease ends."""
    chain = table(AuditChain)
    return (
        update(chain)
        .where(chain.c.school_id == SCHOOL, is_free(chain))
        .values(lease_holder=HOLDER, lease_until=NOW + bindparam("lease", type_=Interval))
        .returning(chain)
    )


@statement(AuditChain)
def release_chain() -> ClauseElement:
    chain = table(AuditChain)
    return (
        update(chain)
        .where(chain.c.school_id == SCHOOL, chain.c.lease_holder == HOLDER)
        .values(lease_holder=None, lease_until=None)
    )


ADDED = (
    "id", "number", "at", "account_id", "origin", "change", "noun", "ref", "version", "student_id",
    "what", "digest",
)  # fmt: skip


def _xid(name: str) -> ColumnElement[Any]:
    return cast(cast(bindparam(name, type_=String), String), TransactionId())


@statement(AuditChain)
def add_entries() -> ClauseElement:
    """Add entries to the chain, move its place in the outbox, and delete the notes by `ids`, up to
    the transaction `noted_until`, that they were made of; nothing, and no row, where the chain has
    another end than was expected.

    It is one statement, so that its transaction holds the feed back no longer than that takes.
    """
    chain, note = table(AuditChain), table(AuditNote)
    moved = (
        update(chain)
        .where(
            chain.c.school_id == SCHOOL,
            chain.c.number == EXPECTED,
            chain.c.lease_holder == HOLDER,
        )
        .values(
            number=bindparam("new_number", type_=BigInteger),
            digest=bindparam("new_digest", type_=LargeBinary),
            xid=_xid("new_xid"),
            seq=bindparam("new_seq", type_=Integer),
        )
        .returning(chain.c.school_id)
        .cte("moved")
    )
    there = select(moved.c.school_id).exists()
    until = note.c.xid <= _xid("noted_until")
    gone = delete(note).where(note.c.school_id == SCHOOL, among(note.c.id), until, there)
    rows = rows_of({name: table(AuditEntry).c[name].type for name in ADDED}, "given")
    added = insert_from(AuditEntry, {name: rows.c[name] for name in ADDED}, there)
    return select(moved.c.school_id).add_cte(gone.cte("gone"), added.cte("added"))


def arrays_of(entries: Sequence[Entry], digests: Sequence[bytes]) -> Mapping[str, list[Any]]:
    """The entries as `add_entries` takes them."""
    names = [name for name in ADDED if name != "digest"]
    return {name: [getattr(each, name) for each in entries] for name in names} | {
        "digest": list(digests)
    }


@statement(AuditChain)
def anchor_chain() -> ClauseElement:
    """Set the anchor; entries up to it may be removed from then on."""
    chain = table(AuditChain)
    return (
        update(chain)
        .where(chain.c.school_id == SCHOOL, chain.c.lease_holder == HOLDER)
        .values(
            anchor_number=bindparam("new_number", type_=BigInteger),
            anchor_digest=bindparam("new_digest", type_=LargeBinary),
        )
    )


@statement(AuditEntry)
def remove_entries() -> ClauseElement:
    """Remove the entries up to a number, as many as one statement removes quickly."""
    entry = table(AuditEntry)
    oldest = (
        select(entry.c.id)
        .where(
            entry.c.school_id == SCHOOL,
            entry.c.number <= bindparam("number", type_=BigInteger),
        )
        .order_by(entry.c.number)
        .limit(10 * BATCH)
    )
    removed = delete(entry).where(entry.c.school_id == SCHOOL, entry.c.id.in_(oldest))
    return removed.returning(entry.c.number)
