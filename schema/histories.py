"""The type of a noun's history, made of the noun's own: what its fields were before each step."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import strawberry

from db.tables.history import kept_in
from domain.audience import OFFICE, STAFF_OF
from domain.history import Step
from resolvers.declarations.noun import MisdeclaredNoun, Noun
from resolvers.readings import Column, Computed, Loaded, Resolved
from schema.declare import column, computed, declaration_of, loaded
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef


def revision_of(type_: type, noun: Noun[Any], description: str) -> Any:
    """The type `{Noun}Revision`: with `{field}Before` for each field whose column is kept.

    MisdeclaredNoun where a kept column has no field. It stands as a type.
    """
    to = noun.revision.visible_to
    body: dict[str, Any] = {
        "id": (strawberry.ID, id_of(noun.revision.name, to)),
        "school": (SchoolRef | None, school_of(to)),
        "version": (int, column(to, "The version that this step led to.")),
        "change": (Step, column(to, "What was done.")),
        "at": (datetime, column(to, "When it was done.")),
        "reason": (str | None, column(to, "Why it was done.")),
        "by": (
            str | None,
            column(
                STAFF_OF | OFFICE, "Who did it; nobody where a roster did.", name="account_name"
            ),
        ),
    }
    assert noun.written is not None
    fields = dict(_by_column(type_))
    for kept in kept_in(noun.written.history):
        if kept not in fields:
            raise MisdeclaredNoun(
                f"{noun.name}: its history keeps {kept}, but {type_.__name__} has no field of it. "
                "Declare the field, or take the column out of history_of(...)."
            )
        name, hint, field = fields[kept]
        prose = field.description[0].lower() + field.description[1:]
        prose = f"Before the step, null in the first: {prose}"
        reading = _declaration(field).reading
        if isinstance(reading, Loaded):
            body[f"{name}_before"] = (
                hint | None, loaded(to, prose, reading.loader, f"{kept}_before"),
            )  # fmt: skip
        elif isinstance(reading, Computed):
            before = computed(to, prose, partial(_unless_null, reading.function), f"{kept}_before")
            body[f"{name}_before"] = hint | None, before
        else:
            body[f"{name}_before"] = (hint | None, column(to, prose, name=f"{kept}_before"))
    made = type(
        noun.revision.name,
        (Node,),
        {
            "__module__": type_.__module__,
            "__annotations__": {name: hint for name, (hint, _) in body.items()},
            **{name: field for name, (_, field) in body.items()},
        },
    )
    return strawberry.type(made, description=description)


def _by_column(type_: Any) -> Iterator[tuple[str, tuple[str, Any, Any]]]:
    """Its fields by the columns that they read: each one's name, type and definition."""
    for field in type_.__strawberry_definition__.fields:
        declaration = declaration_of(field)
        if declaration is None:
            continue
        reading = declaration.reading or Column(field.python_name)
        where = field.python_name, type_.__annotations__.get(field.python_name), field
        if isinstance(reading, Column):
            yield reading.name, where
        elif isinstance(reading, Loaded) and not reading.loader.many:
            yield reading.key, where
        elif isinstance(reading, Computed) and reading.of is not None and len(reading.of) == 1:
            yield reading.of[0], where
        elif isinstance(reading, Resolved) and reading.shows is not None:
            yield reading.shows, where


def _unless_null(function: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else function(value)


def _declaration(field: Any) -> Any:  # a Strawberry field that was declared, and how it is read
    declaration = declaration_of(field)
    assert declaration is not None
    return declaration
