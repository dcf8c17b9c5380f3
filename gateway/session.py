"""Who asks: the session's token in a cookie or a header, and the address it comes from."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from gateway.execution import Context


@dataclass(frozen=True, slots=True)
class Cookie:
    """The session's cookie; `__Host-` makes a browser refuse it from elsewhere."""

    secure: bool
    lasts: timedelta

    @property
    def name(self) -> str:
        return "__Host-gradebook" if self.secure else "gradebook_session"

    def of(self, connection: HTTPConnection) -> str | None:
        """What the client has kept. Python's own reader of cookies takes a minute of 60 kB that
        are quoted oddly (CVE-2024-7592)."""
        for header in connection.headers.getlist("cookie"):
            if self.name in header:
                for pair in header.split(";"):
                    name, _, value = pair.partition("=")
                    if name.strip() == self.name:
                        return value.strip()
        return None

    def keep(self, response: Response, context: Context) -> None:
        """Set or remove the cookie, as the mutations of the request have decided."""
        if context.new_session is not None:
            self._set(response, context.new_session, int(self.lasts.total_seconds()))
        elif context.session_ended:
            self._set(response, "", 0)

    def _set(self, response: Response, value: str, max_age: int) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def bearer(authorization: str | None) -> str | None:
    """The token of `Bearer TOKEN`."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def token_of(connection: HTTPConnection, cookie: Cookie) -> str | None:
    """A header is written on purpose, so it goes before the cookie."""
    return bearer(connection.headers.get("authorization")) or cookie.of(connection)


def address_of(connection: HTTPConnection, trusted_proxies: int) -> str:
    """The client's address: what the outermost trusted proxy saw, or else the peer."""
    peer = connection.client.host if connection.client else ""
    if not trusted_proxies:
        return peer
    header = ",".join(connection.headers.getlist("x-forwarded-for"))
    seen = [one.strip() for one in header.split(",") if one.strip()]
    return seen[-min(trusted_proxies, len(seen))] if seen else peer


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the page that asks came from the host it asks."""
    origin = urlsplit(connection.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == connection.headers.get("host")
