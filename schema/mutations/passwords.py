"""Passwords: changed, measured as one types, set by a mailed code, and handed out for a while."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.errors import Problem
from domain.passwords import PasswordRefusal, Strength
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers import credentials
from resolvers.arriving import renew
from resolvers.context import Context
from resolvers.credentials import LOGINS, PASSWORD_CODE, names_of
from resolvers.mail.rendering import language_of
from resolvers.passwords import measure
from resolvers.sessions import viewer_of
from resolvers.temporary_passwords import hand_out
from resolvers.throttle import key_of, network_of
from schema.declare import column, mutation, tell
from schema.mutations.payloads import Payload, errors_of
from schema.mutations.sessions import in_input
from schema.viewer import Viewer

tell(Strength)
tell(PasswordRefusal)
Code = UserErrorCode
LONGEST_MEASURED = 1_024
NEW = "The new password: 8 characters or more, and none that is known or is the login."
LANGUAGE = "The language of the mail, such as `ru`, where the account has none; or else English."


@strawberry.type(description="The outcome of `changePassword`.")
class ChangePasswordPayload(Payload):
    token: str | None = column(
        ANYONE,
        "What the session has from now on in place of the token that came with the request; null "
        "over a WebSocket, where it stays. Browsers get a cookie.",
    )
    viewer: Viewer | None = column(ANYONE, "The viewer, whose other sessions have ended.")


@strawberry.type(description="The outcome of `checkPassword`.")
class CheckPasswordPayload(Payload):
    strength: Strength | None = column(ANYONE, "How hard it is to guess.")
    refusal: str | None = column(ANYONE, "Why it may not be chosen; null where it may.")
    refusal_code: PasswordRefusal | None = column(
        ANYONE, "The same for a program, such as a page in another language."
    )
    advice: str | None = column(ANYONE, "How it would be harder to guess.")


@strawberry.type(
    description="The outcome of a request for mail: the same, whether there is anybody to mail to."
)
class RequestMailPayload(Payload): ...


@strawberry.type(description="The outcome of `setPassword`, after which one signs in.")
class SetPasswordPayload(Payload): ...


@strawberry.type(description="The outcome of `giveTemporaryPassword`.")
class GiveTemporaryPasswordPayload(Payload):
    login: str | None = column(ANYONE, "The person's login.")
    password: str | None = column(ANYONE, "The password; told only once.")
    expires_at: datetime | None = column(ANYONE, "Until when it lets in.")


@strawberry.input(description="A password of one's own, in place of another.")
class ChangePasswordInput:
    new_password: str = strawberry.field(description=NEW)
    old_password: str | None = strawberry.field(
        default=None,
        description="The password until now. Who has none sets their first within ten minutes of a"
        " sign-in.",
    )


@strawberry.input(description="A password to be measured. It is kept and logged nowhere.")
class CheckPasswordInput:
    password: str = strawberry.field(description="As far as it is typed.")
    login: str | None = strawberry.field(
        default=None, description="The login that it is to be for, where nobody is signed in."
    )


@strawberry.input(description="Who has forgotten their password.")
class RequestPasswordCodeInput:
    login: str = strawberry.field(description="The login, or the confirmed e-mail address.")
    language: str | None = strawberry.field(default=None, description=LANGUAGE)


@strawberry.input(description="Who has forgotten their login.")
class RequestLoginsInput:
    email: str = strawberry.field(description="The confirmed e-mail address.")
    language: str | None = strawberry.field(default=None, description=LANGUAGE)


@strawberry.input(description="A new password by a code.")
class SetPasswordInput:
    code: str = strawberry.field(description="The code that was mailed.")
    new_password: str = strawberry.field(description=NEW)


@strawberry.input(description="Who gets a password for a while.")
class GiveTemporaryPasswordInput:
    person: strawberry.ID = strawberry.field(
        description="The global id of a student, guardian or teacher."
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    strength: Strength | None = None
    refusal: str | None = None
    refusal_code: PasswordRefusal | None = None
    advice: str | None = None
    token: str | None = None
    login: str | None = None
    password: str | None = None
    expires_at: datetime | None = None
    errors: list[UserError] = field(default_factory=list)


def _refused(error: Refused | Problem) -> Outcome:
    return Outcome(errors=in_input(error))


About = strawberry.argument(description="What is asked for.")


@strawberry.type
class PasswordMutations:
    @mutation(
        "Choose a new password; all other sessions of the account end, and this one gets another "
        "token.",
        ChangePasswordPayload,
        errors_of(Code.BAD_INPUT, Code.UNAUTHENTICATED, Code.CONFLICT, Code.RATE_LIMITED),
    )
    async def change_password(
        record: Any,
        context: Context,
        input: Annotated[ChangePasswordInput, About],  # noqa: A002
    ) -> Outcome:
        viewer, token = context.signed_in_somehow(), context.token or ""
        try:
            await credentials.change_password(
                context.store,
                viewer.account,
                token,
                input.old_password,
                input.new_password,
                throttle=context.throttle,
                address=context.client_address,
            )
        except (Refused, Problem) as error:
            return _refused(error)
        context.become(await viewer_of(context.store, token, context.session_limits))
        begun = await renew(context)
        context.wake()
        return Outcome(viewer=context.viewer, token=None if begun is None else begun.token)

    @mutation(
        "Tell how strong a password is, as one types it. A mutation, so that it is sent in a body"
        " and never in an address.",
        CheckPasswordPayload,
        errors_of(Code.BAD_INPUT, Code.RATE_LIMITED),
    )
    async def check_password(
        record: Any,
        context: Context,
        input: Annotated[CheckPasswordInput, About],  # noqa: A002
    ) -> Outcome:
        try:
            if context.throttle is not None:
                key = key_of("measure", network_of(context.client_address))
                await context.throttle.measures.take(context.store, key)
            viewer, names = context.viewer, [(input.login or "")[:LONGEST_MEASURED]]
            if viewer is not None:
                names = await names_of(context.store, viewer.account)
            found = await measure(input.password[:LONGEST_MEASURED], names)
        except Problem as problem:
            return _refused(problem)
        return Outcome(
            strength=found.strength,
            refusal=found.refusal,
            refusal_code=found.refused,
            advice=found.advice,
        )

    @mutation(
        "Have a code mailed to set a new password with, valid once and for 30 minutes. The answer"
        " is the same whatever accounts exist.",
        RequestMailPayload,
        errors_of(Code.BAD_INPUT, Code.RATE_LIMITED),
    )
    async def request_password_code(
        record: Any,
        context: Context,
        input: Annotated[RequestPasswordCodeInput, About],  # noqa: A002
    ) -> Outcome:
        return await _request(context, PASSWORD_CODE.name, "login", input.login, input.language)

    @mutation(
        "Have the logins of an address mailed to it. The answer is the same whatever exists.",
        RequestMailPayload,
        errors_of(Code.BAD_INPUT, Code.RATE_LIMITED),
    )
    async def request_logins(
        record: Any,
        context: Context,
        input: Annotated[RequestLoginsInput, About],  # noqa: A002
    ) -> Outcome:
        return await _request(context, LOGINS.name, "email", input.email, input.language)

    @mutation(
        "Set a new password by a mailed code; all sessions of the account end.",
        SetPasswordPayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND, Code.RATE_LIMITED),
    )
    async def set_password(
        record: Any,
        context: Context,
        input: Annotated[SetPasswordInput, About],  # noqa: A002
    ) -> Outcome:
        try:
            await credentials.set_by_code(
                context.store,
                input.code,
                input.new_password,
                throttle=context.throttle,
                address=context.client_address,
            )
        except (Refused, Problem) as error:
            return _refused(error)
        context.wake()
        return Outcome()

    @mutation(
        "Give a student, guardian or teacher a password for three days, with which they can only"
        " choose their own; for the school's office and the class teacher. Their sessions end.",
        GiveTemporaryPasswordPayload,
        errors_of(
            Code.BAD_INPUT,
            Code.NOT_FOUND,
            Code.FORBIDDEN,
            Code.NOT_THERE,
            Code.CONFLICT,
            Code.RATE_LIMITED,
        ),
    )
    async def give_temporary_password(
        record: Any,
        context: Context,
        input: Annotated[GiveTemporaryPasswordInput, About],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            given = await hand_out(context.store, viewer, input.person, context.throttle)
        except (Refused, Problem) as error:
            return _refused(error)
        context.wake()
        return Outcome(login=given.login, password=given.password, expires_at=given.expires_at)


async def _request(
    context: Context, letter: str, name: str, typed: str, language: str | None
) -> Outcome:
    try:
        await credentials.ask_for_mail(
            context.store,
            letter,
            typed,
            language_of(language or ""),
            place=name,
            throttle=context.throttle,
            address=context.client_address,
        )
    except (Refused, Problem) as error:
        return _refused(error)
    context.wake_post()
    return Outcome()
