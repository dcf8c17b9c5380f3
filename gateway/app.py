"""The Starlette application: its routes and its lifespan."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache, partial
from typing import Any

from graphql import Executor, GraphQLSchema, print_schema
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from domain.origin import ORIGIN
from gateway import docs
from gateway.compression import compressing
from gateway.connection_limits import ConnectionLimits
from gateway.documents import Documents, Limits, nothing
from gateway.draining import Draining
from gateway.execution import Engine
from gateway.gateway import Gateway, MakeContext
from gateway.http import GraphQLEndpoint
from gateway.known_heads import CAME
from gateway.known_requests import KnownRequests
from gateway.middleware import EndingSlash, HostMiddleware, PrefixMiddleware, with_cors
from gateway.persisted_documents import Persisted
from gateway.proxies import Proxies
from gateway.requests import RequestIds
from gateway.sdl import SDLEndpoint
from gateway.session import Cookie
from gateway.settings import Settings
from gateway.watch import Watch
from gateway.websocket import WebSocketEndpoint
from resolvers.answers.keeping import KeptAnswers
from resolvers.execution.compiled_executor import CompiledExecutor

log = logging.getLogger("gradebook")
PATH = "/graphql"
SDL = f"{PATH}/schema.graphql"
NO_STORE = {"Cache-Control": "no-store"}
Ready = Callable[[], Awaitable[None]]
"""Raises if the process cannot serve."""


def create_app(
    settings: Settings,
    schema: GraphQLSchema,
    make_context: MakeContext,
    *,
    ready: Ready | None = None,
    lifetime: Callable[[], AbstractAsyncContextManager[None]] | None = None,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    more_routes: Sequence[BaseRoute] = (),
    sdl: Callable[[], str] | None = None,
    watch: Watch | None = None,
    kept: KeptAnswers | None = None,
    persisted: Persisted | None = None,
) -> Starlette:
    """Make the application. `lifetime` is entered before the first request and left after the last;
    `sdl` prints the schema with what graphql-core's printer leaves out; `kept` keeps answers;
    `persisted` are all documents that may be asked for by id, unless told those of the settings.

    The server must begin the draining of `app.state.gateway` before it stops.
    """
    gateway = Gateway(
        settings,
        engine_of(settings, schema, executor_class, watch, kept),
        make_context,
        Cookie(settings.cookies_are_secure, settings.prefix or "/"),
        settings.origins,
        Proxies(settings.trusted_proxies),
        persisted=settings.persisted if persisted is None else persisted,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if lifetime is None:
            yield
        else:
            async with lifetime():
                yield

    printed = cache(sdl or partial(print_schema, schema))
    texts = [
        Route(SDL, with_cors(gateway, SDLEndpoint(gateway, printed))),
        *docs.routes(gateway, printed),
    ]
    routes = [
        Route("/healthz", healthy),
        Route("/readyz", readiness(ready, gateway.draining)),
        *compressing(texts, settings.compression_level),
        *more_routes,
    ]
    app = Application(gateway, routes, lifespan)
    app.state.gateway = gateway
    return app


class Application(Starlette):
    """Calls the GraphQL endpoints directly, without Starlette's middleware: it takes a tenth of the
    time of a small answer, and every open WebSocket would hold all of it. The endpoints answer all
    errors themselves."""

    def __init__(
        self,
        gateway: Gateway,
        routes: Sequence[BaseRoute],
        lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
    ) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self.router.redirect_slashes = False
        self.router.default = EndingSlash(self.router)
        known = KnownRequests(gateway)
        self.state.known = known
        self.heads = known.heads
        self.requests = with_cors(gateway, GraphQLEndpoint(gateway, known))
        self.sockets = WebSocketEndpoint(gateway)
        answered: ASGIApp = self.dispatch
        if prefix := gateway.settings.prefix:
            answered = PrefixMiddleware(prefix, answered)
        if gateway.origins.named:
            answered = HostMiddleware(gateway, answered)
        self.application = RequestIds(answered)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        else:
            if CAME in scope:
                send = self.heads.noting(scope, send)
            await self.application(scope, receive, send)

    async def dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != scope.get("root_path", "") + PATH:
            # Not every page makes a context, which says who asks: what is logged names them too.
            ORIGIN.set(self.state.gateway.address_of(HTTPConnection(scope)))
            await super().__call__(scope, receive, send)
        elif scope["type"] == "http":
            await (docs.welcome() if is_visit(scope) else self.requests)(scope, receive, send)
        else:
            await self.sockets.serve(WebSocket(scope, receive, send))


def is_visit(scope: Scope) -> bool:
    """Whether somebody has opened the endpoint's address in a browser."""
    if scope["method"] not in ("GET", "HEAD") or scope["query_string"]:
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def engine_of(
    settings: Settings,
    schema: GraphQLSchema,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    watch: Watch | None = None,
    kept: KeptAnswers | None = None,
) -> Engine:
    limits = Limits(
        settings.max_tokens,
        settings.max_depth,
        settings.max_aliases,
        settings.max_cost,
        settings.max_introspection,
        settings.max_values,
        settings.cache_bytes,
    )
    documents = Documents(schema, limits, getattr(executor_class, "forget", nothing))
    return Engine(
        schema,
        documents,
        settings.timeout_seconds,
        executor_class,
        introspection=settings.introspection,
        kept=kept,
        connection_limits=ConnectionLimits(settings),
        watch=watch or Watch(),
    )


async def healthy(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


def readiness(ready: Ready | None, draining: Draining) -> Callable[[Request], Awaitable[Response]]:
    """The process reaches its database and is not draining."""

    async def readyz(_: Request) -> Response:
        if draining.announced:
            return JSONResponse({"status": "draining"}, 503, headers=NO_STORE)
        try:
            if ready is not None:
                await ready()
        except Exception:
            log.exception("Not ready")
            return JSONResponse({"status": "unavailable"}, 503, headers=NO_STORE)
        return JSONResponse({"status": "ok"}, headers=NO_STORE)

    return readyz
