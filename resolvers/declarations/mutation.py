"""A mutation, declared once: what it takes, what it may refuse, and what it does.

The schema makes of each declaration its input, its payload and its field. `creates` is for those
that make records of a noun, `edits` for those that change one, `mutation` for any other.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints
from warnings import warn

from db.store import Store
from domain.audience import Audience
from domain.origin import acting
from domain.refusals import UserError, UserErrorCode
from resolvers.declarations.inputs import FileIds, fields_of
from resolvers.declarations.noun import Noun
from resolvers.declarations.transaction import Outcome
from resolvers.security import WATCHED, note_outcome
from resolvers.viewer import Viewer

I = TypeVar("I")  # noqa: E741
Code = UserErrorCode
Refusals = tuple[UserErrorCode, ...]
ALWAYS = (Code.BAD_INPUT, Code.NOT_FOUND, Code.IDEMPOTENCY_KEY_REUSED)


class UndeclaredError(Warning):
    """A mutation has answered a code that its declaration does not name."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the process has besides the store, as far as a mutation needs it."""

    webhook_networks: Sequence[Any] = ()


Requirement = Callable[[Any], UserError | None]
More = Mapping[str, str | tuple[str, type]]
"""What a payload tells besides its record, by name: described, and a text unless told."""
Run = Callable[[Store, Viewer, Any, str | None, Services], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, eq=False)
class Mutation(Generic[I]):
    """`answer` describes the payload's record; `more` what else the payload tells, by name. `by` is
    who may call it, of what the viewer is to the record that it is called `at`: a record of that
    noun, which is the one that it changes, or at which or in which it makes one. What it
    `requires` has to hold of that record, and its day has to be open. The account in the record's
    column `not_by` may not call it, whatever it is to the record. It `takes_back` what was put
    away, of which nothing else is changed where that has no history."""

    name: str
    noun: Noun[Any]
    description: str
    input: type[I]
    codes: Refusals
    answer: str | None
    many: bool
    more: More
    run: Run
    by: Audience
    at: str
    requires: Sequence[Requirement] = ()
    not_by: str | None = None
    takes_back: bool = False

    async def __call__(
        self,
        store: Store,
        viewer: Viewer,
        given: I,
        key: str | None = None,
        services: Services = Services(),
    ) -> Outcome:
        """Do it once for the idempotency key: all of it, or nothing and the errors."""
        with acting(viewer.account.id):
            outcome = await self.run(store, viewer, given, key, services)
            if self.name in WATCHED or any(each.code is Code.FORBIDDEN for each in outcome.errors):
                note_outcome(self.name, outcome)
        for error in outcome.errors:
            if error.code not in self.codes:
                warn(UndeclaredError(f"{self.name} does not declare {error.code}"), stacklevel=2)
        return outcome


MUTATIONS: dict[str, Mutation[Any]] = {}
"""Every mutation by its name, in the order of their declaration."""


def mutation(
    noun: Noun[Any],
    description: str,
    *codes: UserErrorCode,
    by: Audience,
    at: str | None = None,
    answer: str | None = None,
    many: bool = False,
    more: More | None = None,
    requires: Sequence[Requirement] = (),
) -> Callable[
    [Callable[[Store, Viewer, I, str | None, Services], Awaitable[Outcome]]], Mutation[I]
]:
    """Declare a mutation whose function does all of it; its third parameter is the input. The
    function itself says what is refused, that it is `by` whom it may be called, `at` a record of
    its noun or of another, and what it `requires` of that."""

    def declare(
        run: Callable[[Store, Viewer, I, str | None, Services], Awaitable[Outcome]],
    ) -> Mutation[I]:
        input_ = list(get_type_hints(run).values())[2]
        return declared(
            run.__name__, noun, description, input_, codes, answer, many, more, run,
            by=by, at=at or noun.name, requires=requires,
        )  # fmt: skip

    return declare


def declared(
    name: str,
    noun: Noun[Any],
    description: str,
    input_: type[I],
    codes: Sequence[UserErrorCode],
    answer: str | None,
    many: bool,
    more: More | None,
    run: Run,
    *,
    by: Audience,
    at: str,
    requires: Sequence[Requirement] = (),
    not_by: str | None = None,
    takes_back: bool = False,
) -> Mutation[I]:
    if any(each.marker(FileIds) for each in fields_of(input_)) and noun.attached is None:
        raise TypeError(f"The mutation {name} names files, and none hang on a {noun.name}.")
    if name in MUTATIONS:
        raise TypeError(f"The mutation {name} is declared twice.")
    all_codes = tuple(code for code in UserErrorCode if code in (*ALWAYS, *codes))
    made = Mutation(
        name, noun, description, input_, all_codes, answer, many, more or {}, run, by, at,
        requires, not_by, takes_back,
    )  # fmt: skip
    MUTATIONS[name] = made
    return made
