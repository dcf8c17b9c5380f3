"""Signing in and out, and ending sessions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from db.reading.identities import provider_session_by_token
from db.writing.second_factors import distrust_devices, drop_challenges
from db.writing.sessions import end_other_sessions, end_session_by_id
from domain import notices
from domain.audience import ANYONE
from domain.errors import Problem
from domain.notices import SignInNoticeCode
from domain.refusals import Refused, UserError, UserErrorCode
from domain.sign_in_hints import SignInHint, hints, worded
from resolvers import second_steps, sessions
from resolvers.arriving import end_former, go_on_as
from resolvers.context import Context
from resolvers.second_factors import Counted
from resolvers.sessions import CodeNeeded, Device, SignedIn, hash_of, tell_of_end
from resolvers.temporary_passwords import end_sessions_of
from resolvers.viewers import viewers_of
from schema.declare import column, mutation, tell
from schema.mutations.payloads import Payload, errors_of
from schema.viewer import Viewer

tell(SignInHint)
tell(SignInNoticeCode)
Code = UserErrorCode
T = TypeVar("T")


@strawberry.type(description="What somebody who has signed in should know.")
class SignInNotice:
    code: SignInNoticeCode = column(ANYONE, "What it is.")
    message: str = column(ANYONE, "The same in a sentence.")


@strawberry.type(description="What a sign-in waits for, whose password was right.")
class CodeChallenge:
    challenge: str = column(ANYONE, "What `signInWithCode` takes, once; told only once.")
    expires_at: datetime = column(ANYONE, "Until when.")
    app: bool = column(ANYONE, "Whether the account has an app that shows codes.")
    passkey: bool = column(
        ANYONE, "Whether it has a passkey, with which `signInWithPasskey` takes the challenge too."
    )


@strawberry.type(description="The outcome of `signIn` or `signInWithCode`.")
class SignInPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "Who is signed in now.")
    notice: SignInNotice | None = column(
        ANYONE, "What they should know, such as that nothing is left for them to see; mostly null."
    )
    token: str | None = column(
        ANYONE, "For `Authorization: Bearer`, where there is no cookie; told only once."
    )
    session_ends_at: datetime | None = column(
        ANYONE, "When the session ends at the latest; without use it ends earlier.", name="ends_at"
    )
    must_change_password: bool = column(
        ANYONE, "Whether the password is a temporary one, with which only `changePassword` is left."
    )
    second_factor: CodeChallenge | None = column(
        ANYONE,
        "Where the account has a second factor: nobody is signed in yet, and `signInWithCode` goes "
        "on.",
    )
    must_set_up_second_factor: bool = column(
        ANYONE,
        "Whether a school requires a second factor, and only `beginSecondFactor` and "
        "`confirmSecondFactor` are left until there is one.",
    )
    device_token: str | None = column(
        ANYONE, "What a trusted device gives to `signIn`, for 30 days; told only once."
    )
    hints: list[SignInHint] = column(
        ANYONE, "Where it failed, what to look at in what was typed, whatever exists."
    )


@strawberry.type(description="The outcome of `signOut`, which can't fail.")
class SignOutPayload(Payload):
    provider_url: str | None = column(
        ANYONE,
        "Where a browser ends the session at the provider with which this one was begun; null where"
        " there is none.",
    )


@strawberry.type(description="The outcome of `endSession`.")
class EndSessionPayload(Payload): ...


@strawberry.type(description="The outcome of `endOtherSessions` or `endSessionsOf`.")
class EndSessionsPayload(Payload):
    ended: int = column(ANYONE, "How many sessions have ended.")


@strawberry.input(description="Who signs in.")
class SignInInput:
    login: str = strawberry.field(description="The login; capitals do not matter.")
    password: str = strawberry.field(description="The password.")
    remember: bool = strawberry.field(
        default=True,
        description="Whether this device is remembered; else the session ends with the browser, and"
        " within a day.",
    )
    device_token: str | None = strawberry.field(
        default=None,
        description="What `signInWithCode` told this device when it was to be trusted: no code is"
        " asked for then.",
    )


@strawberry.input(description="The second step of a sign-in.")
class SignInWithCodeInput:
    challenge: str = strawberry.field(description="The challenge that `signIn` told.")
    code: str = strawberry.field(
        description="The six digits that the authenticator app shows now, or a recovery code."
    )
    trust_device: bool = strawberry.field(
        default=False,
        description="Whether this device is asked for no code for 30 days.",
    )


@strawberry.input(description="A session of the viewer's.")
class EndSessionInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.sessions` tells it.")


@strawberry.input(description="Whose sessions end.")
class EndSessionsOfInput:
    person: strawberry.ID = strawberry.field(
        description="The global id of a student, guardian or teacher."
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    token: str | None = None
    ends_at: datetime | None = None
    must_change_password: bool = False
    must_set_up_second_factor: bool = False
    second_factor: CodeNeeded | None = None
    device_token: str | None = None
    provider_url: str | None = None
    hints: list[SignInHint] = field(default_factory=list)
    ended: int = 0
    notice: notices.SignInNotice | None = None
    errors: list[UserError] = field(default_factory=list)


Who = Annotated[SignInInput, strawberry.argument(description="Who signs in.")]
Which = Annotated[EndSessionInput, strawberry.argument(description="Which session ends.")]
Whose = Annotated[EndSessionsOfInput, strawberry.argument(description="Whose sessions end.")]


@strawberry.type
class SessionMutations:
    @mutation(
        "Begin a session: a cookie for browsers, a token for other clients.",
        SignInPayload,
        errors_of(Code.UNAUTHENTICATED, Code.RATE_LIMITED),
    )
    async def sign_in(record: Any, context: Context, input: Who) -> Outcome:  # noqa: A002
        try:
            begun = await sessions.sign_in(
                context.store,
                input.login,
                input.password,
                address=context.client_address,
                throttle=context.throttle,
                device=Device(context.user_agent, input.remember),
                limits=context.session_limits,
                device_token=input.device_token,
            )
        except CodeNeeded as needed:
            return Outcome(second_factor=needed)
        except Problem as problem:
            return _failed(problem, input)
        await end_former(context)
        return begun_in(context, begun, remembered=input.remember)

    @mutation(
        "Go on with a sign-in whose password was right, by a code: begins the session.",
        SignInPayload,
        errors_of(Code.UNAUTHENTICATED, Code.CODE_EXPIRED, Code.RATE_LIMITED),
    )
    async def sign_in_with_code(
        record: Any,
        context: Context,
        input: Annotated[  # noqa: A002
            SignInWithCodeInput, strawberry.argument(description="The challenge and the code.")
        ],
    ) -> Outcome:
        try:
            found = await second_steps.sign_in_with_code(
                context.store,
                input.challenge,
                input.code,
                trust=input.trust_device,
                counted=Counted(context.throttle, context.client_address),
                user_agent=context.user_agent,
                limits=context.session_limits,
            )
        except (Refused, Problem) as refusal:
            return Outcome(errors=in_input(refusal))
        await end_former(context)
        begun = begun_in(context, found.begun, remembered=found.remembered)
        return replace(begun, device_token=found.device_token)

    @mutation("End the session.", SignOutPayload, errors_of())
    async def sign_out(record: Any, context: Context) -> Outcome:
        way_out = None
        if context.token is not None:
            way_out = await way_out_of(context)
            await sessions.sign_out(context.store, context.token)
        _ended_here(context)
        return Outcome(provider_url=way_out)

    @mutation("End one of the viewer's own sessions.", EndSessionPayload, errors_of(Code.NOT_FOUND))
    async def end_session(record: Any, context: Context, input: Which) -> Outcome:  # noqa: A002
        viewer = context.signed_in()
        try:
            ended = await _end(context, UUID(input.id))
        except ValueError:
            ended = None
        if ended is None:
            missing = UserError(Code.NOT_FOUND, "There is no such session.", ("input", "id"))
            return Outcome(errors=[missing])
        viewers_of(context.store).forget(viewer.account.id)
        if context.token is not None and ended == hash_of(context.token):
            _ended_here(context)
        else:
            context.wake_feed()
        return Outcome()

    @mutation(
        "End all of the viewer's sessions but this one, and trust no device any more.",
        EndSessionsPayload,
        errors_of(),
    )
    async def end_other_sessions(record: Any, context: Context) -> Outcome:
        viewer = context.signed_in()
        async with context.store.transaction() as transaction:
            ended = await transaction.fetch(
                end_other_sessions,
                account=viewer.account.id,
                token_hash=hash_of(context.token or ""),
            )
            await transaction.run(drop_challenges, account=viewer.account.id)
            await transaction.run(distrust_devices, account=viewer.account.id)
            if ended:
                await tell_of_end(transaction, viewer)
        viewers_of(context.store).forget(viewer.account.id)
        context.wake_feed()
        return Outcome(ended=len(ended))

    @mutation(
        "End all sessions of a student, guardian or teacher of the school; for its office.",
        EndSessionsPayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND, Code.FORBIDDEN),
    )
    async def end_sessions_of(record: Any, context: Context, input: Whose) -> Outcome:  # noqa: A002
        viewer = context.signed_in()
        try:
            ended = await end_sessions_of(context.store, viewer, input.person)
        except (Refused, Problem) as refusal:
            return Outcome(errors=in_input(refusal))
        context.wake_feed()
        return Outcome(ended=ended)


def begun_in(context: Context, begun: SignedIn, *, remembered: bool) -> Outcome:
    """The request goes on as the one who has signed in."""
    go_on_as(context, begun, remembered=remembered)
    viewer = begun.viewer
    limited = viewer.temporary or viewer.lacks_second_factor
    return Outcome(
        viewer,
        begun.token,
        begun.ends_at,
        viewer.temporary,
        not viewer.temporary and viewer.lacks_second_factor,
        notice=None if viewer.schools or limited else notices.NO_SCHOOL,
    )


def _failed(problem: Problem, given: SignInInput) -> Outcome:
    code = UserErrorCode(problem.code.value)
    found = hints(given.login, given.password) if code is Code.UNAUTHENTICATED else []
    message = f"{problem.message} {worded(found, given.login)}".strip()
    return Outcome(hints=found, errors=[UserError(code, message, ("input",))])


async def _end(context: Context, id_: UUID) -> bytes | None:
    """The hash of the token whose session has ended; None if there is none of the viewer's."""
    viewer = context.signed_in()
    async with context.store.transaction() as transaction:
        ended = await transaction.first(end_session_by_id, ref=id_, account=viewer.account.id)
        if ended is None:
            return None
        await tell_of_end(transaction, viewer)
        return ended.token_hash


async def way_out_of(context: Context) -> str | None:
    """Where the session ends that the provider of this one has with the browser."""
    if context.viewer is None or not context.providers.named:
        return None
    found: Any = await context.store.first(
        provider_session_by_token, token_hash=hash_of(context.token or "")
    )
    return None if found is None else await context.providers.way_out(found.issuer, found.id_token)


def _ended_here(context: Context) -> None:
    """The request's own session is over."""
    context.wake_feed()
    context.session_ended = True
    context.new_session = None
    context.become(None)


async def or_refused(doing: Awaitable[T], refused: Callable[..., T]) -> T:
    """What is done, or what `refused` makes of the `errors` that kept it from being done."""
    try:
        return await doing
    except (Refused, Problem) as refusal:
        return refused(errors=in_input(refusal))


def in_input(refusal: Refused | Problem) -> list[UserError]:
    """The errors at their places in the argument `input`."""
    if isinstance(refusal, Problem):
        return [UserError(UserErrorCode(refusal.code.value), refusal.message, ("input",))]
    return [error.at("input", *error.path) for error in refusal.errors]
