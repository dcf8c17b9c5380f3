"""The second factor: set up, confirmed, ended, and taken from somebody who has lost it."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol
from uuid import UUID

import strawberry

from db.writing.second_factors import distrust_device
from domain.audience import ANYONE
from domain.refusals import UserError, UserErrorCode
from resolvers import second_factors
from resolvers.context import Context
from resolvers.second_factor_resets import reset
from resolvers.second_factors import Counted, Proof, qr_of
from resolvers.sessions import viewer_anew
from schema.declare import column, mutation, resolver
from schema.mutations.payloads import Given, Payload, errors_of
from schema.mutations.sessions import or_refused
from schema.viewer import Viewer

Code = UserErrorCode
CODE = "The six digits that the authenticator app shows now, or a recovery code."
PROOF = "The password again, or `code`."
AGAIN = (
    "The password again; not needed within ten minutes of a sign-in with a code, a passkey or a"
    " provider."
)


@strawberry.type(description="The outcome of `beginSecondFactor`.")
class BeginSecondFactorPayload(Payload):
    secret: str | None = column(ANYONE, "What is typed into an authenticator app; told only once.")
    uri: str | None = column(
        ANYONE, "The same as an `otpauth:` address, to be shown as a QR code; told only once."
    )

    @resolver(
        ANYONE, "The address as a QR code, a `data:` address of an SVG.", str | None, needs=("uri",)
    )
    def qr(record: Any, context: Context) -> str | None:
        return None if record.uri is None else qr_of(record.uri)


@strawberry.type(description="The outcome of `confirmSecondFactor`.")
class ConfirmSecondFactorPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, whose other sessions have ended.")
    recovery_codes: list[str] = column(
        ANYONE, "Ten codes that work once each in place of the app; told only once."
    )


@strawberry.type(description="The outcome of `renewRecoveryCodes`.")
class RenewRecoveryCodesPayload(Payload):
    recovery_codes: list[str] = column(
        ANYONE, "Ten new codes, in place of all there were; told only once."
    )


@strawberry.type(description="The outcome of `endSecondFactor`.")
class EndSecondFactorPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The viewer, whose password is enough now.")


@strawberry.type(description="The outcome of `resetSecondFactor`.")
class ResetSecondFactorPayload(Payload): ...


@strawberry.type(description="The outcome of `distrustDevice`.")
class DistrustDevicePayload(Payload): ...


@strawberry.input(description="Who sets up a second factor, or another one.")
class BeginSecondFactorInput:
    password: str | None = strawberry.field(default=None, description=AGAIN)
    code: str | None = strawberry.field(
        default=None, description=f"Where there is a second factor already. {CODE}"
    )


@strawberry.input(description="That the authenticator app knows the new secret.")
class ConfirmSecondFactorInput:
    code: str = strawberry.field(description="The six digits that the app shows now.")


@strawberry.input(description="Who makes new recovery codes.")
class RenewRecoveryCodesInput:
    password: str | None = strawberry.field(default=None, description=PROOF)
    code: str | None = strawberry.field(default=None, description=CODE)


@strawberry.input(description="Who ends their second factor.")
class EndSecondFactorInput:
    password: str | None = strawberry.field(default=None, description=PROOF)
    code: str | None = strawberry.field(default=None, description=CODE)


@strawberry.input(description="Who has lost their second factor.")
class ResetSecondFactorInput:
    person: strawberry.ID = strawberry.field(
        description="The global id of a student, guardian or teacher."
    )


@strawberry.input(description="A device that is trusted.")
class DistrustDeviceInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `SecondFactor` tells it.")


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    secret: str | None = None
    uri: str | None = None
    recovery_codes: list[str] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)


PROVEN = (Code.BAD_INPUT, Code.UNAUTHENTICATED, Code.RATE_LIMITED)


@strawberry.type
class SecondFactorMutations:
    @mutation(
        "Get the secret of a second factor, which is asked for once `confirmSecondFactor` has shown"
        " within 30 minutes that an app knows it.",
        BeginSecondFactorPayload,
        errors_of(*PROVEN),
    )
    async def begin_second_factor(
        record: Any,
        context: Context,
        input: Annotated[BeginSecondFactorInput, Given],  # noqa: A002
    ) -> Outcome:
        account, proof = context.signed_in_to_set_up().account, proof_of(context, input)

        async def begin() -> Outcome:
            begun = await second_factors.begin(context.store, account, proof, counted(context))
            return Outcome(secret=begun.secret, uri=begun.uri)

        return await or_refused(begin(), Outcome)

    @mutation(
        "Turn the second factor on by the first code; all other sessions end.",
        ConfirmSecondFactorPayload,
        errors_of(Code.UNAUTHENTICATED, Code.NOT_FOUND, Code.RATE_LIMITED),
    )
    async def confirm_second_factor(
        record: Any,
        context: Context,
        input: Annotated[ConfirmSecondFactorInput, Given],  # noqa: A002
    ) -> Outcome:
        account, token = context.signed_in_to_set_up().account, context.token or ""

        async def confirm() -> Outcome:
            codes = await second_factors.confirm(
                context.store, account, token, input.code, counted(context)
            )
            await become_anew(context)
            return Outcome(viewer=context.viewer, recovery_codes=codes)

        return await or_refused(confirm(), Outcome)

    @mutation(
        "Make new recovery codes; those of before are void.",
        RenewRecoveryCodesPayload,
        errors_of(*PROVEN, Code.NOT_THERE),
    )
    async def renew_recovery_codes(
        record: Any,
        context: Context,
        input: Annotated[RenewRecoveryCodesInput, Given],  # noqa: A002
    ) -> Outcome:
        account, proof = context.signed_in().account, proof_of(context, input)

        async def renew() -> Outcome:
            codes = await second_factors.renew_codes(
                context.store, account, proof, counted(context)
            )
            return Outcome(recovery_codes=codes)

        return await or_refused(renew(), Outcome)

    @mutation(
        "Do without a second factor, unless a school requires it of the viewer.",
        EndSecondFactorPayload,
        errors_of(*PROVEN, Code.FORBIDDEN, Code.NOT_THERE),
    )
    async def end_second_factor(
        record: Any,
        context: Context,
        input: Annotated[EndSecondFactorInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer, proof = context.signed_in(), proof_of(context, input)

        async def end() -> Outcome:
            await second_factors.end(
                context.store,
                viewer.account,
                proof,
                counted(context),
                required=viewer.second_factor_required,
            )
            await become_anew(context)
            return Outcome(viewer=context.viewer)

        return await or_refused(end(), Outcome)

    @mutation(
        "Take the second factor from a student, guardian or teacher who has lost it; for the"
        " school's office and the class teacher. Their sessions end.",
        ResetSecondFactorPayload,
        errors_of(
            Code.BAD_INPUT, Code.NOT_FOUND, Code.FORBIDDEN, Code.NOT_THERE, Code.RATE_LIMITED
        ),
    )
    async def reset_second_factor(
        record: Any,
        context: Context,
        input: Annotated[ResetSecondFactorInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()

        async def take() -> Outcome:
            await reset(context.store, viewer, input.person, context.throttle)
            context.wake()
            return Outcome()

        return await or_refused(take(), Outcome)

    @mutation(
        "Trust a device no more: a code is asked for on it again.",
        DistrustDevicePayload,
        errors_of(Code.NOT_FOUND),
    )
    async def distrust_device(
        record: Any,
        context: Context,
        input: Annotated[DistrustDeviceInput, Given],  # noqa: A002
    ) -> Outcome:
        account = context.signed_in().account.id
        try:
            id_ = UUID(input.id)
        except ValueError:
            id_ = account  # which names no device
        if await context.store.first(distrust_device, ref=id_, account=account) is None:
            missing = UserError(Code.NOT_FOUND, "There is no such device.", ("input", "id"))
            return Outcome(errors=[missing])
        return Outcome()


class Proving(Protocol):
    password: str | None
    code: str | None


def proof_of(context: Context, given: Proving) -> Proof:
    context.proves = context.proves or given.password is not None or given.code is not None
    return Proof(given.password, given.code, context.token or "")


def counted(context: Context) -> Counted:
    return Counted(context.throttle, context.client_address)


async def become_anew(context: Context) -> None:
    """Answer the rest of the request by the rights of now, and tell other processes."""
    context.become(await viewer_anew(context.store, context.token or "", context.session_limits))
    context.wake()
