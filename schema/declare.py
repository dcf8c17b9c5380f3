"""How a field of the schema is declared: its audience, its prose and how it is read."""

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from enum import Enum
from typing import Any, cast

import strawberry
from strawberry.schema_directive import Location

from domain.audience import Audience
from domain.audit import Sensitive
from domain.enums import DescribedEnum
from domain.history import Step
from domain.refusals import UserErrorCode
from resolvers.arriving import renew
from resolvers.context import CameBy
from resolvers.global_id import Key
from resolvers.loaders import Loader
from resolvers.readings import (
    IDENTITY,
    Column,
    Columns,
    Computed,
    Declaration,
    Items,
    Keyed,
    LoadArguments,
    Loaded,
    Reading,
    Resolved,
    Told,
)
from resolvers.security import watched

DECLARATION = "declaration"


def tell(codes: type[DescribedEnum]) -> None:
    """Have clients see the codes of the domain, each with its description."""
    if hasattr(codes, "__strawberry_definition__"):
        return
    strawberry.enum(codes, description=inspect.getdoc(codes))
    described = {each.name: each.description for each in codes}
    for value in codes.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = described[value.name]


tell(Step)
tell(UserErrorCode)


@strawberry.enum(
    name="Audience", description="What the viewer is to a record; a field names who may read it."
)
class AudienceName(Enum):
    SELF = strawberry.enum_value("SELF", description="The person whom the record is about.")
    GUARDIAN = strawberry.enum_value(
        "GUARDIAN",
        description="A guardian of that person today; or on the last day, of one who has left.",
    )
    COURSE_TEACHER = strawberry.enum_value(
        "COURSE_TEACHER",
        description="Who teaches the course, or the student in one, or has to its end.",
    )
    CLASS_TEACHER = strawberry.enum_value(
        "CLASS_TEACHER",
        description="The class teacher of the student's class group, or of a student's who learns "
        "in the course; or who was, on the day of the record.",
    )
    HEAD = strawberry.enum_value("HEAD", description="The head of the school.")
    DEPUTY_HEAD = strawberry.enum_value(
        "DEPUTY_HEAD", description="A deputy of the head of the school."
    )
    CUSTODIAN = strawberry.enum_value(
        "CUSTODIAN",
        description="A guardian whom no restriction keeps from the person's contacts.",
    )
    AUTHOR = strawberry.enum_value("AUTHOR", description="Who wrote the record.")
    ADDRESSEE = strawberry.enum_value("ADDRESSEE", description="Whom the record is addressed to.")
    OFFICE = strawberry.enum_value(
        "OFFICE", description="The school's office: the head, the deputies and the secretaries."
    )
    STAFF = strawberry.enum_value("STAFF", description="Who teaches or works at the school.")
    MEMBER = strawberry.enum_value("MEMBER", description="Everybody who belongs to the school.")
    PRESENT = strawberry.enum_value(
        "PRESENT",
        description="Who belongs to the school today: not who has left, and reads on what was "
        "theirs.",
    )
    ANYONE = strawberry.enum_value("ANYONE", description="Whoever can reach the parent object.")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="audience",
    description="Who may read the field: any of these. Others get null and the error FORBIDDEN.",
)
class AudienceDirective:
    of: list[AudienceName]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="errors",
    description="The codes of the errors that the mutation may answer in its payload.",
)
class ErrorsDirective:
    codes: list[UserErrorCode]


def directive(audience: Audience) -> AudienceDirective:
    return AudienceDirective(of=[AudienceName[flag.name] for flag in audience if flag.name])


def _options(
    audience: Audience,
    description: str,
    reading: Reading | None,
    items: Items | None,
    known_as: str | None = None,
    sensitive: Sensitive | None = None,
) -> dict[str, Any]:
    return {
        "description": description,
        "directives": [directive(audience)],
        "metadata": {DECLARATION: Declaration(audience, reading, items, known_as, sensitive)},
    }


# The constructors below answer Any because they stand as the default of a field of any type.
# A list of records says how many `items` it is taken to have.


def column(
    audience: Audience,
    description: str,
    *,
    name: str | None = None,
    called: str | None = None,
    items: Items | None = None,
    sensitive: Sensitive | None = None,
) -> Any:
    """A column of the record, named as the field unless told; clients know it as `called`."""
    reading = Column(name) if name else None
    options = _options(audience, description, reading, items, sensitive=sensitive)
    return strawberry.field(name=called, **options)


def computed(
    audience: Audience,
    description: str,
    function: Callable[..., Any],
    *of: str,
    of_rows: Columns = (),
) -> Any:
    """A pure function of the columns `of`, or of the record where none is named; and of the columns
    `of_rows` of the loaded rows that the record was made of."""
    reading = Computed(function, of or None, of_rows=of_rows)
    return strawberry.field(**_options(audience, description, reading, None))


def loaded(
    audience: Audience,
    description: str,
    loader: Loader,
    key: str,
    *,
    items: Items | None = None,
    known_as: str | None = None,
    sensitive: Sensitive | None = None,
    **how: Any,
) -> Any:
    """One or many records through a loader, keyed by a column of the parent; `how` as `Loaded`."""
    reading = Loaded(loader, key, **how)
    options = _options(audience, description, reading, items, known_as, sensitive)
    return strawberry.field(**options)


