"""Mutations that make records: one or many at once, idempotent on ids that the client chose."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar, get_type_hints
from uuid import UUID

from db.store import Reader, Store
from db.tables.columns import OfSchool
from db.writing.versioned import Row
from domain.audience import Audience
from domain.history import Step
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.attachments import attach, holds
from resolvers.declarations.inputs import (
    Aside,
    Filled,
    GlobalId,
    OwnId,
    Parsed,
    fields_of,
    parse,
)
from resolvers.declarations.mutation import Code, Mutation, Run, Services, declared
from resolvers.declarations.naming import snake
from resolvers.declarations.noun import Noun, words
from resolvers.declarations.parsing import not_found
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, in_transaction
from resolvers.relations import may_know
from resolvers.viewer import Viewer

I = TypeVar("I")  # noqa: E741
T = TypeVar("T", bound=OfSchool)
P = TypeVar("P", bound=OfSchool)
Act = Callable[[Transaction, Parsed[I], P], Awaitable[Row]]
Rows = Callable[[Transaction, Sequence[Parsed[I]]], Awaitable[Sequence[Row]]]
AsWritten = Callable[[Transaction, Sequence[tuple[Parsed[Any], Any]]], Awaitable[Sequence[Row]]]
"""What columns of a record would hold of each draft, where that is not what the client sent."""
Tells = Callable[[Store, Viewer, Any], Awaitable[dict[str, Any]]]
"""What a payload tells of a record that was made, by the names of its fields."""
MOST_AT_ONCE = 200


async def as_sent(
    transaction: Transaction, drafts: Sequence[tuple[Parsed[Any], Any]]
) -> Sequence[Row]:
    return [{} for _ in drafts]


def creates(
    noun: Noun[T],
    description: str,
    *codes: UserErrorCode,
    at: Noun[P],
    field: str,
    step: Step,
    by: Audience,
    refusal: str,
    requires: Sequence[Callable[[P], UserError | None]] = (),
    as_written: AsWritten = as_sent,
    more: Mapping[str, str] | None = None,
    tells: Tells | None = None,
) -> Callable[[Act[I, P]], Mutation[I]]:
    """Declare a mutation whose function answers the row of a record to make.

    It is made at the record that the `field` names: `by` says who may make it, of what the viewer
    is to that; a `refusal` tells others so. Its day has to be open.
    What the payload tells of the record besides, described by `more`, is what `tells` answers.
    """

    def declare(act: Act[I, P]) -> Mutation[I]:
        if holds_it := at.day is not None:
            _ = at.held  # known to whoever reads all statements

        async def rows(transaction: Transaction, given: Sequence[Parsed[I]]) -> Sequence[Row]:
            (draft,) = given
            path = _at(draft, field)
            place = await transaction.known(at, draft.keys[field][1], *path, held=holds_it)
            if not transaction.relation(at, place) & by:
                raise refused(Code.FORBIDDEN, refusal, *path)
            if (day := at.day_of(place)) is not None:
                await transaction.open_on(day, *path)
            for required in requires:
                transaction.insist(required(place), *path)
            return [await act(transaction, draft, place)]

        input_ = get_type_hints(act)["given"].__args__[0]
        implied = (Code.FORBIDDEN, *((Code.PERIOD_LOCKED,) if at.day else ()))
        return _inserting(
            act.__name__, noun, description, (*codes, *implied), input_, None, field, step,
            as_written, rows, by, at.name, requires, more, tells,
        )  # fmt: skip

    return declare


def inserts(
    noun: Noun[T],
    input_: type[I],
    rows: Rows[Any],
    description: str,
    *codes: UserErrorCode,
    field: str,
    step: Step,
    by: Audience,
    at: str,
    requires: Sequence[Callable[[Any], UserError | None]] = (),
    items: str | None = None,
    as_written: AsWritten = as_sent,
) -> Mutation[I]:
    """Declare, of a function that answers the rows of all drafts at once, a mutation of an input.

    The drafts are the `items` of the input, or the input itself; the `field` of each tells the
    school. The function itself says what is refused, and that it is `by` whom it may be made, `at`
    a record of that noun; `requires` is what it insists on there.
    """
    name = snake(input_.__name__)
    return _inserting(
        name,
        noun,
        description,
        codes,
        input_,
        items,
        field,
        step,
        as_written,
        rows,
        by,
        at,
        requires,
    )


def _inserting(
    name: str,
    noun: Noun[T],
    description: str,
    codes: Sequence[UserErrorCode],
    input_: type[I],
    items: str | None,
    field: str,
    step: Step,
    as_written: AsWritten,
    rows: Rows[Any],
    by: Audience,
    at: str,
    requires: Sequence[Callable[[Any], UserError | None]] = (),
    more: Mapping[str, str] | None = None,
    tells: Tells | None = None,
) -> Mutation[I]:
    if noun.written is None:
        raise TypeError(f"A {noun.name} has no history: say in its noun how it is written.")
    made = Insertion(noun, field, step, as_written, rows)

    async def insert(reader: Reader, viewer: Viewer, given: I, key: str | None) -> list[T]:
        drafts = _drafts(given, items)
        transaction = _transaction(reader, viewer, drafts, field, noun.word)
        ids = [draft.id for draft in drafts]
        done = None
        if key is not None:
            request = Request(name, given, key)
            done = await earlier(reader, viewer, transaction.school_id, request, ids)
        new = await made.insert(transaction, drafts) if done is None else []
        return await made.shown(transaction, done or ids, new)

    each = next((each for each in fields_of(input_) if each.name == items), None)
    fields = fields_of(input_ if each is None else each.of.__args__[0])
    own = any(each.marker(OwnId) for each in fields)
    who = "The {0}s in the order of the input" if items else "The {0}"
    answer = (who + ("; after a conflict, the one that has the id." if own else ".")).format(
        noun.word
    )
    all_codes = (*codes, Code.CONFLICT) if own else codes
    run: Run = in_transaction(noun, insert)
    if tells is not None:
        run = _telling(run, tells)
    return declared(
        name, noun, description, input_, all_codes, answer, bool(items), more, run,
        by=by, at=at, requires=requires,
    )  # fmt: skip


def _telling(run: Run, tells: Tells) -> Run:
    """The same, which tells of the record that was made."""

    async def told(
        store: Store, viewer: Viewer, given: Any, key: str | None, services: Services
    ) -> Outcome:
        outcome = await run(store, viewer, given, key, services)
        if outcome.errors:
            return outcome
        return replace(outcome, more=await tells(store, viewer, outcome.record))

    return told


class Insertion(Generic[T]):
    """Makes the records of drafts that were not made before."""

    def __init__(
        self, noun: Noun[T], field: str, step: Step, as_written: AsWritten, rows: Rows[Any]
    ) -> None:
        self.noun = noun
        self.written = noun.written
        self.step = step
        self.as_written = as_written
        self.rows = rows

    async def insert(self, transaction: Transaction, drafts: Sequence[Parsed[Any]]) -> Sequence[T]:
        """The records that were not there yet."""
        assert self.written is not None
        named = [draft for draft in drafts if draft.named]
        in_use = await self._in_use(transaction, named)
        left = [draft for draft in drafts if not in_use.get(draft.id, (None, False))[1]]
        if not left:
            return []
        inserted = await self.written.insert(
            transaction.reader,
            transaction.account_id,
            transaction.school_id,
            self.step,
            await self.rows(transaction, left),
            reason=_reason(left),
        )
        new = {record.id for record in inserted}
        for draft in left:
            if draft.id in new and (files := draft.files):
                await attach(transaction, self.noun, draft.id, files, *draft.at_files)
        await self._insist_on_same(transaction, [draft for draft in left if draft.id not in new])
        return inserted

    async def shown(
        self, transaction: Transaction, ids: Sequence[UUID], new: Sequence[T]
    ) -> list[T]:
        """The records of the ids, of which some are `new` and need not be read again."""
        known = {row.id: row for row in new} if self.noun.reads_itself else {}
        if not all(may_know(transaction.viewer, self.noun.name, row) for row in known.values()):
            raise not_found(self.noun.word)
        old = [id_ for id_ in ids if id_ not in known]
        if old:
            known |= zip(old, await transaction.shown(self.noun, old), strict=True)
        return [known[id_] for id_ in ids]

    async def _insist_on_same(
        self, transaction: Transaction, drafts: Sequence[Parsed[Any]]
    ) -> None:
        """Raise a conflict for the first draft whose id is in use for another record.

        That it is in use cannot be kept from whoever names it: a school has an id once, and to
        make the record under another would take it from under its author's retries. So the answer
        is the same whichever record it is, without the record where the viewer may not know of it;
        and it comes after all other refusals, so that only somebody who may make the very record
        hears it.
        """
        in_use = await self._in_use(transaction, drafts)
        for draft in drafts:
            record, same = in_use[draft.id]
            if not same:
                message = f"This id is in use: give the {self.noun.word} another."
                raise refused(Code.CONFLICT, message, *draft.at("id"), current=record)

    async def _in_use(
        self, transaction: Transaction, drafts: Sequence[Parsed[Any]]
    ) -> dict[UUID, tuple[T, bool]]:
        """By ids that are in use: the record, and whether it is the viewer's, made just so."""
        assert self.written is not None
        if not drafts:
            return {}
        named = {draft.id: draft for draft in drafts}
        school = transaction.school_id
        records = await transaction.reader.fetch(self.noun.whole, school=school, ids=list(named))
        if not records:
            return {}
        first = await self.written.as_inserted(transaction.reader, school, records)
        pairs = [(named[record.id], record) for record in records]
        written = await self.as_written(transaction, pairs)
        found: dict[UUID, tuple[T, bool]] = {}
        for (draft, record), overrides in zip(pairs, written, strict=True):
            by, row = first[record.id]
            asked = _columns(draft) | dict(overrides)
            same = all(row[name] == value for name, value in asked.items())
            if same and (files := draft.files):
                same = await holds(transaction, record.id, files, *draft.at_files)
            found[record.id] = record, same and by == transaction.account_id
        return found


