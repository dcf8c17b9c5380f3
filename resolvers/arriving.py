"""What every way to sign in ends with: the former session ends, and the request goes on as the one
who has signed in."""

from resolvers import sessions
from resolvers.context import Context
from resolvers.sessions import SignedIn


async def end_former(context: Context) -> None:
    """End the session that the request came with: the new one takes its place."""
    if context.token is not None and context.viewer is not None:
        await sessions.sign_out(context.store, context.token)
        if context.feed is not None:
            context.feed.wake()


def go_on_as(context: Context, begun: SignedIn, *, remembered: bool) -> None:
    """The gateway sets the cookie of the new session."""
    context.new_session, context.token = begun.token, begun.token
    context.session_ended = False
    lasts = int(context.session_limits.lasts.total_seconds())
    context.cookie_seconds = lasts if remembered else None
    context.become(begun.viewer)
