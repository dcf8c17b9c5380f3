"""The id of a request: that of its trace (W3C Trace Context), taken from `traceparent` or made."""

import re
from contextvars import ContextVar
from random import getrandbits

from starlette.types import ASGIApp, Message, Receive, Scope, Send

GIVEN = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The `traceparent` of the request that is answered; empty outside of one."""


def request_id() -> str:
    """The id of the request that is answered; empty outside of one."""
    return REQUEST.get()[3:35]


def traceparent_of(scope: Scope) -> bytes:
    """What the client gave, or a new one."""
    for name, value in scope["headers"]:
        if name == b"traceparent" and GIVEN.fullmatch(value):
            return bytes(value)
    return new_traceparent()


def new_traceparent() -> bytes:
    made = b"%048x" % (getrandbits(192) | 1 << 64 | 1)  # no part of it may be zero
    return b"00-%b-%b-01" % (made[:32], made[32:])


class RequestIds:
    """An ASGI application that gives each request its id, and tells it in the response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = traceparent_of(scope)
        REQUEST.set(given.decode())
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"traceparent", given)]
            await send(message)

        return await self.app(scope, receive, told)
