"""Passkeys: signing in with them, adding, naming and removing them."""

from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.audience import ANYONE
from domain.errors import Problem
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers import own_passkeys, passkey_sign_in
from resolvers.arriving import end_former
from resolvers.context import Context
from schema.declare import column, mutation
from schema.mutations.payloads import Given, Payload, errors_of
from schema.mutations.registration import asking
from schema.mutations.second_factors import AGAIN, CODE, PROVEN, become_anew, counted, proof_of
from schema.mutations.sessions import Outcome as SignInOutcome
from schema.mutations.sessions import SignInPayload, begun_in, in_input, or_refused
from schema.viewer import Viewer

Code = UserErrorCode
CREDENTIAL = "What the browser answers, as the JSON of its `toJSON()`."


@strawberry.type(description="The outcome of `beginPasskeySignIn` or `beginPasskey`.")
class PasskeyOptionsPayload(Payload):
    options: str | None = column(
        ANYONE,
        "JSON for the browser's `PublicKeyCredential.parseRequestOptionsFromJSON`, or"
        " `parseCreationOptionsFromJSON`; valid once, and for five minutes.",
    )


@strawberry.type(description="The outcome of `addPasskey` or `requirePasskey`.")
class PasskeyPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with the passkey.")
    recovery_codes: list[str] = column(
        ANYONE,
        "Where a second factor is asked for from now on: ten codes that work once each; told only"
        " once.",
    )


@strawberry.type(description="The outcome of `renamePasskey` or `removePasskey`.")
class PasskeysPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, with the passkeys that are left.")


@strawberry.input(description="A sign-in with a passkey.")
class BeginPasskeySignInInput:
    challenge: str | None = strawberry.field(
        default=None,
        description="The challenge that `signIn` told, to go on with; without it the passkey signs"
        " in alone.",
    )


@strawberry.input(description="What a passkey has signed.")
class SignInWithPasskeyInput:
    credential: str = strawberry.field(description=CREDENTIAL)
    challenge: str | None = strawberry.field(
        default=None, description="The challenge that `signIn` told, where it is the second step."
    )
    remember: bool = strawberry.field(
        default=True,
        description="Whether this device is remembered, where the passkey signs in alone.",
    )


@strawberry.input(description="Who adds a passkey.")
class BeginPasskeyInput:
    password: str | None = strawberry.field(default=None, description=AGAIN)
    code: str | None = strawberry.field(
        default=None, description=f"Where there is a second factor already. {CODE}"
    )


@strawberry.input(description="Who has a passkey asked for after the password.")
class RequirePasskeyInput:
    password: str | None = strawberry.field(default=None, description=AGAIN)
    code: str | None = strawberry.field(
        default=None, description=f"Where there is a second factor already. {CODE}"
    )


@strawberry.input(description="A new passkey.")
class AddPasskeyInput:
    credential: str = strawberry.field(description=CREDENTIAL)
    name: str = strawberry.field(description="What to call it, such as that of the device.")


@strawberry.input(description="Another name of a passkey.")
class RenamePasskeyInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.passkeys` tells it.")
    name: str = strawberry.field(description="The name.")


@strawberry.input(description="A passkey that is to sign in no more.")
class RemovePasskeyInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.passkeys` tells it.")
    password: str | None = strawberry.field(default=None, description=AGAIN)
    code: str | None = strawberry.field(
        default=None, description=f"Where there is a second factor. {CODE}"
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    options: str | None = None
    recovery_codes: list[str] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)


