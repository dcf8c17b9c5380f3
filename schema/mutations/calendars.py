"""Calendars: opened, given another address, revoked."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers import calendars
from resolvers.context import Context
from schema.declare import column, mutation
from schema.mutations.passkeys import own_id_of
from schema.mutations.payloads import Given, Payload, errors_of
from schema.viewer import Viewer

Code = UserErrorCode
PATH = "/calendar/{secret}.ics"


@strawberry.type(description="The outcome of `openCalendar` or `renewCalendar`.")
class CalendarPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with the calendar.")
    address: str | None = column(
        ANYONE,
        "The address to subscribe to; told only once. Whoever knows it reads the calendar.",
    )


@strawberry.type(description="The outcome of `revokeCalendar`.")
class RevokeCalendarPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with the calendars that are left.")


@strawberry.input(description="Whose calendar to open.")
class OpenCalendarInput:
    of: strawberry.ID = strawberry.field(
        description="A child of the viewer's, or the student or teacher whom they are, by global "
        "id."
    )


@strawberry.input(description="A calendar to give another address.")
class RenewCalendarInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.calendars` tells it.")


@strawberry.input(description="A calendar to revoke.")
class RevokeCalendarInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.calendars` tells it.")


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    address: str | None = None
    errors: list[UserError] = field(default_factory=list)


@strawberry.type
class CalendarMutations:
    @mutation(
        "Open a calendar of lessons, homework, periods and days off, in the format iCalendar, for "
        "programs that subscribe to it. It ends when the viewer is no longer the child's guardian, "
        "the student or the teacher.",
        CalendarPayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND, Code.TOO_MANY),
    )
    async def open_calendar(
        record: Any,
        context: Context,
        input: Annotated[OpenCalendarInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            made = await calendars.open_(context.store, viewer, input.of)
        except Refused as refusal:
            return Outcome(errors=list(refusal.errors))
        return Outcome(viewer, _address(context, made.secret))

    @mutation(
        "Give a calendar another address: the one before finds nothing from then on.",
        CalendarPayload,
        errors_of(Code.NOT_FOUND),
    )
    async def renew_calendar(
        record: Any,
        context: Context,
        input: Annotated[RenewCalendarInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            id_ = own_id_of(input.id)
            made = await calendars.renew(context.store, viewer.account.id, id_)
        except Refused as refusal:
            return Outcome(errors=list(refusal.errors))
        return Outcome(viewer, _address(context, made.secret))

    @mutation(
        "Revoke a calendar: its address finds nothing from then on.",
        RevokeCalendarPayload,
        errors_of(Code.NOT_FOUND),
    )
    async def revoke_calendar(
        record: Any,
        context: Context,
        input: Annotated[RevokeCalendarInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            await calendars.revoke(context.store, viewer.account.id, own_id_of(input.id))
        except Refused as refusal:
            return Outcome(errors=list(refusal.errors))
        return Outcome(viewer)


def _address(context: Context, secret: str) -> str:
    return context.public_address.rstrip("/") + PATH.format(secret=secret)
