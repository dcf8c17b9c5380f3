"""Whether an error only says that the database is unavailable."""

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
"""What the driver says of a connection that has ended. Its other interface errors are misuse."""

NODE_LOST = re.compile(r"^(failure on connection|connection to the remote node|SSL SYSCALL error)")
"""What a coordinator says, as an internal error, of a node that has ended."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the database is unreachable, is starting or stopping, or has no free connection.
    Nothing in this process caused the error."""
    return all(_is_away(one) for one in _each(error))


def shown(error: BaseException) -> str:
    """The error in one line."""
    said = "; ".join(f"{type(one).__name__}: {one}" for one in _each(error))
    return " ".join(said.split())[:300]


def _is_away(error: BaseException) -> bool:
    if isinstance(error, asyncpg.InterfaceError):
        return ENDED.search(str(error)) is not None
    if isinstance(error, asyncpg.InternalServerError):
        return NODE_LOST.match(str(error)) is not None
    return isinstance(error, AWAY) or (isinstance(error, OSError) and _is_of_the_driver(error))


def _is_of_the_driver(error: BaseException) -> bool:
    """Whether the driver raised it. Other code may miss files too."""
    frames = walk_tb(error.__traceback__)
    return any(str(frame.f_globals.get("__name__")).startswith("asyncpg") for frame, _ in frames)


def _each(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _each(one)
    else:
        yield error
