"""Whom an access code is for, before anybody registers with it."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Refused
from domain.refusals import UserError as Refusal
from resolvers import registration
from resolvers.context import Context
from schema.declare import column, resolver
from schema.mutations.payloads import UserError
from schema.mutations.registration import asking


@strawberry.type(
    description="Whom an access code is for: as much as its holder may know, and nothing else."
)
class RegistrationByCode:
    given_name: str | None = column(ANYONE, "The given name; null with errors.")
    class_group: str | None = column(
        ANYONE,
        "The name of their class group, or of their first child's; null where there is none.",
    )
    errors: list[UserError] = column(ANYONE, "Why the code lets nobody in; as `register` has it.")


@dataclass(frozen=True, slots=True)
class Seen:
    given_name: str | None = None
    class_group: str | None = None
    errors: list[Refusal] = field(default_factory=list)


Typed = Annotated[
    str,
    strawberry.argument(
        description="The access code; capitals, spaces and hyphens do not matter. It belongs into "
        "the body of a POST: addresses are kept in logs."
    ),
]


@resolver(
    ANYONE,
    "Whom an access code is for. Each look-up counts against guessing.",
    RegistrationByCode,
)
async def registration_by_code(record: Any, context: Context, code: Typed) -> Seen:
    try:
        found = await registration.for_whom(context.store, code, asking(context))
    except Refused as error:
        return Seen(errors=list(error.errors))
    return Seen(found.given_name, found.class_group)
