"""Moving a school to another time zone."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.zone import Zone
from resolvers.mutations.zone import set_time_zone as set_zone
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, answered, fault
from schema.nouns import SchoolRef


@strawberry.enum(description="Why the time zone was not set.")
class SetTimeZoneErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)


@strawberry.type(description=KEPT)
class SetTimeZoneError(Failure[SetTimeZoneErrorCode]): ...


@strawberry.type(description="The outcome of moving a school to a time zone.")
class SetTimeZonePayload:
    school: SchoolRef | None = column(ANYONE, "The school as it is now.", name="record")
    errors: list[SetTimeZoneError] = column(ANYONE, ERRORS)


@strawberry.input(description="A school's time zone.")
class SetTimeZoneInput:
    school: strawberry.ID = strawberry.field(description="The school, by global id.")
    time_zone: str = strawberry.field(description="Its IANA time zone, such as Europe/Riga.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[
    SetTimeZoneInput, strawberry.argument(description="The school and its time zone.")
]


@strawberry.type
class SetTimeZone:
    @mutation(
        "Move a school to another time zone, as its head. Lessons that last whole days stay on "
        "theirs; those with hours stay at their instants.",
        SetTimeZonePayload | None,
    )
    async def set_time_zone(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        asked = Zone(input.school, input.time_zone)
        outcome = await set_zone(context.store, context.signed_in(), asked, input.idempotency_key)
        return answered(context, outcome, SetTimeZoneErrorCode)
