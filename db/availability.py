"""Which failures are the database's own: it is away, and where that was found says nothing."""

import re
from collections.abc import Iterator
from traceback import walk_tb

import asyncpg

AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalClientError,
)
ENDED = re.compile(r"clos|released|terminat")
"""What the driver says of a connection that has ended; its other errors say that it is misused."""


def is_unavailable(error: BaseException) -> bool:
    """Whether it cannot be reached, ends, begins or has no room: nothing that this process did."""
    return all(_is_away(one) for one in _each(error))


def shown(error: BaseException) -> str:
    """The error in one line."""
    said = "; ".join(f"{type(one).__name__}: {one}" for one in _each(error))
    return " ".join(said.split())[:300]


def _is_away(error: BaseException) -> bool:
    if isinstance(error, asyncpg.InterfaceError):
        return ENDED.search(str(error)) is not None
    return isinstance(error, AWAY) or (isinstance(error, OSError) and _is_of_the_driver(error))


def _is_of_the_driver(error: BaseException) -> bool:
    """Whether it was the driver that ran into it: other files may be missing than its socket."""
    frames = walk_tb(error.__traceback__)
    return any(str(frame.f_globals.get("__name__")).startswith("asyncpg") for frame, _ in frames)


def _each(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _each(one)
    else:
        yield error
