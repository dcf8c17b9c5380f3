"""Signing in and out."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import strawberry

from domain import notices
from domain.audience import ANYONE
from domain.errors import Problem
from domain.notices import SignInNoticeCode
from domain.refusals import UserError, UserErrorCode
from resolvers import sessions
from resolvers.context import Context
from schema.declare import column, mutation, tell
from schema.mutations.payloads import Payload, errors_of
from schema.viewer import Viewer

tell(SignInNoticeCode)


@strawberry.type(description="What somebody who has signed in should know.")
class SignInNotice:
    code: SignInNoticeCode = column(ANYONE, "What it is.")
    message: str = column(ANYONE, "The same in a sentence.")


@strawberry.type(description="The outcome of `signIn`.")
class SignInPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "Who is signed in now.")
    notice: SignInNotice | None = column(
        ANYONE, "What they should know, such as that nothing is left for them to see; mostly null."
    )
    token: str | None = column(
        ANYONE, "For `Authorization: Bearer`, where there is no cookie; told only once."
    )


@strawberry.type(description="The outcome of `signOut`, which can't fail.")
class SignOutPayload(Payload): ...


@strawberry.input(description="Who signs in.")
class SignInInput:
    login: str = strawberry.field(description="The login; capitals do not matter.")
    password: str = strawberry.field(description="The password.")


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    token: str | None = None
    notice: notices.SignInNotice | None = None
    errors: list[UserError] = field(default_factory=list)


Who = Annotated[SignInInput, strawberry.argument(description="Who signs in.")]


@strawberry.type
class SessionMutations:
    @mutation(
        "Begin a session: a cookie for browsers, a token for other clients.",
        SignInPayload,
        errors_of(UserErrorCode.UNAUTHENTICATED, UserErrorCode.RATE_LIMITED),
    )
    async def sign_in(record: Any, context: Context, input: Who) -> Outcome:  # noqa: A002
        try:
            begun = await sessions.sign_in(
                context.store,
                input.login,
                input.password,
                address=context.client_address,
                throttle=context.throttle,
            )
        except Problem as problem:
            code = UserErrorCode(problem.code.value)
            return Outcome(errors=[UserError(code, problem.message, ("input",))])
        context.new_session, context.token = begun.token, begun.token
        context.become(begun.viewer)
        notice = None if begun.viewer.schools else notices.NO_SCHOOL
        return Outcome(begun.viewer, begun.token, notice)

    @mutation("End the session.", SignOutPayload, errors_of())
    async def sign_out(record: Any, context: Context) -> Outcome:
        if context.token is not None:
            await sessions.sign_out(context.store, context.token)
            if context.feed is not None:
                context.feed.wake()
        context.session_ended = True
        context.become(None)
        return Outcome()
