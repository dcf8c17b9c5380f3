"""Notices: marked as read, and the ways in which the viewer is told of them."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Any

import strawberry

from db.tables.notices import PushDevice as PushDeviceRecord
from domain.audience import ANYONE
from domain.notice_kinds import NoticeKind, NoticeMail
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.context import Context
from resolvers.notices import settings
from schema.declare import column, mutation
from schema.mutations.passkeys import own_id_of
from schema.mutations.payloads import Given, Payload, errors_of
from schema.notices import PushDevice
from schema.viewer import Viewer

Code = UserErrorCode


@strawberry.type(description="The outcome of `markNoticesRead`.")
class MarkNoticesReadPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with their notices.")


@strawberry.type(description="The outcome of a change of how the viewer is told of notices.")
class NoticeSettingsPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with the settings as they are now.")


@strawberry.type(description="The outcome of `addPushDevice`.")
class AddPushDevicePayload(Payload):
    push_device: PushDevice | None = column(ANYONE, "The browser, as it is pushed to from now on.")
    viewer: Viewer | None = column(ANYONE, "The viewer, with the settings as they are now.")


@strawberry.input(description="Notices that were read: some, or all up to one.")
class MarkNoticesReadInput:
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The notices, by global id."
    )
    up_to: strawberry.ID | None = strawberry.field(
        default=None, description="The newest of all that were read, by global id."
    )


@strawberry.input(description="How to tell of notices of a kind.")
class NoticeWayInput:
    kind: NoticeKind = strawberry.field(description="The kind.")
    in_app: bool = strawberry.field(description="Whether they stand in `Viewer.notices`.")
    mail: NoticeMail = strawberry.field(description="When they are mailed.")
    push: bool = strawberry.field(description="Whether they are pushed to devices.")


@strawberry.input(description="Hours in which nothing is mailed or pushed at once.")
class QuietHoursInput:
    begins: time | None = strawberry.field(
        default=None, description="From when on; null for no such hours."
    )
    ends: time | None = strawberry.field(
        default=None, description="Until when, perhaps of the next day."
    )


@strawberry.input(description="How the viewer is to be told of notices; what is left out stays.")
class SetNoticeSettingsInput:
    ways: list[NoticeWayInput] | None = strawberry.field(
        default=None, description="Kinds whose ways change."
    )
    quiet_hours: QuietHoursInput | None = strawberry.field(
        default=None, description="The quiet hours, in the time zone of the viewer's first school."
    )


@strawberry.input(description="A browser's subscription to web push, as it tells it.")
class AddPushDeviceInput:
    endpoint: str = strawberry.field(description="The address of its push service.")
    p256dh: str = strawberry.field(description="Its public key, in base64url.")
    auth: str = strawberry.field(description="Its secret, in base64url.")
    name: str | None = strawberry.field(default=None, description="What to call it.")


@strawberry.input(description="A device to push to no more.")
class RemovePushDeviceInput:
    id: strawberry.ID = strawberry.field(
        description="Its id, as `NoticeSettings.devices` tells it."
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    push_device: Any = None
    errors: list[UserError] = field(default_factory=list)


async def _done(context: Context, change: Awaitable[PushDeviceRecord | None]) -> Outcome:
    try:
        device = await change
    except Refused as refusal:
        return Outcome(errors=list(refusal.errors))
    return Outcome(context.signed_in(), device)


@strawberry.type
class NoticeMutations:
    @mutation(
        "Mark notices as read: some, or all up to one.",
        MarkNoticesReadPayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND),
    )
    async def mark_notices_read(
        record: Any,
        context: Context,
        input: Annotated[MarkNoticesReadInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer, ids, up_to = context.signed_in(), input.ids, input.up_to

        async def marked() -> None:
            if (ids is None) == (up_to is None):
                raise refused(Code.BAD_INPUT, "Give `ids` or `upTo`.", "ids")
            if ids is not None:
                await settings.mark(context.store, viewer, ids)
            elif up_to is not None:
                await settings.mark_all(context.store, viewer, up_to)

        return await _done(context, marked())

    @mutation(
        "Set how the viewer is told of notices, by their kinds, and the quiet hours.",
        NoticeSettingsPayload,
        errors_of(Code.BAD_INPUT),
    )
    async def set_notice_settings(
        record: Any,
        context: Context,
        input: Annotated[SetNoticeSettingsInput, Given],  # noqa: A002
    ) -> Outcome:
        hours = input.quiet_hours
        ways = [
            settings.Way(each.kind, each.in_app, each.mail, each.push) for each in input.ways or ()
        ]
        quiet = None if hours is None else (hours.begins, hours.ends)
        viewer = context.signed_in()
        return await _done(context, settings.set_(context.store, viewer, ways, quiet))

    @mutation(
        "Push notices to a browser from now on; each message names what happened, and holds "
        "nothing of the record.",
        AddPushDevicePayload,
        errors_of(Code.BAD_INPUT, Code.TOO_MANY),
    )
    async def add_push_device(
        record: Any,
        context: Context,
        input: Annotated[AddPushDeviceInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        new = settings.NewDevice(input.endpoint, input.p256dh, input.auth, input.name)
        networks = () if context.webhooks is None else context.webhooks.sender.networks
        return await _done(context, settings.add_device(context.store, viewer, new, networks))

    @mutation(
        "Push to a device no more.",
        NoticeSettingsPayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND),
    )
    async def remove_push_device(
        record: Any,
        context: Context,
        input: Annotated[RemovePushDeviceInput, Given],  # noqa: A002
    ) -> Outcome:
        account = context.signed_in().account.id

        async def removed() -> None:
            await settings.remove_device(context.store, account, own_id_of(input.id))

        return await _done(context, removed())
