"""The schema in SDL, for tools that generate code or check documents."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.errors import RequestError, internal
from gateway.gateway import Gateway
from gateway.http import refusal, reply
from gateway.media_types import JSON

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
}


class SDLEndpoint:
    """Serves the SDL to those who may introspect."""

    def __init__(self, gateway: Gateway, printed: Callable[[], str]) -> None:
        self.gateway = gateway
        self.printed = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        try:
            if request.method not in ("GET", "HEAD"):
                raise RequestError(405, "The schema is read by GET.")
            await self.gateway.expect_introspection(request)
            # Printing takes a while; the text is cached.
            return PlainTextResponse(await run_in_threadpool(self.printed), headers=HEADERS)
        except RequestError as refused:
            return refusal(refused, methods=("GET", "HEAD"))
        except Exception as error:
            return reply(internal(error), JSON, 500)
