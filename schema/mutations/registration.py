"""Registering by an access code, and adding a further part by one."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.errors import Problem
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers import addresses, registration, undone_registrations
from resolvers.arriving import end_former, go_on_as
from resolvers.asking import Asking
from resolvers.context import Context
from resolvers.sessions import Device
from schema.declare import column, mutation
from schema.mutations.payloads import Payload, errors_of
from schema.mutations.sessions import in_input
from schema.viewer import Viewer

Code = UserErrorCode
ABOUT_CODES = (
    Code.NOT_FOUND, Code.NOT_THERE, Code.CODE_MISTYPED, Code.CODE_USED, Code.CODE_EXPIRED,
    Code.CODE_REVOKED, Code.RATE_LIMITED,
)  # fmt: skip


@strawberry.type(description="The outcome of `register`.")
class RegisterPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "Who is signed in now.")
    token: str | None = column(
        ANYONE, "For `Authorization: Bearer`, where there is no cookie; told only once."
    )
    ends_at: datetime | None = column(ANYONE, "When the session ends, if it is used meanwhile.")
    login: str | None = column(ANYONE, "What the account signs in with, to be written down.")


@strawberry.type(description="The outcome of `addByCode`.")
class AddByCodePayload(Payload):
    viewer: Viewer | None = column(ANYONE, "The account and who it is in its schools now.")


@strawberry.input(description="Who registers, with what the school gave them.")
class RegisterInput:
    code: str = strawberry.field(
        description="The access code; capitals, spaces and hyphens do not matter."
    )
    password: str | None = strawberry.field(
        default=None, description="The password of the new account; not needed with an identity."
    )
    identity: bool = strawberry.field(
        default=False,
        description="Whether the account signs in as whom a provider has named to this browser, as"
        " `pendingIdentity` tells.",
    )
    login: str | None = strawberry.field(
        default=None,
        description="What to sign in with. Digits are added to it, so that nothing tells which "
        "logins there are. Without one it is the login that the school gave the person, or else "
        "one made of their name.",
    )
    email: str | None = strawberry.field(
        default=None,
        description="Where to send a forgotten password; a link is mailed that confirms it.",
    )
    language: str | None = strawberry.field(
        default=None,
        description="The language of mail, such as `ru`; that of the school unless told.",
    )
    name: str | None = strawberry.field(
        default=None, description="The name to greet with; unless told, that of the code's person."
    )


@strawberry.type(description="The outcome of `undoRegistration`.")
class UndoRegistrationPayload(Payload):
    code: str | None = column(
        ANYONE, "A new code of the person, told only once; null for who has left."
    )
    expires_at: datetime | None = column(ANYONE, "From when on it no longer works.")


@strawberry.type(description="The outcome of `confirmEmail`.")
class ConfirmEmailPayload(Payload): ...


@strawberry.type(description="The outcome of `changeEmail`.")
class ChangeEmailPayload(Payload): ...


@strawberry.input(description="Another e-mail address of the account, or the same once more.")
class ChangeEmailInput:
    email: str = strawberry.field(description="The address, to which a link is mailed.")
    password: str = strawberry.field(description="The account's password.")


@strawberry.input(description="What was mailed to an address to confirm it.")
class ConfirmEmailInput:
    code: str = strawberry.field(description="What the link in the mail has after its `#`.")


@strawberry.input(description="A code that the school gave to somebody who has an account.")
class AddByCodeInput:
    code: str = strawberry.field(
        description="The access code; capitals, spaces and hyphens do not matter."
    )


@strawberry.input(description="A person as whom somebody else has registered.")
class UndoRegistrationInput:
    person: strawberry.ID = strawberry.field(
        description="The global id of a student, guardian or teacher."
    )
    reason: str = strawberry.field(description="Why; kept, and shown beside the code.")
    valid_until: date | None = strawberry.field(
        default=None,
        description="The last day of the new code; in 60 days, unless told, and 366 at most.",
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    token: str | None = None
    ends_at: datetime | None = None
    login: str | None = None
    code: str | None = None
    expires_at: datetime | None = None
    errors: list[UserError] = field(default_factory=list)


def asking(context: Context, *, remembered: bool = True) -> Asking:
    return Asking(
        context.client_address,
        context.throttle,
        context.account,
        Device(context.user_agent, remembered),
        context.session_limits,
    )


def refusal(error: Refused | Problem) -> list[UserError]:
    if isinstance(error, Refused):
        return list(error.errors)
    return [UserError(UserErrorCode(error.code.value), error.message, ("input",))]


Whom = Annotated[RegisterInput, strawberry.argument(description="Who registers.")]
Link = Annotated[ConfirmEmailInput, strawberry.argument(description="What was mailed.")]
Where = Annotated[ChangeEmailInput, strawberry.argument(description="The address.")]
What = Annotated[AddByCodeInput, strawberry.argument(description="The code.")]


@strawberry.type
class RegistrationMutations:
    @mutation(
        "Make an account by an access code and begin its session: a cookie for browsers, a token "
        "for other clients. The session that it came with ends. Who has an account needs no second "
        "one, and takes `addByCode`.",
        RegisterPayload,
        errors_of(Code.BAD_INPUT, Code.ALREADY_THERE, *ABOUT_CODES),
    )
    async def register(record: Any, context: Context, input: Whom) -> Outcome:  # noqa: A002
        given = registration.NewAccount(
            input.code,
            input.password,
            input.name,
            input.login,
            input.email,
            input.language,
            (context.browser or "") if input.identity else None,
        )
        try:
            made = await registration.register(context.store, given, asking(context))
        except (Refused, Problem) as error:
            return Outcome(errors=refusal(error))
        await end_former(context)
        go_on_as(context, made.begun, remembered=True)
        context.wake()
        begun = made.begun
        return Outcome(begun.viewer, begun.token, begun.ends_at, made.login)

    @mutation(
        "Add the part of an access code's person, such as a further child, to the account that is "
        "signed in.",
        AddByCodePayload,
        errors_of(Code.ALREADY_THERE, *ABOUT_CODES),
    )
    async def add_by_code(record: Any, context: Context, input: What) -> Outcome:  # noqa: A002
        viewer, token = context.signed_in(), context.token or ""
        try:
            viewer = await registration.add_by_code(
                context.store, viewer, token, input.code, asking(context)
            )
        except Refused as error:
            return Outcome(errors=refusal(error))
        context.become(viewer)
        context.wake_feed()
        return Outcome(viewer)

    @mutation(
        "Confirm an e-mail address by the link that was mailed to it; it works once, and takes no "
        "session.",
        ConfirmEmailPayload,
        errors_of(Code.NOT_FOUND, Code.CODE_USED, Code.CODE_EXPIRED, Code.RATE_LIMITED),
    )
    async def confirm_email(record: Any, context: Context, input: Link) -> Outcome:  # noqa: A002
        try:
            await addresses.confirm_email(context.store, input.code, asking(context))
        except Refused as error:
            return Outcome(errors=refusal(error))
        context.become(context.viewer)
        context.wake_post()
        return Outcome()

    @mutation(
        "Mail a link to an address, which is the account's once the link confirms it. Links that "
        "were mailed before do not work any more.",
        ChangeEmailPayload,
        errors_of(Code.BAD_INPUT, Code.UNAUTHENTICATED, Code.RATE_LIMITED),
    )
    async def change_email(record: Any, context: Context, input: Where) -> Outcome:  # noqa: A002
        account = context.signed_in().account
        try:
            await addresses.change_email(
                context.store, account, input.password, input.email, asking(context)
            )
        except (Refused, Problem) as error:
            return Outcome(errors=refusal(error))
        context.proves = True
        context.wake_post()
        return Outcome()

    @mutation(
        "Undo the registration of another as a student, guardian or teacher; for the school's "
        "office and the class teacher. That account is this person no more, its sessions end, and "
        "the person gets a new code. What the account has done stays.",
        UndoRegistrationPayload,
        errors_of(
            Code.BAD_INPUT, Code.NOT_FOUND, Code.FORBIDDEN, Code.NOT_THERE, Code.RATE_LIMITED
        ),
    )
    async def undo_registration(
        record: Any,
        context: Context,
        input: Annotated[  # noqa: A002
            UndoRegistrationInput, strawberry.argument(description="The person, and why.")
        ],
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            undone = await undone_registrations.undo(
                context.store,
                viewer,
                input.person,
                input.reason,
                input.valid_until,
                context.throttle,
            )
        except (Refused, Problem) as error:
            return Outcome(errors=in_input(error))
        context.wake()
        return Outcome(code=undone.code, expires_at=undone.expires_at)
