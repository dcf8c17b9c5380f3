"""Identities at providers (OpenID Connect), with which an account signs in."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.errors import Problem
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers import identities
from resolvers.context import Context
from schema.declare import column, mutation, resolver
from schema.mutations.passkeys import own_id_of
from schema.mutations.payloads import Given, Payload, errors_of
from schema.mutations.second_factors import AGAIN, CODE, PROVEN, become_anew, counted, proof_of
from schema.mutations.sessions import in_input
from schema.viewer import Viewer

Code = UserErrorCode


@strawberry.type(
    description="Whom a provider has named to this browser, and no account is yet: `register` makes"
    " one of it, and `linkIdentity` adds it to one."
)
class PendingIdentity:
    issuer: str = column(ANYONE, "The provider.")
    name: str | None = column(ANYONE, "What the provider calls them.")


@resolver(
    ANYONE,
    "Whom a provider has named to this browser, within half an hour, and no account is yet.",
    PendingIdentity | None,
)
async def pending_identity(record: Any, context: Context) -> Any:
    return await identities.pending(context.store, context.browser)


@strawberry.type(description="The outcome of `linkIdentity` or `unlinkIdentity`.")
class IdentitiesPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with their identities.")


@strawberry.input(description="Who lets the account sign in as whom the browser has come as.")
class LinkIdentityInput:
    password: str | None = strawberry.field(default=None, description=AGAIN)
    code: str | None = strawberry.field(
        default=None, description=f"Where there is a second factor. {CODE}"
    )


@strawberry.input(description="An identity that is to sign in no more.")
class UnlinkIdentityInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.identities` tells it.")
    password: str | None = strawberry.field(default=None, description=AGAIN)
    code: str | None = strawberry.field(
        default=None, description=f"Where there is a second factor. {CODE}"
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    errors: list[UserError] = field(default_factory=list)


@strawberry.type
class IdentityMutations:
    @mutation(
        "Let the account sign in as whom a provider has named to this browser.",
        IdentitiesPayload,
        errors_of(*PROVEN, Code.NOT_FOUND, Code.ALREADY_THERE),
    )
    async def link_identity(
        record: Any,
        context: Context,
        input: Annotated[LinkIdentityInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer, proof = context.signed_in(), proof_of(context, input)
        try:
            await identities.link(
                context.store, viewer.account, context.browser, proof, counted(context)
            )
        except (Refused, Problem) as refusal:
            return Outcome(errors=in_input(refusal))
        context.wake_post()
        return Outcome(viewer)

    @mutation(
        "Let the account sign in as somebody at a provider no more; all other sessions end.",
        IdentitiesPayload,
        errors_of(*PROVEN, Code.NOT_FOUND, Code.IN_USE),
    )
    async def unlink_identity(
        record: Any,
        context: Context,
        input: Annotated[UnlinkIdentityInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer, proof = context.signed_in(), proof_of(context, input)
        try:
            await identities.unlink(
                context.store, viewer.account, own_id_of(input.id), proof, counted(context)
            )
        except (Refused, Problem) as refusal:
            return Outcome(errors=in_input(refusal))
        await become_anew(context)
        return Outcome(context.viewer)
