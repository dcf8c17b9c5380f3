"""What every change of a record has in common: it is found, allowed, open, and of its version."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from db.reading.diary import grades_to_change, homework_to_change, lessons_by_id
from db.statement import Statement
from db.store import Reader, Store
from db.writing.grounds import periods_to_write_in
from domain.audience import Audience
from domain.policy import locked_out, may_grade, may_set_homework, may_set_topic
from domain.refusals import Fault, Refusal, Refused, refused
from resolvers.mutations.attempt import Outcome, attempt
from resolvers.mutations.given import not_found, record_id, rights_in
from resolvers.mutations.receipts import Request, earlier
from resolvers.relations import may_know, relation
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be changed: `field` is the input that names it, `day` when it happened."""

    noun: str
    word: str
    by_id: Statement[Any]
    may: Callable[[Audience], bool]
    day: Callable[[Any], date]
    field: str = "id"


GRADE = Kind("Grade", "grade", grades_to_change, may_grade, lambda grade: grade.day)
HOMEWORK = Kind(
    "Homework", "homework", homework_to_change, may_set_homework, lambda work: work.lesson_day
)
LESSON = Kind("Lesson", "lesson", lessons_by_id, may_set_topic, lambda lesson: lesson.day, "lesson")

Act = Callable[[Reader, Any], Awaitable[None]]


async def edit(
    store: Store, viewer: Viewer, kind: Kind, id_: str, request: Request, act: Act
) -> Outcome:
    """Let `act` change the record, once for the request; answer the record as it is then."""

    async def whole(reader: Reader) -> list[Any]:
        school, ref = record_id(id_, kind.noun, kind.field)
        rights_in(viewer, school, kind.word, kind.field)
        if await earlier(reader, viewer, school, request, [ref]) is None:
            record = await _known(reader, viewer, kind, school, ref)
            await _allowed(reader, viewer, kind, record)
            await act(reader, record)
        return [await _known(reader, viewer, kind, school, ref)]

    return await attempt(store, viewer, kind.noun, whole)


def expect(record: Any, version: int) -> None:
    """The version that the change is meant for is the one that stands."""
    if record.version != version:
        raise _conflict(record)


async def still(reader: Reader, kind: Kind, changed: object, record: Any) -> None:
    """That the statement changed the record; where another was faster, it found none to change."""
    if changed is None:
        raise _conflict(
            await reader.first(kind.by_id, school=record.school_id, ids=[record.id]) or record
        )


def _conflict(current: Any) -> Refused:
    message = f"Another change was faster: the version is {current.version} now."
    return refused(Fault.CONFLICT, message, "expectedVersion", current=current)


async def _known(reader: Reader, viewer: Viewer, kind: Kind, school: int, ref: UUID) -> Any:
    record = await reader.first(kind.by_id, school=school, ids=[ref])
    if record is None or not may_know(viewer, kind.noun, record):
        raise not_found(kind.word, kind.field)
    return record


async def _allowed(reader: Reader, viewer: Viewer, kind: Kind, record: Any) -> None:
    if not kind.may(relation(viewer, kind.noun, record)):
        raise refused(Fault.FORBIDDEN, f"You may not change this {kind.word}.", kind.field)
    periods: list[Any] = await reader.fetch(periods_to_write_in, school=record.school_id)
    if (closed := locked_out(periods, kind.day(record))) is not None:
        raise Refused(Refusal(closed.code, closed.message, (kind.field,)))
