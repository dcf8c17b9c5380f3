"""Middleware: hosts, HSTS and CORS of known public addresses, their path, and ending slashes."""

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Match, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.errors import RequestError
from gateway.gateway import Gateway

HEALTH = frozenset({"/healthz", "/readyz", "/metrics"})
"""Load balancers and Prometheus request these by their own addresses; they reveal nothing to
others."""
A_YEAR = 31_536_000
REQUEST_HEADERS = (
    "Authorization",
    "Last-Event-ID",
    "X-Gradebook-Client",
    "Apollo-Require-Preflight",
    "Content-Disposition",
    "Content-Digest",
    "If-None-Match",
    "If-Range",
    "Range",
)
"""Request headers that a page of another origin may send, besides the safelisted ones."""
RESPONSE_HEADERS = (
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
)
WRONG_HOST = "The gateway is not asked for by this Host: GRADEBOOK_PUBLIC_URL does not name it."


class HostMiddleware:
    """Refuses requests for other hosts, and adds HSTS."""

    def __init__(self, gateway: Gateway, app: ASGIApp) -> None:
        self.gateway = gateway
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.gateway.origins.secure:
            send = with_hsts(send)
        if self._is_own_host(scope):
            return await self.app(scope, receive, send)
        refused = JSONResponse(RequestError(400, WRONG_HOST).answer, 400)
        if scope["type"] == "http":
            return await refused(scope, receive, send)
        return await WebSocket(scope, receive, send).send_denial_response(refused)

    def _is_own_host(self, scope: Scope) -> bool:
        if scope["path"] in HEALTH and scope["type"] == "http":
            return True
        return self.gateway.origins.answer(self.gateway.proxies.host_of(HTTPConnection(scope)))


class PrefixMiddleware:
    """Answers below the path of the public address, whether the proxy leaves it on or takes it off:
    to the rest, all is below it."""

    def __init__(self, prefix: str, app: ASGIApp) -> None:
        self.prefix = prefix
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            scope["path"] = self.prefix + path
        scope["root_path"] = self.prefix
        await self.app(scope, receive, send)


class EndingSlash:
    """Answers a path that has no route: redirects to the same path with or without a slash at its
    end, if that has one. Only the path is named, since scheme and host are the proxy's."""

    def __init__(self, router: Router) -> None:
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        other = path[:-1] if path.endswith("/") else f"{path}/"
        if scope["type"] != "http" or not self._leads(scope, other):
            return await self.router.not_found(scope, receive, send)
        asked = scope["query_string"].decode("latin-1")
        moved = RedirectResponse(f"{other}?{asked}" if asked else other, 308)
        return await moved(scope, receive, send)

    def _leads(self, scope: Scope, path: str) -> bool:
        asked = {**scope, "path": path}
        return any(route.matches(asked)[0] != Match.NONE for route in self.router.routes)


def with_hsts(send: Send) -> Send:
    """Add the Strict-Transport-Security header to responses."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        await send(message)

    return sent


def with_cors(gateway: Gateway, app: ASGIApp) -> ASGIApp:
    """Add CORS with credentials for the allowed origins, if there are any."""
    if not gateway.origins.named:
        return app
    return CORSMiddleware(
        app,
        allow_origins=gateway.origins.texts,
        allow_methods=("GET", "POST"),
        allow_headers=REQUEST_HEADERS,
        allow_credentials=True,
        expose_headers=RESPONSE_HEADERS,
    )
