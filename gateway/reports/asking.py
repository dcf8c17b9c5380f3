"""What a report or a chart is made of is asked of the schema, for who is to have it: so it holds
what they would be shown by the same fields, and nothing else."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from domain.errors import Code, Problem, bad_input
from gateway.errors import OperationError, internal
from gateway.execution import Answer, Engine, rejection
from gateway.operations import Operation

Data = Mapping[str, Any]
FAILURES = frozenset({Code.BAD_INPUT, Code.LIMIT_EXCEEDED, Code.TIMEOUT, Code.UNAUTHENTICATED})


FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Around these days there are weeks and months."""


class Failed(Exception):
    """Something of it could not be read."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks for somebody. `fresh` makes a context for each question, by the rights of that time."""

    engine: Engine
    fresh: Callable[[], Awaitable[Any]]

    async def told(self, query: str, **variables: object) -> tuple[Data, bool]:
        """The data, null where the viewer may not read it or know of it; and whether something was
        refused. Raises `Problem` where it is asked wrongly."""
        try:
            operation = Operation(query, variables)
            prepared = await self.engine.prepare_in_thread(operation, self.fresh)
        except OperationError as rejected:
            raise _problem(rejection(rejected)) from None
        answer = await self.engine.run(prepared, await self.fresh())
        errors = answer.get("errors", ())
        if any(_code(each) != Code.FORBIDDEN for each in errors):
            raise _problem(answer)
        data: Data = orjson.loads(orjson.dumps(answer["data"]))  # as clients have it
        return data, bool(errors)

    async def __call__(self, query: str, *fields: str, **variables: object) -> Any:
        """The record that the query has as `of`: raises NOT_FOUND where the viewer may not know of
        it, FORBIDDEN where they may not read one of the `fields`, of which the report is made."""
        data, _ = await self.told(query, **variables)
        record: Data | None = data["of"]
        if record is None:
            raise Problem(Code.NOT_FOUND, "There is nothing that you know of here.")
        for field in fields:
            if record[field] is None:
                raise Problem(Code.FORBIDDEN, "You may not read what this is made of.")
        return record


def _code(error: Mapping[str, Any]) -> Code:
    return Code((error.get("extensions") or {}).get("code", Code.INTERNAL))


def _problem(answer: Answer) -> Problem | Failed:
    for error in answer["errors"]:
        code = _code(error)
        if code in FAILURES:
            return Problem(code, error["message"])
    return Failed(str(internal(Failed("A report could not be read")) | answer))


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What a report is of, and of which days."""

    of: str
    language: str | None = None
    year: str | None = None
    period: str | None = None
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        for day in (self.first, self.last):
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise bad_input(f"A day is in a year from {FIRST_YEAR} to {LAST_YEAR}.")
