"""Who does something, and from where; set once for a request or a command, and read where it is
written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

ORIGIN: ContextVar[str | None] = ContextVar("origin", default=None)
"""The network address of a request, or the command that somebody runs."""
ACTOR: ContextVar[UUID | None] = ContextVar("actor", default=None)
"""The account that does it."""


@contextmanager
def acting(account: UUID | None) -> Iterator[None]:
    """What is done in the block is done by the account."""
    before = ACTOR.set(account)
    try:
        yield
    finally:
        ACTOR.reset(before)
