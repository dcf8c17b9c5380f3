"""Where what is done comes from: the network address of a request, or the command that is run."""

from contextvars import ContextVar

ORIGIN: ContextVar[str | None] = ContextVar("origin", default=None)
"""Set for each request and each command; what is written says so in the feed and in the audit."""