@strawberry.type
class PasskeyMutations:
    @mutation(
        "Get what the browser is to have signed by a passkey, to sign in.",
        PasskeyOptionsPayload,
        errors_of(Code.CODE_EXPIRED, Code.NOT_THERE, Code.RATE_LIMITED),
    )
    async def begin_passkey_sign_in(
        record: Any,
        context: Context,
        input: Annotated[BeginPasskeySignInInput, Given],  # noqa: A002
    ) -> Outcome:
        async def begin() -> Outcome:
            options = await passkey_sign_in.ask(
                context.store, context.party, input.challenge, asking(context)
            )
            return Outcome(options=options)

        return await or_refused(begin(), Outcome)

    @mutation(
        "Begin a session by what a passkey has signed: alone, if it has verified its user, or after"
        " the password.",
        SignInPayload,
        errors_of(Code.UNAUTHENTICATED, Code.CODE_EXPIRED, Code.RATE_LIMITED),
    )
    async def sign_in_with_passkey(
        record: Any,
        context: Context,
        input: Annotated[SignInWithPasskeyInput, Given],  # noqa: A002
    ) -> SignInOutcome:
        by = asking(context, remembered=input.remember)
        try:
            found = await passkey_sign_in.sign_in(
                context.store, context.party, input.credential, input.challenge, by
            )
        except (Refused, Problem) as refusal:
            return SignInOutcome(errors=in_input(refusal))
        await end_former(context)
        return begun_in(context, found.begun, remembered=found.remembered)

    @mutation(
        "Get what the browser is to make a passkey of, to be kept by `addPasskey`.",
        PasskeyOptionsPayload,
        errors_of(*PROVEN, Code.TOO_MANY),
    )
    async def begin_passkey(
        record: Any,
        context: Context,
        input: Annotated[BeginPasskeyInput, Given],  # noqa: A002
    ) -> Outcome:
        account, proof = context.signed_in_to_set_up().account, proof_of(context, input)

        async def begin() -> Outcome:
            options = await own_passkeys.begin(
                context.store, account, context.party, proof, counted(context)
            )
            return Outcome(options=options)

        return await or_refused(begin(), Outcome)

    @mutation(
        "Keep a passkey that the browser has made. Where a school requires a second factor of the"
        " viewer it is one, and all other sessions end.",
        PasskeyPayload,
        errors_of(Code.BAD_INPUT, Code.UNAUTHENTICATED, Code.ALREADY_THERE),
    )
    async def add_passkey(
        record: Any,
        context: Context,
        input: Annotated[AddPasskeyInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in_to_set_up()

        async def add() -> Outcome:
            codes = await own_passkeys.add(
                context.store,
                viewer.account,
                context.party,
                input.credential,
                input.name,
                token=context.token or "",
                second_factor=viewer.second_factor_required,
            )
            return await _anew(context, codes)

        return await or_refused(add(), Outcome)

    @mutation(
        "Have a passkey, or a recovery code, asked for after the password from now on; all other"
        " sessions end.",
        PasskeyPayload,
        errors_of(*PROVEN, Code.NOT_THERE, Code.ALREADY_THERE),
    )
    async def require_passkey(
        record: Any,
        context: Context,
        input: Annotated[RequirePasskeyInput, Given],  # noqa: A002
    ) -> Outcome:
        account, proof = context.signed_in_to_set_up().account, proof_of(context, input)

        async def require() -> Outcome:
            codes = await own_passkeys.require(context.store, account, proof, counted(context))
            return await _anew(context, codes)

        return await or_refused(require(), Outcome)

    @mutation(
        "Give a passkey another name.", PasskeysPayload, errors_of(Code.BAD_INPUT, Code.NOT_FOUND)
    )
    async def rename_passkey(
        record: Any,
        context: Context,
        input: Annotated[RenamePasskeyInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()

        async def rename() -> Outcome:
            passkey = own_id_of(input.id)
            await own_passkeys.rename(context.store, viewer.account.id, passkey, input.name)
            return Outcome(viewer=viewer)

        return await or_refused(rename(), Outcome)

    @mutation(
        "Remove a passkey. With the last one ends a second factor without an app, unless a school"
        " requires one.",
        PasskeysPayload,
        errors_of(*PROVEN, Code.NOT_FOUND, Code.FORBIDDEN, Code.IN_USE),
    )
    async def remove_passkey(
        record: Any,
        context: Context,
        input: Annotated[RemovePasskeyInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer, proof = context.signed_in(), proof_of(context, input)

        async def remove() -> Outcome:
            await own_passkeys.take_away(
                context.store,
                viewer.account,
                own_id_of(input.id),
                proof,
                counted(context),
                required=viewer.second_factor_required,
            )
            return await _anew(context)

        return await or_refused(remove(), Outcome)


def own_id_of(text: str) -> UUID:
    """The id of what the viewer has."""
    try:
        return UUID(text)
    except ValueError:
        raise refused(Code.NOT_FOUND, "You have no such thing.", "id") from None


async def _anew(context: Context, codes: list[str] | None = None) -> Outcome:
    await become_anew(context)
    return Outcome(viewer=context.viewer, recovery_codes=codes or [])
