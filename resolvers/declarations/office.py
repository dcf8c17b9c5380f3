"""Mutations by which a school's office makes records, all or none of a list.

`founds` makes people and what ties them, which have no history; `sets_up` makes what a school is
set up with, which has one. Both hold the office while they write.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

from db.statement import Statement
from db.store import Reader
from db.tables.columns import OfSchool
from db.tables.schools import School
from db.writing.office_records import Kept, Row, school_of_office
from domain.audience import OFFICE, Audience
from domain.history import Step
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.creation import MOST_AT_ONCE, Insertion, as_sent
from resolvers.declarations.inputs import Parsed, parse, record_id
from resolvers.declarations.mutation import Code, Mutation, declared
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.declarations.parsing import not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Transaction, in_transaction
from resolvers.global_id import NIL
from resolvers.viewer import Viewer

I = TypeVar("I")  # noqa: E741
T = TypeVar("T", bound=OfSchool)
Rows = Callable[[Transaction, Parsed[I], School], Awaitable[Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Office:
    """The school's office, held by one transaction at a time until it ends."""

    transaction: Transaction
    school: School

    @property
    def reader(self) -> Reader:
        return self.transaction.reader

    async def insert(self, kept: Kept[Any], *rows: Row) -> None:
        await kept.insert(self.reader, self.school, rows)

    async def change(self, kept: Kept[Any], record: Any, **to: object) -> None:
        await kept.change(self.reader, self.school, record, to)

    async def of(self, statement: Any, ids: Iterable[UUID]) -> list[Any]:
        """The records that a statement has of the `ids`, such as those to change."""
        found: list[Any] = await self.reader.fetch(
            statement, school=self.transaction.school_id, ids=list(ids)
        )
        return found

    async def found(self, kept: Kept[Any], id_: UUID) -> Any:
        """A record with all its columns, also one that is put away; None if there is none. It is
        held."""
        return (await kept.by_ids(self.reader, self.transaction.school_id, [id_])).get(id_)

    async def whole(self, kept: Kept[Any], id_: UUID, word: str, *path: str) -> Any:
        """A record that is not put away, with all its columns; it is held."""
        found = await self.found(kept, id_)
        if found is None or not found.active:
            raise not_found(word, *path)
        return found


async def held(transaction: Transaction) -> School:
    """The school as it is, which nobody else sets up until the transaction ends."""
    school = await transaction.reader.first(school_of_office, school=transaction.school_id)
    if school is None:
        raise not_found("school", "school")
    return school


async def office_of(transaction: Transaction) -> Office:
    """The office, once nobody else holds it."""
    return Office(transaction, await held(transaction))


class Refusals:
    """What is wrong with the rows of a list, told all at once."""

    def __init__(self) -> None:
        self.errors: list[UserError] = []

    def note(self, error: UserError | None, *path: str) -> bool:
        """Whether there is nothing to refuse; the error's own path follows that of its row."""
        if error is not None:
            self.errors.append(error.at(*path, *error.path))
        return error is None

    @contextmanager
    def noting(self, *path: str) -> Iterator[None]:
        """Note what the block refuses."""
        try:
            yield
        except Refused as refusal:
            for error in refusal.errors:
                self.note(error, *path)

    def check(self) -> None:
        if self.errors:
            raise Refused(*self.errors)


def founds(
    noun: Noun[Any],
    description: str,
    *codes: UserErrorCode,
    items: str | None = None,
) -> Callable[[Callable[[Office, Parsed[I]], Awaitable[None]]], Mutation[I]]:
    """Declare a mutation of the office whose function makes the record of an input that names the
    `school`; or those of its `items`, all or none, each with the id of its item."""

    def declare(act: Callable[[Office, Parsed[I]], Awaitable[None]]) -> Mutation[I]:
        input_ = get_type_hints(act)["given"].__args__[0]
        name = act.__name__

        async def work(reader: Reader, viewer: Viewer, given: I, key: str | None) -> list[Any]:
            transaction, parsed = _opened(reader, viewer, given, items, OFFICE)
            ids = [each.id for each in (parsed.items[items] if items else [parsed])]
            request = Request(name, given, key)
            done = await earlier(reader, viewer, transaction.school_id, request, ids)
            if done is None:
                await act(await office_of(transaction), parsed)
            return await transaction.shown(noun, done or ids)

        answer = f"The {noun.word}s in the order of the input." if items else f"The {noun.word}."
        all_codes = (*codes, Code.FORBIDDEN)
        run = in_transaction(noun, work)
        return declared(
            name, noun, description, input_, all_codes, answer, bool(items), None, run,
            by=OFFICE, at="School",
        )  # fmt: skip

    return declare


