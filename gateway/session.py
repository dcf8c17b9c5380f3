"""Who asks: the session's token in a cookie or a header, and what becomes of the cookie."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, OperationType, SelectionNode
from starlette.requests import HTTPConnection
from starlette.responses import Response

from gateway.execution import Context, Prepared

ABOUT_THE_SESSION = frozenset({"signIn", "signOut"})
"""Mutations for which no session is needed, and to which one that has ended is no hindrance."""


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
    """The token of `Bearer TOKEN`; empty, which no token is, where something else is there."""
    if not (authorization := (authorization or "").strip()):
        return None
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def token_of(connection: HTTPConnection, cookie: Cookie) -> str | None:
    """A header is written on purpose, so it goes before the cookie, even where it is no good."""
    token = bearer(connection.headers.get("authorization"))
    return token if token is not None else cookie.of(connection) or None


def is_about_the_session(prepared: Prepared) -> bool:
    """Whether the operation signs in or out before it does anything else."""
    if prepared.node.operation is not OperationType.MUTATION:
        return False
    first = next(_fields(prepared.node.selection_set.selections, prepared), None)
    return first in ABOUT_THE_SESSION


def _fields(selections: Sequence[SelectionNode], prepared: Prepared) -> Iterator[str]:
    """The names of the fields in order, without those of introspection."""
    for selection in selections:
        if isinstance(selection, FieldNode):
            if not selection.name.value.startswith("__"):
                yield selection.name.value
        elif isinstance(selection, FragmentSpreadNode):
            fragment = prepared.document.fragments[selection.name.value]
            yield from _fields(fragment.selection_set.selections, prepared)
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set.selections, prepared)
