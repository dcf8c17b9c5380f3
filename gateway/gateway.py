"""The parts of the process that every protocol uses."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from sys import intern

from starlette.requests import HTTPConnection

from domain.errors import Code
from gateway.connection_limits import ConnectionLimits
from gateway.draining import Draining
from gateway.errors import RequestError, Unauthenticated
from gateway.execution import Context, Engine
from gateway.open_sockets import OpenSockets
from gateway.operations import NONE
from gateway.origins import Origins
from gateway.persisted_documents import Persisted
from gateway.proxies import Proxies
from gateway.read_timeouts import ReadTimeouts
from gateway.session import BrowserCookie, Cookie, bearer
from gateway.settings import Settings
from resolvers.context import CameBy

LONGEST_USER_AGENT = 300
MakeContext = Callable[[str | None, str], Awaitable[Context]]
"""Makes a request's context from a session token and a client's address."""


@dataclass(slots=True, eq=False)
class Client:
    """Makes the contexts of one client. A token without a session raises `Unauthenticated`; the
    client is not treated as a stranger."""

    make_context: MakeContext
    token: str | None
    address: str
    user_agent: str = ""
    browser: str | None = None
    came_by: CameBy | None = None

    async def __call__(self) -> Context:
        context = await self.of_anybody()
        if self.token is not None and context.viewer is None:
            raise Unauthenticated(self.token)
        return context

    async def of_anybody(self) -> Context:
        """A context for operations that need no session, whatever token the client sends."""
        context = await self.make_context(self.token, self.address)
        context.user_agent = self.user_agent
        context.browser = self.browser
        context.came_by = self.came_by
        return context


@dataclass(frozen=True, slots=True)
class Gateway:
    settings: Settings
    engine: Engine
    make_context: MakeContext
    cookie: Cookie
    origins: Origins
    proxies: Proxies
    draining: Draining = field(default_factory=Draining)
    read_timeouts: ReadTimeouts = field(default_factory=ReadTimeouts)
    open_sockets: OpenSockets = field(default_factory=OpenSockets)
    persisted: Persisted = NONE
    """Documents that clients may ask for by id."""

    @property
    def browser_cookie(self) -> BrowserCookie:
        return BrowserCookie(self.cookie.secure, self.cookie.path)

    @property
    def connection_limits(self) -> ConnectionLimits:
        return self.engine.connection_limits

    def is_proxy(self, peer: str) -> bool:
        """Whether the peer is a proxy, over whose connections many clients may come."""
        return self.proxies.trust(peer)

    def address_of(self, connection: HTTPConnection) -> str:
        """The client's address."""
        return self.proxies.address_of(connection)

    def contexts(self, connection: HTTPConnection, token: str | None = None) -> Client:
        """The contexts of the client. `token` takes precedence over its headers, and of these
        Authorization, even if it is invalid, over the cookie."""
        headers, kind = connection.headers, connection.scope["type"]
        came_by = None
        if token is None:
            by_header = bearer(headers.get("authorization"))
            if kind == "http":
                came_by = CameBy.COOKIE if by_header is None else CameBy.HEADER
            token = self.cookie.of(connection) or None if by_header is None else by_header
        user_agent = headers.get("user-agent", "")[:LONGEST_USER_AGENT]
        if kind == "websocket":
            user_agent = intern(user_agent)  # thousands of sockets keep one of few texts
        browser = self.browser_cookie.of(connection) if "cookie" in headers else None
        address = self.address_of(connection)
        return Client(self.make_context, token, address, user_agent, browser, came_by)

    async def expect_introspection(self, connection: HTTPConnection) -> None:
        """Raise `RequestError` for whoever may not introspect."""
        context = await self.contexts(connection)()
        introspection = self.settings.introspection
        if introspection.may_introspect(context.viewer):
            return
        if context.viewer is None and introspection.may_introspect(object()):
            raise RequestError(401, "Sign in first.", Code.UNAUTHENTICATED)
        raise RequestError(403, "The schema is not shown here.", Code.FORBIDDEN)

    def lets_in(self, connection: HTTPConnection) -> bool:
        """Whether the page that sends the request may use its visitor's cookie."""
        origin = connection.headers.get("origin")
        return self.origins.let_in(origin, self.proxies.host_of(connection))
