"""What uploads and downloads have in common: CORS, sessions, and errors as GraphQL has them."""

from collections.abc import Sequence
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import Code, Problem
from gateway.errors import RequestError, internal
from gateway.gateway import Gateway
from gateway.http import refusal, reply
from gateway.media_types import JSON
from gateway.middleware import with_cors
from gateway.refused_requests import count_refusal
from resolvers.viewer import Viewer

STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.FILE_TOO_LARGE: 413,
    Code.FILE_TYPE_REFUSED: 415,
    Code.FILE_DAMAGED: 422,
    Code.FILE_UNSAFE: 422,
    Code.LIMIT_EXCEEDED: 429,
    Code.RATE_LIMITED: 429,
    Code.TIMEOUT: 504,
    Code.QUOTA_EXCEEDED: 507,
}


class Answerer(Protocol):
    @property
    def methods(self) -> Sequence[str]: ...

    async def answer(self, request: Request, gateway: Gateway) -> Response: ...


class Endpoint:
    """An ASGI application that answers by the `answerer`, for pages of other origins too where the
    gateway's settings name them."""

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            self._app = with_cors(scope["app"].state.gateway, self._respond)
        await self._app(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return  # during the body
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            if request.method not in self.answerer.methods:
                raise RequestError(405, f"This is asked for by {self.answerer.methods[0]}.")
            return await self.answerer.answer(request, request.app.state.gateway)
        except Problem as problem:
            status = STATUS.get(problem.code, 400)
            count_refusal(request, status)
            return refusal(RequestError(status, problem.message, problem.code))
        except RequestError as refused:
            count_refusal(request, refused.status)
            return refusal(refused, methods=self.answerer.methods)
        except ClientDisconnect:
            raise
        except Exception as error:
            return reply(internal(error), JSON, 500)


async def viewer_of(request: Request, gateway: Gateway) -> Viewer:
    """Who asks; raises where nobody is signed in, or not far enough to be shown anything."""
    context: Any = await gateway.contexts(request)()
    viewer: Viewer = context.signed_in()
    return viewer