def keyed(
    audience: Audience,
    description: str,
    loader: Loader,
    keys: Callable[[Any], Key | list[Key] | None],
    *,
    items: Items | None = None,
    **how: Any,
) -> Any:
    """Records by the ids that the parent names; `how` as `Keyed`."""
    return strawberry.field(**_options(audience, description, Keyed(loader, keys, **how), items))


Decorator = Callable[[Callable[..., Any]], Any]


def asking(
    audience: Audience,
    description: str,
    of: object,
    loader: Loader,
    key: str,
    reads: Columns | None = (),
    *,
    items: Items | None = None,
    known_as: str | None = None,
) -> Decorator:
    """As `loaded`, where the field has arguments: the function makes `LoadArguments` of them, and
    of the `context` or the `viewer`, where it has such a parameter."""

    def declare(arguments: Callable[..., LoadArguments]) -> Any:
        taken = inspect.signature(arguments).parameters
        in_context, of_viewer = "context" in taken, "viewer" in taken
        reading = Loaded(
            loader, key, arguments, reads=reads, in_context=in_context, of_viewer=of_viewer
        )
        return _with_arguments(
            audience, description, of, arguments, reading, items, known_as=known_as
        )

    return declare


def named(audience: Audience, description: str, of: object, loader: Loader) -> Decorator:
    """As `keyed`, where the field has arguments: the function makes the keys of them."""

    def declare(keys: Callable[..., Any]) -> Any:
        return _with_arguments(audience, description, of, keys, Keyed(loader, keys))

    return declare


def computing(
    audience: Audience, description: str, of: object, needs: Columns = IDENTITY
) -> Decorator:
    """As `computed`, where the field has arguments: they follow the record."""

    def declare(function: Callable[..., Any]) -> Any:
        reading = Computed(function, needs=needs)
        return _with_arguments(audience, description, of, function, reading)

    return declare


def resolver(
    audience: Audience,
    description: str,
    of: object,
    *,
    needs: Columns | None = IDENTITY,
    items: Items | None = None,
    shows: str | None = None,
    told: Told | None = None,
) -> Decorator:
    """An ordinary resolver: it gets the record, the `Context`, then the field's arguments.

    Of the record it may read the columns `needs`; all of them if that is None. `shows` names the
    column whose value it answers, where it does nothing but decide to whom. `told` says what its
    answer depends on; answers with a resolver that does not say so are not kept.
    """

    def declare(function: Callable[..., Any]) -> Any:
        reading = Resolved(function, needs, shows, told)
        return _with_arguments(audience, description, of, function, reading, items)

    return declare


REFUSING = frozenset({UserErrorCode.FORBIDDEN, UserErrorCode.NOT_FOUND})
"""What is answered to whoever may not do something, or may not know of a record."""


def mutation(description: str, of: object, codes: ErrorsDirective | None = None) -> Decorator:
    """A mutation: whoever calls it, the resolver decides record by record."""

    def declare(function: Callable[..., Any]) -> Any:
        watched_ = watched(function)

        async def counted(record: Any, context: Any, **arguments: Any) -> Any:
            outcome = await watched_(record, context, **arguments)
            if any(error.code in REFUSING for error in outcome.errors):
                context.count_refusal()
            if context.proves and not outcome.errors and context.came_by is CameBy.COOKIE:
                await renew(context)
            context.proves = False
            return outcome

        reading = Resolved(counted)
        codes_ = () if codes is None else (codes,)
        return _with_arguments(Audience.ANYONE, description, of, function, reading, None, *codes_)

    return declare


def _with_arguments(
    audience: Audience,
    description: str,
    of: object,
    function: Callable[..., Any],
    reading: Reading,
    items: Items | None = None,
    *directives: object,
    known_as: str | None = None,
) -> Any:
    def stand_in(**_: Any) -> Any:
        raise NotImplementedError("fields are read by their declarations")

    given = ("record", "context", "viewer")
    stand_in.__name__ = function.__name__
    stand_in.__module__ = function.__module__
    stand_in.__annotations__ = {
        name: hint
        for name, hint in function.__annotations__.items()
        if name not in (*given, "return")
    }
    stand_in.__signature__ = _signature(function, given)  # type: ignore[attr-defined]
    options = _options(audience, description, reading, items, known_as)
    options["directives"] += directives
    return strawberry.field(resolver=stand_in, graphql_type=of, **options)


def _signature(function: Callable[..., Any], without: Iterable[str]) -> Any:
    whole = inspect.signature(function)
    return whole.replace(
        parameters=[p for name, p in whole.parameters.items() if name not in without],
        return_annotation=inspect.Signature.empty,
    )


def declaration_of(definition: Any) -> Declaration | None:
    """What a Strawberry field was declared with here, if it was."""
    return cast("Declaration | None", definition.metadata.get(DECLARATION))


def followed(description: str, of: object) -> Decorator:
    """A subscription: of the `Context`, then the field's arguments, the function makes an
    asynchronous generator of events."""

    def declare(function: Callable[..., Awaitable[AsyncGenerator[Any, None]]]) -> Any:
        async def begin(record: Any, context: Any, **arguments: Any) -> Any:
            async with aclosing(await function(context, **arguments)) as events:
                async for event in events:
                    yield event
                    del event  # what was shown is not kept until the next comes

        begin.__annotations__ = function.__annotations__
        begin.__name__ = function.__name__
        begin.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return _with_arguments(Audience.ANYONE, description, of, begin, Resolved(begin))

    return declare
