"""Errors as clients read them: each has a code, and none reveals internals."""

import logging
import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from graphql import FieldNode, GraphQLError

from domain.errors import Code, Problem

log = logging.getLogger("gradebook")
CODES = frozenset(Code)
NAMES = {"None": "null", "True": "true", "False": "false"}
LAST_NAME = re.compile(rf"(?<= )({'|'.join(NAMES)})(?=\.?\Z)")
"""The Python literal at the end of a message; a client's own text would be quoted."""
GIVEN = re.compile(
    r"(Expected value of type '\w+' (?:not )?to (?:be an object|include \w+ field '[^']*')"
    r"(\. Did you mean [^?]*\?)?)(?:, found| Found): .*\Z",
    re.DOTALL,
)
"""The object that a client gave, at the end of a message: it may hold a password, and clients write
messages into their logs."""
LONGEST_MESSAGE = 2_000


class RequestError(Exception):
    """A request that is not executed, with the HTTP status of its answer."""

    def __init__(
        self, status: int, message: str, code: Code = Code.BAD_INPUT, **extensions: object
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.extensions = extensions

    @property
    def answer(self) -> dict[str, Any]:
        extensions = {"code": self.code, **self.extensions}
        return {"errors": [{"message": self.message, "extensions": extensions}]}


class Unauthenticated(RequestError):
    """Invalid credentials. A client without credentials is a stranger, which is no error."""

    def __init__(self, token: str) -> None:
        message = (
            "The session has ended, or there was none of this token: sign in again."
            if token
            else "Credentials are sent as `Bearer TOKEN`."
        )
        super().__init__(401, message, Code.UNAUTHENTICATED)


class OperationError(Exception):
    """An operation that may not run, with graphql-core's errors."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def is_refusal(error: GraphQLError) -> bool:
    """Whether the viewer may not read or do what was asked for."""
    cause = origin(error)
    return isinstance(cause, Problem) and cause.code is Code.FORBIDDEN


def limit_exceeded(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": Code.LIMIT_EXCEEDED})


def shown(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """The errors of an answer as `{message, locations, path, extensions}`. An exception that caused
    several of them is logged once, and they share its reference."""
    references: dict[int, str] = {}
    answers = [_shown(error, references) for error in errors]
    for error in errors:
        release_frames(error)
    return answers


def release_frames(error: BaseException) -> None:
    """Remove tracebacks from an error that is kept. They refer to frames, which may refer to the
    error, and such cycles stay until the garbage collector runs."""
    each: BaseException | None = error
    while each is not None:
        context, each.__context__, each.__traceback__ = each.__context__, None, None
        if context is not None:
            context.__traceback__ = None
        each = each.original_error if isinstance(each, GraphQLError) else None


def _shown(error: GraphQLError, references: dict[int, str]) -> dict[str, Any]:
    message, extensions = _message(error, references)
    answer: dict[str, Any] = {"message": shortened(message)}
    if error.locations:
        answer["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        answer["path"] = error.path
    answer["extensions"] = extensions
    return answer


def _message(error: GraphQLError, references: dict[int, str]) -> tuple[str, dict[str, Any]]:
    cause = origin(error)
    if isinstance(cause, Problem):
        return cause.message, {"code": cause.code}
    if isinstance(cause, TimeoutError):
        return "This took too long.", {"code": Code.TIMEOUT}
    if isinstance(cause, GraphQLError):
        code = (cause.extensions or {}).get("code")
        if code in CODES:
            return cause.message, {"code": code}
        if _of_the_request(cause):
            return in_graphql(shortened(error.message)), {"code": Code.BAD_INPUT}
    reference = references.get(id(cause))
    if reference is None:
        reference = references[id(cause)] = logged(cause, error.path)
    return "Internal error", {"code": Code.INTERNAL, "reference": reference}


def origin(error: BaseException) -> BaseException:
    """The exception under all GraphQLErrors that wrap it."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _of_the_request(error: GraphQLError) -> bool:
    """Whether the error is about the document or its variables, and not about a field's value."""
    nodes = error.nodes or []
    return error.path is None or not all(isinstance(node, FieldNode) for node in nodes)


def shortened(message: str) -> str:
    """The start of a long message, which may repeat a client's text."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    return message[:LONGEST_MESSAGE] + "..."


def in_graphql(message: str) -> str:
    """A message of graphql-core with GraphQL's literals, not Python's, and without the objects
    that it repeats."""
    message = GIVEN.sub(lambda found: found[1] if found[2] else f"{found[1]}.", message)
    return LAST_NAME.sub(lambda found: NAMES[found[0]], message)


def logged(cause: BaseException, path: object = None) -> str:
    """Log the error with its traceback; returns the reference that the answer has too."""
    reference = uuid4().hex[:12]
    log.error("Internal error %s at %s", reference, path, exc_info=cause)
    return reference


def internal(cause: BaseException) -> dict[str, Any]:
    """The answer to a request that failed with an unexpected error."""
    extensions = {"code": Code.INTERNAL, "reference": logged(cause)}
    return {"errors": [{"message": "Internal error", "extensions": extensions}]}
