"""Signing in and out."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.errors import Problem
from resolvers import sessions
from resolvers.context import Context
from schema.declare import column, mutation
from schema.viewer import Viewer


@strawberry.enum(description="Why signing in failed.")
class SignInErrorCode(Enum):
    UNAUTHENTICATED = strawberry.enum_value(
        "UNAUTHENTICATED", description="The login or the password is wrong."
    )
    RATE_LIMITED = strawberry.enum_value(
        "RATE_LIMITED", description="There were too many attempts; the message says how long."
    )


@strawberry.type(description="What kept somebody from signing in.")
class SignInError:
    code: SignInErrorCode = column(ANYONE, "Which of the known reasons.")
    message: str = column(ANYONE, "The reason in words.")
    path: list[str] = column(ANYONE, "The input that it is about.")


@strawberry.type(description="The outcome of signing in.")
class SignInPayload:
    viewer: Viewer | None = column(ANYONE, "Who is signed in now.")
    token: str | None = column(
        ANYONE, "For `Authorization: Bearer`, where there is no cookie; told only once."
    )
    errors: list[SignInError] = column(ANYONE, "Why nobody is.")


@strawberry.type(description="The outcome of signing out.")
class SignOutPayload:
    errors: list[SignInError] = column(ANYONE, "Always empty: it can't fail.")


@strawberry.input(description="Who signs in.")
class SignInInput:
    login: str = strawberry.field(description="The login; capitals do not matter.")
    password: str = strawberry.field(description="The password.")


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    code: SignInErrorCode
    message: str
    path: list[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    token: str | None = None
    errors: list[ErrorRecord] = field(default_factory=list)


Who = Annotated[SignInInput, strawberry.argument(description="Who signs in.")]


@strawberry.type
class SessionMutations:
    @mutation("Begin a session: a cookie for browsers, a token for other clients.", SignInPayload)
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
            code = SignInErrorCode(problem.code.value)
            return Outcome(errors=[ErrorRecord(code, problem.message, ["input"])])
        context.new_session, context.token = begun.token, begun.token
        context.become(begun.viewer)
        return Outcome(begun.viewer, begun.token)

    @mutation("End the session.", SignOutPayload)
    async def sign_out(record: Any, context: Context) -> Outcome:
        if context.token is not None:
            await sessions.sign_out(context.store, context.token)
            if context.feed is not None:
                context.feed.wake()
        context.session_ended = True
        context.become(None)
        return Outcome()
