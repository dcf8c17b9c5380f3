"""What every way to sign in ends with: the former session ends, and the request goes on as the one
who has signed in."""

from resolvers import sessions
from resolvers.context import CameBy, Context
from resolvers.sessions import SignedIn


async def end_former(context: Context) -> None:
    """End the session that the request came with: the new one takes its place."""
    if context.token is not None and context.viewer is not None:
        await sessions.sign_out(context.store, context.token)
        context.wake_feed()


async def renew(context: Context) -> SignedIn | None:
    """Give the session another token, since whoever has it has shown again who they are: the former
    is of no use any more. None where the client could not be told, as over a WebSocket."""
    if context.came_by is None or context.token is None or context.viewer is None:
        return None
    renewed = await sessions.renew(context.store, context.token, context.session_limits)
    if renewed is None:
        return None
    begun, remembered = renewed
    if context.came_by is CameBy.COOKIE:
        go_on_as(context, begun, remembered=remembered)
    else:
        context.token = begun.token
        context.become(begun.viewer)
    context.wake_feed()
    return begun


def go_on_as(context: Context, begun: SignedIn, *, remembered: bool) -> None:
    """The gateway sets the cookie of the new session."""
    context.new_session, context.token = begun.token, begun.token
    context.session_ended = False
    lasts = int(context.session_limits.lasts.total_seconds())
    context.cookie_seconds = lasts if remembered else None
    context.become(begun.viewer)
