"""Errors as a client reads them: a code for each, and nothing of the server's insides."""

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
"""Python's name of a value that a message ends with; a client's own text would stand in quotes."""


LONGEST_MESSAGE = 2_000


class RequestError(Exception):
    """A request that never reached execution, with the HTTP status that says so."""

    def __init__(self, status: int, message: str, code: Code = Code.BAD_INPUT) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code

    @property
    def answer(self) -> dict[str, Any]:
        return {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}


class Unauthenticated(RequestError):
    """Credentials that are not good; without any, one is a stranger and no error."""

    def __init__(self, token: str) -> None:
        message = (
            "The session has ended, or there was none of this token: sign in again."
            if token
            else "Credentials are sent as `Bearer TOKEN`."
        )
        super().__init__(401, message, Code.UNAUTHENTICATED)


class OperationError(Exception):
    """A document that may not run, with graphql's errors."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def limit_exceeded(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": Code.LIMIT_EXCEEDED})


def shown(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """The errors of one answer, each as `{message, locations, path, extensions}`; what caused many
    of them is logged once, and they have its reference."""
    references: dict[int, str] = {}
    answers = [_shown(error, references) for error in errors]
    for error in errors:
        release_frames(error)
    return answers


def release_frames(error: BaseException) -> None:
    """An error that is kept holds the frames that it went through; where they hold it too, both
    would stay until the garbage collector found them."""
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
    """What was raised first, under all that graphql wrapped around it."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _of_the_request(error: GraphQLError) -> bool:
    """Whether graphql blames the document or its variables, and not what a field answered."""
    nodes = error.nodes or []
    return error.path is None or not all(isinstance(node, FieldNode) for node in nodes)


def shortened(message: str) -> str:
    """The beginning of a message that says again what a client wrote at length."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    return message[:LONGEST_MESSAGE] + "..."


def in_graphql(message: str) -> str:
    """A message of graphql-core, which calls null None."""
    return LAST_NAME.sub(lambda found: NAMES[found[0]], message)


def logged(cause: BaseException, path: object = None) -> str:
    """Log the error whole; the answer finds it again in the log."""
    reference = uuid4().hex[:12]
    log.error("Internal error %s at %s", reference, path, exc_info=cause)
    return reference


def internal(cause: BaseException) -> dict[str, Any]:
    """The answer to a request that failed where nothing was foreseen."""
    extensions = {"code": Code.INTERNAL, "reference": logged(cause)}
    return {"errors": [{"message": "Internal error", "extensions": extensions}]}
