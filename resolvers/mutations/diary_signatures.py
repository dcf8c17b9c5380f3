"""Guardians sign the week of a diary, and say what of it they have seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from db.reading.diary_signatures import signatures_of_week
from db.store import Reader, Store
from db.writing.diary_signatures import DIARY_SIGNATURES, hold_diary, note_seen
from domain.history import Step
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.inputs import Called, GlobalId, GlobalIds, Parsed, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.noun import NOUNS
from resolvers.declarations.office import known_ids
from resolvers.declarations.parsing import not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.diary_signatures import DIARY_SIGNATURE, SIGNERS
from resolvers.relations import may_know
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class SignDiaryWeek:
    """A week of a diary that a guardian has looked at."""

    student: Annotated[str, "The student, by global id.", GlobalId("Student")]
    day: Annotated[
        date | None, "A day of the week, from Monday on; unless told, today.", Called("date")
    ] = None


@mutation(
    DIARY_SIGNATURE,
    "Sign the week of a diary, as a guardian; who has signed it before is answered that. Its staff "
    "is told, and the child is not.",
    Code.FORBIDDEN,
    by=SIGNERS,
    at="Student",
    answer="The signature.",
)
async def sign_diary_week(
    store: Store, viewer: Viewer, given: SignDiaryWeek, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Any]:
        transaction, student = await _of_guardian(reader, viewer, parse(given))
        day = given.day or transaction.today
        if day > transaction.today:
            raise refused(Code.BAD_INPUT, "A week to come is not signed.", "date")
        week = day - timedelta(day.weekday())
        request = Request("sign_diary_week", given, key)
        await reader.run(hold_diary, school=transaction.school_id, ref=student)
        there = await reader.fetch(
            signatures_of_week, school=transaction.school_id, ids=[student], week=week
        )
        own = [each.id for each in there if each.author_id == transaction.account_id]
        ids = own or [uuid7()]
        done = await earlier(reader, viewer, transaction.school_id, request, ids)
        if not own and done is None:
            row = {
                "id": ids[0],
                "student_id": student,
                "author_id": transaction.account_id,
                "week": week,
            }
            await DIARY_SIGNATURES.insert(
                reader, transaction.account_id, transaction.school_id, Step.SIGNED, [row]
            )
        return await transaction.shown(DIARY_SIGNATURE, done or ids)

    return await attempt(store, viewer, DIARY_SIGNATURE, act)


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """What of a student's diary a guardian has seen."""

    student: Annotated[str, "The student, by global id.", GlobalId("Student")]
    grades: Annotated[
        Sequence[str], f"Grades, by global id: {MOST_AT_ONCE} at most.", GlobalIds("Grade")
    ] = field(default_factory=list)
    remarks: Annotated[
        Sequence[str], f"Remarks, by global id: {MOST_AT_ONCE} at most.", GlobalIds("Remark")
    ] = field(default_factory=list)


@mutation(
    STUDENT,
    "Say which grades and remarks of a child the viewer has seen, as a guardian: all of them or "
    "none. Of what they had seen before, the first time stays.",
    Code.FORBIDDEN,
    by=SIGNERS,
    answer="The student.",
)
async def mark_seen(
    store: Store, viewer: Viewer, given: MarkSeen, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Any]:
        transaction, student = await _of_guardian(reader, viewer, parse(given))
        if not given.grades and not given.remarks:
            raise refused(Code.BAD_INPUT, "Name grades or remarks.", "grades")
        ids = await _own(transaction, student, "Grade", given.grades, "grades")
        ids += await _own(transaction, student, "Remark", given.remarks, "remarks")
        request = Request("mark_seen", given, key)
        if await earlier(reader, viewer, transaction.school_id, request, [student]) is None:
            await reader.run(
                note_seen,
                school=transaction.school_id,
                account=transaction.account_id,
                id=[uuid7() for _ in ids],
                student_id=[student for _ in ids],
                record_id=sorted(ids),
            )
        return await transaction.shown(STUDENT, [student])

    return await attempt(store, viewer, STUDENT, act)


async def _of_guardian(
    reader: Reader, viewer: Viewer, given: Parsed[Any]
) -> tuple[Transaction, UUID]:
    """The transaction, and the student whose guardian the viewer is today."""
    school, id_ = given.keys["student"]
    rights_in(viewer, school, "student", "student")
    transaction = Transaction(reader, viewer, school)
    student = await transaction.known(STUDENT, id_, "student")
    if not transaction.relation(STUDENT, student) & SIGNERS:
        raise refused(Code.FORBIDDEN, "Only a guardian of the student does this.", "student")
    return transaction, id_


async def _own(
    transaction: Transaction, student: UUID, noun: str, named: Sequence[str], path: str
) -> list[UUID]:
    """The ids of records of the student that the viewer may know of."""
    ids = list(dict.fromkeys(await known_ids(transaction, noun, named, path)))
    rows = await transaction.reader.fetch(NOUNS[noun].read, school=transaction.school_id, ids=ids)
    known = {
        row.id
        for row in rows
        if row.student_id == student and may_know(transaction.viewer, noun, row)
    }
    for place, id_ in enumerate(ids):
        if id_ not in known:
            raise not_found(NOUNS[noun].word, path, str(place))
    return ids
