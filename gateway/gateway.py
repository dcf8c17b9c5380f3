"""What every protocol needs of the process, put together once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from gateway.draining import Draining
from gateway.errors import Unauthenticated
from gateway.execution import Context, Contexts, Engine
from gateway.origins import Origins
from gateway.proxies import Proxies
from gateway.session import Cookie, token_of
from gateway.settings import Settings

MakeContext = Callable[[str | None, str], Awaitable[Context]]
"""From a session's token and a client's address to what a request's resolvers see."""


@dataclass(frozen=True, slots=True)
class Gateway:
    settings: Settings
    engine: Engine
    make_context: MakeContext
    cookie: Cookie
    origins: Origins
    proxies: Proxies
    draining: Draining = field(default_factory=Draining)

    def contexts(
        self, connection: HTTPConnection, token: str | None = None, *, of_anybody: bool = False
    ) -> Contexts:
        """Contexts of the client at the other end; `token` goes before what its headers say.

        Who shows a token that is none of a session is told so (`Unauthenticated`), and not
        answered as a stranger, unless contexts `of_anybody` are wanted.
        """
        if token is None:
            token = token_of(connection, self.cookie)
        address = self.proxies.address_of(connection)
        if token is None or of_anybody:
            return lambda: self.make_context(token, address)

        async def contexts() -> Context:
            context = await self.make_context(token, address)
            if context.viewer is None:
                raise Unauthenticated(token)
            return context

        return contexts

    def lets_in(self, connection: HTTPConnection) -> bool:
        """Whether the page that asks may do so with its visitor's cookie."""
        origin = connection.headers.get("origin")
        return self.origins.let_in(origin, self.proxies.host_of(connection))
