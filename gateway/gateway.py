"""What every protocol needs of the process, put together once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from gateway.arrivals import Arrivals
from gateway.crowd import Crowd
from gateway.draining import Draining
from gateway.execution import Context, Contexts, Engine
from gateway.session import Cookie, address_of, token_of
from gateway.settings import Settings

MakeContext = Callable[[str | None, str], Awaitable[Context]]
"""From a session's token and a client's address to what a request's resolvers see."""


@dataclass(frozen=True, slots=True)
class Gateway:
    settings: Settings
    engine: Engine
    make_context: MakeContext
    cookie: Cookie
    draining: Draining = field(default_factory=Draining)
    arrivals: Arrivals = field(default_factory=Arrivals)

    @property
    def crowd(self) -> Crowd:
        return self.engine.crowd

    def address_of(self, connection: HTTPConnection) -> str:
        """The client's."""
        return address_of(connection, self.settings.trusted_proxies)

    def is_proxy(self, peer: str) -> bool:
        """Whether many clients may come over the peer's connections."""
        return self.settings.trusted_proxies > 0

    def contexts(self, connection: HTTPConnection, token: str | None = None) -> Contexts:
        """Contexts of the client at the other end; `token` goes before what its headers say."""
        token = token or token_of(connection, self.cookie)
        address = self.address_of(connection)
        return lambda: self.make_context(token, address)
