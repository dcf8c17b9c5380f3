"""Mutations by which a school's office makes records: a list of them, all or none."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, get_type_hints

from db.statement import Statement
from db.store import Reader, Store
from db.tables.columns import OfSchool
from db.tables.schools import School
from db.writing.kept import school_of_office
from db.writing.versioned import Row
from domain.audience import OFFICE, Audience
from domain.history import Step
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.creation import MOST_AT_ONCE, Insertion, as_sent
from resolvers.declarations.inputs import Parsed, parse
from resolvers.declarations.mutation import Code, Mutation, Services, declared
from resolvers.declarations.noun import Noun
from resolvers.declarations.parsing import not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.viewer import Viewer

I = TypeVar("I")  # noqa: E741
T = TypeVar("T", bound=OfSchool)
Rows = Callable[[Transaction, Parsed[I], School], Awaitable[Sequence[Row]]]


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
        async def run(
            store: Store, viewer: Viewer, given: I, key: str | None, services: Services
        ) -> Outcome:
            async def whole(reader: Reader) -> list[T]:
                parsed = _parsed(given, items)
                transaction = _transaction(reader, viewer, parsed, items, by)
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

            return await attempt(store, viewer, noun, whole)

        input_ = get_type_hints(act)["given"].__args__[0]
        answer = f"The {noun.word}s in the order of the input."
        all_codes = (*codes, Code.FORBIDDEN)
        return declared(act.__name__, noun, description, input_, all_codes, answer, True, None, run)

    return declare


async def held(transaction: Transaction) -> School:
    """The school as it is, which nobody else sets up until the transaction ends."""
    school = await transaction.reader.first(school_of_office, school=transaction.school_id)
    if school is None:
        raise not_found("school", "school")
    return school


class Problems:
    """What is wrong with the rows of a list, each with its place; raised all at once."""

    def __init__(self) -> None:
        self.errors: list[UserError] = []

    def note(self, draft: Parsed[Any], reason: UserError | None) -> bool:
        """Note the reason at the draft, if there is one; whether there was."""
        if reason is not None:
            self.errors.append(reason.at(*draft.at(*reason.path)))
        return reason is not None

    def insist(self) -> None:
        if self.errors:
            raise Refused(*self.errors)


def _parsed(given: I, items: str) -> Parsed[I]:
    if not 0 < len(getattr(given, items)) <= MOST_AT_ONCE:
        raise refused(Code.BAD_INPUT, f"Give 1 to {MOST_AT_ONCE} {items} at once.", items)
    return parse(given)


def _transaction(
    reader: Reader, viewer: Viewer, parsed: Parsed[Any], items: str, by: Audience
) -> Transaction:
    """In the school that the input names, where the viewer is of its office."""
    school = parsed.keys["school"][0]
    rights = rights_in(viewer, school, "school", "school")
    if not rights.everywhere & by:
        raise refused(Code.FORBIDDEN, "Only the school's office sets it up.", "school")
    wrong: list[UserError] = []
    for draft in parsed.items[items]:
        try:
            draft.check_school(school)
        except Refused as refusal:
            wrong += refusal.errors
    if wrong:
        raise Refused(*wrong)
    return Transaction(reader, viewer, school)


async def unused(
    transaction: Transaction, users: Statement[Any], record: Any, message: str, *path: str
) -> None:
    """IN_USE where the statement finds any user of the record."""
    found = await transaction.reader.first(users, school=transaction.school_id, ref=record.id)
    if found is not None:
        raise refused(Code.IN_USE, message, *path)
