"""The session token of a request, in a cookie or a header, and the cookie of the response."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

from gateway.execution import Context, Prepared
from resolvers.context import WITHOUT_SESSION

BROWSER_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Cookie:
    """The session cookie; browsers accept a `__Host-` cookie only from the host itself, and for all
    of its paths."""

    secure: bool
    path: str = "/"

    @property
    def name(self) -> str:
        return f"{self._kept}gradebook" if self.secure else "gradebook_session"

    @property
    def _kept(self) -> str:
        return "__Host-" if self.path == "/" else "__Secure-"

    def of(self, connection: HTTPConnection) -> str | None:
        """The cookie's value. Python's own parser takes a minute for 60 kB of malformed quotes
        (CVE-2024-7592)."""
        for header in connection.headers.getlist("cookie"):
            if self.name in header:
                for pair in header.split(";"):
                    name, _, value = pair.partition("=")
                    if name.strip() == self.name:
                        return value.strip()
        return None

    def keep(self, response: Response, context: Context) -> None:
        """Set or remove the cookie as the request's mutations require. One without an age ends with
        the browser."""
        if context.new_session is not None:
            self._set(response, context.new_session, context.cookie_seconds)
        elif context.session_ended:
            self._set(response, "", 0)

    def _set(self, response: Response, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


@dataclass(frozen=True, slots=True)
class BrowserCookie(Cookie):
    """What a browser keeps while its user is at a provider of identities, so that nobody goes on
    with what another browser has begun."""

    @property
    def name(self) -> str:
        return f"{self._kept}gradebook-browser" if self.secure else "gradebook_browser"

    def give(self, response: Response, value: str) -> None:
        self._set(response, value, BROWSER_SECONDS)


def bearer(authorization: str | None) -> str | None:
    """The token of `Bearer TOKEN`; empty, which is never valid, for anything else."""
    if not (authorization := (authorization or "").strip()):
        return None
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_about_the_session(prepared: Prepared) -> bool:
    """Whether the operation's first field signs in or out, or registers."""
    return not prepared.streams and prepared.first_field in WITHOUT_SESSION
