"""Operations, parsed from a client's JSON."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from domain.errors import Code
from gateway.errors import RequestError
from gateway.persisted_documents import Persisted

NONE = Persisted()
FIELDS = {
    "operationName": (str, "a string"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
}


class NotPersisted(RequestError):
    """A document is given only by an id that is not known: the client must send the text."""

    def __init__(self, message: str = "PersistedQueryNotSupported") -> None:
        super().__init__(400, message)


@dataclass(frozen=True, slots=True)
class Operation:
    query: str
    variables: Mapping[str, Any]
    name: str | None = None
    persisted: bool = False
    """Whether the document was given by its id."""

    def with_variable(self, name: str, value: object) -> "Operation":
        return replace(self, variables={**self.variables, name: value})

    def check(self, most_values: int) -> None:
        """Raise `RequestError` if the query is empty, or if its variables hold too many values or
        text that PostgreSQL cannot store. Over a socket only this operation fails."""
        if not self.query.strip():
            raise RequestError(400, "`query` is empty.")
        if self.variables:
            _check_values(self.variables, most_values)


def read_json(raw: bytes | str, what: str = "The request's body") -> Any:
    """The decoded JSON; raises `RequestError` if it is invalid."""
    if isinstance(raw, bytes):
        try:
            raw.decode()
        except UnicodeDecodeError:
            raise RequestError(400, f"{what} is not valid UTF-8.") from None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if str(error).startswith("depth limit"):
            raise RequestError(400, f"{what} is nested too deeply.") from None
        if str(error).startswith("number is infinity"):
            raise RequestError(400, f"{what} holds a number that is too large.") from None
        raise RequestError(400, f"{what} is not valid JSON.") from None


def read_operation(payload: object, persisted: Persisted = NONE) -> Operation:
    """The operation in a decoded payload; raises `RequestError` if it is malformed, and
    `NotPersisted` if its document has an id that is not among the persisted ones."""
    if isinstance(payload, list):
        raise RequestError(400, "Batches are not supported: send one operation a request.")
    if not isinstance(payload, dict):
        raise RequestError(400, "The request must be a JSON object.")
    query = payload.get("query")
    by_id = query is None
    if by_id:
        query = _persisted(payload, persisted)
    if not isinstance(query, str):
        raise RequestError(
            400, "`query` is missing." if query is None else "`query` must be a string."
        )
    for name, (type_, words) in FIELDS.items():
        if not isinstance(payload.get(name), type_ | None):
            raise RequestError(400, f"`{name}` must be {words}.")
    variables = payload.get("variables") or {}
    query = sys.intern(query)  # thousands of subscriptions share it
    return Operation(query, variables, payload.get("operationName") or None, by_id)


def _persisted(payload: dict[str, Any], persisted: Persisted) -> str | None:
    """The text of the document that is given by `documentId`, or by its hash as Apollo's clients
    send it; None if there is neither."""
    extensions = payload.get("extensions")
    if isinstance(id_ := payload.get("documentId"), str):
        if (text := persisted.text(id_)) is None:
            raise NotPersisted("No persisted document has the id of `documentId`.")
        return text
    if isinstance(extensions, dict) and "persistedQuery" in extensions:
        given = extensions["persistedQuery"]
        hash_ = given.get("sha256Hash") if isinstance(given, dict) else None
        if not isinstance(hash_, str) or (text := persisted.text(hash_)) is None:
            raise NotPersisted
        return text
    return None


def _check_values(variables: Mapping[str, Any], most: int) -> None:
    """Without recursion, as variables may be deep."""
    waiting: list[Iterable[object]] = [variables.values()]
    count = 0
    while waiting:
        for value in waiting.pop():
            count += 1
            if count > most:
                raise RequestError(
                    400, f"`variables` holds more than {most} values.", Code.LIMIT_EXCEEDED
                )
            if isinstance(value, str):
                if "\0" in value:
                    raise RequestError(400, "`variables` may not contain the character U+0000.")
            elif isinstance(value, dict):
                waiting.append(value.values())
            elif isinstance(value, list):
                waiting.append(value)
