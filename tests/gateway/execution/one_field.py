"""A schema of one field that answers what a test gives it, read in each way a field can be."""

import asyncio
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import strawberry

from domain.audience import ANYONE
from schema.binding import build
from schema.declare import column, computed, resolver

READINGS = ("column", "computed", "resolver", "asynchronous resolver")


def raised(value: object) -> Any:
    """The value, unless it stands for an exception that the field raises."""
    if isinstance(value, Exception):
        raise value
    return value


@dataclass
class Given:
    """What the field of a schema answers now."""

    value: Any = None


def field(reading: str, of: Any, given: Given) -> Any:
    """A field that answers the value; an exception is returned from a column and raised else."""
    if reading == "column":
        return column(ANYONE, "The value.")
    if reading == "computed":
        return computed(ANYONE, "The value.", lambda record: raised(given.value))

    def answer(record: Any, context: Any) -> Any:
        return raised(given.value)

    async def late(record: Any, context: Any) -> Any:
        await asyncio.sleep(0)
        return raised(given.value)

    return resolver(ANYONE, "The value.", of)(answer if reading == "resolver" else late)


def answering(of: Any, value: Any, reading: str = "resolver") -> strawberry.Schema:
    """`{ thing { it } }` where the thing may be null, and `{ sure { it } }` where it may not.

    The schema of a type is made once, and answers the value that was given last.
    """
    schema, given = _schema(of, reading)
    given.value = value
    return schema


@cache
def _schema(of: Any, reading: str) -> tuple[strawberry.Schema, Given]:
    given = Given()
    namespace = {"__annotations__": {"it": of}, "it": field(reading, of, given)}
    thing = strawberry.type(type("Thing", (), namespace), description="A thing.")

    def made(record: Any, context: Any) -> object:
        return SimpleNamespace(it=given.value)

    named = {
        "thing": resolver(ANYONE, "A thing, or null.", thing | None)(made),
        "sure": resolver(ANYONE, "A thing.", thing)(made),
    }
    annotations = {"thing": thing | None, "sure": thing}
    query = strawberry.type(
        type("Query", (), {"__annotations__": annotations, **named}), description="Queries."
    )
    return build(query), given