def sets_up(
    noun: Noun[T],
    description: str,
    *codes: UserErrorCode,
    items: str,
    step: Step = Step.CREATED,
    by: Audience = OFFICE,
) -> Callable[[Rows[I]], Mutation[I]]:
    """Declare a mutation whose function answers the rows of all `items` of its input.

    The input names the `school`, which is held until the transaction ends, so that nobody else sets
    it up meanwhile. `by` says who may, of what the viewer is in the school.
    """
    assert noun.written is not None

    def declare(act: Rows[I]) -> Mutation[I]:
        async def work(reader: Reader, viewer: Viewer, given: I, key: str | None) -> list[T]:
            transaction, parsed = _opened(reader, viewer, given, items, by)
            drafts, request = parsed.items[items], Request(act.__name__, given, key)
            ids = [draft.id for draft in drafts]
            done = await earlier(reader, viewer, transaction.school_id, request, ids)
            if done is not None:
                return await transaction.shown(noun, done)
            school = await held(transaction)

            async def rows(_: Transaction, __: Sequence[Parsed[Any]]) -> Sequence[Row]:
                return await act(transaction, parsed, school)

            insertion = Insertion(noun, "school", step, as_sent, rows)
            new = await insertion.insert(transaction, drafts)
            return list(await insertion.shown(transaction, ids, new))

        input_ = get_type_hints(act)["given"].__args__[0]
        answer = f"The {noun.word}s in the order of the input."
        all_codes = (*codes, Code.FORBIDDEN)
        run = in_transaction(noun, work)
        return declared(
            act.__name__, noun, description, input_, all_codes, answer, True, None, run,
            by=by, at="School",
        )  # fmt: skip

    return declare


def _opened(
    reader: Reader, viewer: Viewer, given: Any, items: str | None, by: Audience
) -> tuple[Transaction, Parsed[Any]]:
    """A transaction in the school that the input names, in which the viewer is one of `by`."""
    if items is not None and not 0 < len(getattr(given, items)) <= MOST_AT_ONCE:
        message = f"Give 1 to {MOST_AT_ONCE} {items} at once."
        raise refused(Code.BAD_INPUT, message, items)
    parsed = parse(given)
    school = parsed.keys["school"][0]
    rights = rights_in(viewer, school, "school", "school")
    transaction = Transaction(reader, viewer, school)
    if parsed.keys["school"][1] != NIL:
        raise not_found("school", "school")
    if not rights.everywhere & by:
        raise refused(Code.FORBIDDEN, "Only the school's office may do this.", "school")
    wrong: list[UserError] = []
    for each in (parsed, *(parsed.items[items] if items else ())):
        try:
            each.check_school(school)
        except Refused as refusal:
            wrong += refusal.errors
    if wrong:
        raise Refused(*wrong)
    return transaction, parsed


async def unused(
    transaction: Transaction, users: Statement[Any], record: Any, message: str, *path: str
) -> None:
    """IN_USE where the statement finds any user of the record."""
    found = await transaction.reader.first(users, school=transaction.school_id, ref=record.id)
    if found is not None:
        raise refused(Code.IN_USE, message, *path)


async def known_ids(
    transaction: Transaction, noun: str, ids: Sequence[str], *path: str
) -> list[UUID]:
    """The ids that a list of global ids carries, each of a record of the school."""
    if len(ids) > MOST_AT_ONCE:
        raise refused(Code.BAD_INPUT, f"Name at most {MOST_AT_ONCE} at once.", *path)
    found: list[UUID] = []
    wrong: list[UserError] = []
    for place, text in enumerate(ids):
        try:
            school, id_ = record_id(text, noun, *path, str(place))
            if school != transaction.school_id:
                raise not_found(NOUNS[noun].word, *path, str(place))
            found.append(id_)
        except Refused as refusal:
            wrong += refusal.errors
    if wrong:
        raise Refused(*wrong)
    return found