def _reason(drafts: Sequence[Parsed[Any]]) -> str | None:
    """Why the one record is made, where the input says so beside its columns."""
    if len(drafts) != 1:
        return None
    of = type(drafts[0].given)
    beside = (each for each in fields_of(of) if each.name == "reason" and each.marker(Aside))
    return next((getattr(drafts[0].given, each.name) for each in beside), None)


def _columns(draft: Parsed[Any]) -> dict[str, Any]:
    """What the draft says of the record's columns; what is filled from elsewhere is left out."""
    filled = {
        each.column
        for each in fields_of(type(draft.given))
        if each.marker(OwnId)
        or each.marker(Aside)
        or (each.marker(Filled) and getattr(draft.given, each.name) is None)
    }
    return {name: value for name, value in draft.columns().items() if name not in filled}


def _at(draft: Parsed[Any], field: str) -> tuple[str, ...]:
    """The path of a field of the input, as clients call it."""
    names = {each.name: each.client_name for each in fields_of(type(draft.given))}
    return draft.at(names[field])


def _drafts(given: Any, items: str | None) -> Sequence[Parsed[Any]]:
    if items is None:
        return [parse(given)]
    if not 0 < len(getattr(given, items)) <= MOST_AT_ONCE:
        message = f"Give 1 to {MOST_AT_ONCE} {items} at once."
        raise refused(Code.BAD_INPUT, message, items)
    return parse(given).items[items]


def _transaction(
    reader: Reader, viewer: Viewer, drafts: Sequence[Parsed[Any]], field: str, word: str
) -> Transaction:
    """In the one school that all drafts name; their ids differ."""
    school = drafts[0].keys[field][0]
    seen: set[UUID] = set()
    wrong: list[UserError] = []
    for draft in drafts:
        try:
            if draft.keys[field][0] not in viewer.schools:
                raise not_found(_word(draft, field), *_at(draft, field))
            draft.check_school(school)
        except Refused as refusal:
            wrong += refusal.errors
        if draft.id in seen:
            message = f"Two {word}s of this request have the same id."
            wrong.append(UserError(Code.BAD_INPUT, message, draft.at("id")))
        seen.add(draft.id)
    if wrong:
        raise Refused(*wrong)
    return Transaction(reader, viewer, school)


def _word(draft: Parsed[Any], field: str) -> str:
    """What the field names, in a sentence."""
    named = (each.marker(GlobalId) for each in fields_of(type(draft.given)) if each.name == field)
    return next((words(noun.noun) for noun in named if noun), "record")
