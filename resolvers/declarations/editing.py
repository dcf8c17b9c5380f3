"""Mutations that change one record: it is found, allowed, open, and of the expected version."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast, get_type_hints

from strawberry import UNSET

from db.store import Reader
from db.tables.columns import OfSchool
from db.writing.versioned import Row
from domain.audience import Audience
from domain.history import Step
from domain.refusals import UserError, UserErrorCode, refused
from resolvers.declarations.attachments import attach
from resolvers.declarations.inputs import (
    Field,
    Parsed,
    Reference,
    Text,
    fields_of,
    parse,
    record_id,
)
from resolvers.declarations.mutation import Code, Mutation, declared
from resolvers.declarations.noun import Noun
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import (
    OfVersion,
    Transaction,
    conflict,
    in_transaction,
)
from resolvers.viewer import Viewer

I = TypeVar("I")  # noqa: E741
T = TypeVar("T", bound=OfSchool)
Act = Callable[[Transaction, Parsed[I], T], Awaitable[Row]]
Requirement = Callable[[T], UserError | None]
OF_ONES_OWN = "Somebody else decides on this, as it is your own."


@dataclass(frozen=True, slots=True)
class Edit:
    """The {noun} to change, and the version of it that its author has seen."""

    id: Annotated[str, "The {noun}, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    reason: Annotated[str, "Why; kept in the history.", Text(LONGEST_REASON)]


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may change a record, and what has to hold of it, as `edits` declares them."""

    by: Audience
    not_by: str | None
    requires: Sequence[Requirement[Any]]
    takes_back: bool


def edits(
    noun: Noun[T],
    description: str,
    *codes: UserErrorCode,
    by: Audience,
    step: Step | None = None,
    elsewhere: bool = False,
    requires: Sequence[Requirement[T]] = (),
    not_by: str | None = None,
    answer: str | None = None,
    takes_back: bool = False,
) -> Callable[[Act[I, T]], Mutation[I]]:
    """Declare a mutation whose function answers the columns to change of the record.

    `by` says who may make the change, of what the viewer is to the record, and `not_by` the column
    of the account that may not, whatever it is; `requires` what else has to hold of it. The change
    is a `step` of its history; the function of a noun without one writes it itself, as does one
    that changes what is `elsewhere`, and not the record. One of such a noun `takes_back` what was
    put away.
    """
    if (noun.written is None or elsewhere) != (step is None):
        raise TypeError(f"A step is of a history: {noun.name} has one, or the step is left out.")
    codes = (*codes, *_implied(noun, step))
    if takes_back:
        codes, requires = (*codes, Code.NOT_WITHDRAWN), (*requires, put_away(noun))
    rules = Rules(by, not_by, requires, takes_back)

    def declare(act: Act[I, T]) -> Mutation[I]:
        input_ = get_type_hints(act)["given"].__args__[0]
        reference = next(each for each in fields_of(input_) if each.marker(Reference))

        async def edit(reader: Reader, viewer: Viewer, given: I, key: str | None) -> list[T]:
            parsed = parse(given)
            path = (reference.client_name,)
            text = getattr(parsed.given, reference.name)
            school, ref = record_id(text, noun.name, *path)
            rights_in(viewer, school, noun.word, *path)
            transaction = Transaction(reader, viewer, school)
            request = Request(act.__name__, given, key)
            parsed.check_school(school)
            if await earlier(reader, viewer, school, request, [ref]) is None:
                done = False
                while not done:  # where another is faster, what it leaves is looked at anew
                    record = await transaction.known(noun, ref, *path)
                    await _insist(transaction, noun, record, parsed, rules, *path)
                    to = await act(transaction, parsed, record)
                    done = await _changed(transaction, noun, record, step, parsed.given, to)
                if (files := parsed.files) is not None:
                    await attach(transaction, noun, ref, files, *parsed.at_files)
            return await transaction.shown(noun, [ref])

        now = answer or f"The {noun.word} as it is now, after a conflict too."
        run = in_transaction(noun, edit)
        return declared(
            act.__name__, noun, description, input_, codes, now, False, None, run,
            by=by, at=noun.name, requires=requires, not_by=not_by, takes_back=takes_back,
        )  # fmt: skip

    return declare


def _implied(noun: Noun[Any], step: Step | None) -> tuple[UserErrorCode, ...]:
    return (
        Code.FORBIDDEN,
        *((Code.CONFLICT,) if step else ()),
        *((Code.PERIOD_LOCKED,) if noun.day else ()),
    )


def put_away(noun: Noun[Any]) -> Requirement[Any]:
    """Refuse to take back what is in use."""

    def put_away(record: Any) -> UserError | None:
        if not record.active:
            return None
        return UserError(Code.NOT_WITHDRAWN, f"This {noun.word} is in use.")

    return put_away


def is_put_away(noun: Noun[T], record: T) -> bool:
    """Whether nothing is changed of the record any more: one of a noun without a history, which
    could not say what its changes were."""
    return noun.written is None and not getattr(record, "active", True)


async def _changed(
    transaction: Transaction,
    noun: Noun[T],
    record: T,
    step: Step | None,
    given: object,
    to: Row,
) -> bool:
    """Whether the record was changed, if this is a step of its history: not where it is of another
    version by now."""
    if step is None:
        return True
    assert noun.written is not None
    account, reason = transaction.account_id, getattr(given, "reason", None)
    changed = await noun.written.change(transaction.reader, account, record, step, reason, to)
    return changed is not None


async def _insist(
    transaction: Transaction,
    noun: Noun[T],
    record: T,
    parsed: Parsed[Any],
    rules: Rules,
    *path: str,
) -> None:
    """Refuse a change that is not allowed of the record as it is."""
    given = parsed.given
    if is_put_away(noun, record) and not rules.takes_back:
        raise not_found(noun.word, *path)
    if not transaction.relation(noun, record) & rules.by:
        raise refused(Code.FORBIDDEN, f"You may not change this {noun.word}.", *path)
    if rules.not_by is not None and getattr(record, rules.not_by) == transaction.account_id:
        raise refused(Code.FORBIDDEN, OF_ONES_OWN, *path)
    if (day := noun.day_of(record)) is not None:
        await transaction.open_on(day, *path, reason=getattr(given, "reason", None))
    _of_version(record, given)
    for required in rules.requires:
        if (reason := required(record)) is not None:
            raise refused(reason.code, reason.message, *path, current=record)
    _changes_something(parsed)


def _of_version(record: object, given: object) -> None:
    """The version that the change is meant for, where it says one, is the one that stands."""
    expected: int | None = getattr(given, "expected_version", None)
    if expected is None:
        return
    of_version = cast("OfVersion", record)
    if of_version.version != expected:
        raise conflict(of_version)


def _changes_something(parsed: Parsed[Any]) -> None:
    optional: list[Field] = [each for each in fields_of(type(parsed.given)) if each.optional]
    if optional and all(getattr(parsed.given, each.name) is UNSET for each in optional):
        path = [optional[0].client_name] if len(optional) == 1 else []
        raise refused(Code.BAD_INPUT, "A change changes something.", *path)
