"""Records made up of their tables: each column is filled by its type, each key with a record's.

What is written of a record by hand is only what a test reads of it.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType, get_named_type
from sqlalchemy import ARRAY, Column, Table, TypeDecorator
from sqlmodel import SQLModel

from db.reading.parts import columns, table
from db.tables import metadata
from db.tables.history import BEFORE, Revision
from db.tables.schools import WITHIN_ITSELF, School
from domain import clock
from domain.ids import uuid7
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.readings import BOUND
from resolvers.readings import Column as OfColumn
from schema.build import schema

TODAY = clock.today("UTC")
BY_TYPE: dict[type, Any] = {
    bool: False,
    time: time(20),
    int: 1,
    Decimal: Decimal(1),
    date: TODAY,
    datetime: datetime.combine(TODAY, datetime.min.time(), UTC),
    bytes: b"sample",
    UUID: UUID(int=1),
    list: [],
    object: {"threshold": "0.6"},  # a rule of rounding, as most JSON that is made up
}

OF_JSON: dict[str, Any] = {
    "grading_rule.definition": {"minimum_marks": 1},
    "quiz.content": {"questions": [], "marks": []},
    "quiz_question.definition": {"choices": [], "right": [], "accepted": ["4"]},
    "quiz_try.answers": {},
    "survey.content": {"questions": []},
    "survey_answer.answers": {},
}
"""By columns, JSON that is no rule of rounding."""


class Samples:
    """Makes records, and remembers the first of each table for those that name it."""

    def __init__(self, school_id: int, records: Mapping[str, Any] | None = None) -> None:
        self.school_id = school_id
        self.records: dict[str, Any] = dict(records or {})

    def keep(self, *records: SQLModel) -> None:
        for record in records:
            self.records.setdefault(table(type(record)).name, record)

    def of(self, model: type[SQLModel], **own: Any) -> Any:
        """A record of the model; what is not its `own` is made up."""
        id_ = WITHIN_ITSELF if model is School else uuid7()
        given = {"school_id": self.school_id, "id": id_} | own
        known = {name: value for name, value in given.items() if name in table(model).c}
        made = {each.name: self._value(model, each) for each in filled(model, own)}
        record = model(**(known | own | made))
        self.keep(record)
        return record

    def id_of(self, model: type[SQLModel]) -> UUID:
        """Of the first record of the model."""
        id_: UUID = self.records[table(model).name].id
        return id_

    def missing(self) -> Iterator[type[SQLModel]]:
        """What the schema shows and no record was made of, in the order in which it can be."""
        for each in metadata.sorted_tables:
            if each.name not in self.records and (model := SHOWN.get(each.name)) is not None:
                yield model

    def _value(self, model: type[SQLModel], column: Column[Any]) -> Any:
        for key in source_of(model, column).foreign_keys:
            target = key.column
            if target.name == "school_id":
                continue
            if target.table.name in self.records:
                return getattr(self.records[target.table.name], target.name)
            if column.nullable:
                return None
            raise LookupError(
                f"{model.__name__}.{column.name} leads to a {target.table.name}, of which there "
                "is no record yet: make one before."
            )
        if (code := code_of(model, column)) is not None:
            return code
        of = column.type
        type_ = (of.impl_instance if isinstance(of, TypeDecorator) else of).python_type
        if type_ is str:
            return f"{column.name} of {model.__name__}"
        source = source_of(model, column)
        if (found := OF_JSON.get(f"{source.table.name}.{source.name}")) is not None:
            return found
        if type_ in BY_TYPE:
            return BY_TYPE[type_]
        raise LookupError(
            f"No sample is known of {model.__name__}.{column.name}, which is {type_.__name__}: add "
            "it to BY_TYPE in tests/gateway/samples.py."
        )


def filled(model: type[SQLModel], own: dict[str, Any]) -> Iterator[Column[Any]]:
    """The columns that readers see, which neither their record nor a default of theirs fills."""
    read = {each.key for each in columns(model)}
    known = {"school_id", "id", *own}
    for name, field in model.model_fields.items():
        given = field.default_factory is not None or field.default is not None
        if name in read - known and (field.is_required() or not given):
            yield table(model).c[name]


def source_of(model: type[SQLModel], column: Column[Any]) -> Column[Any]:
    """The record's own column where this holds what that was before a step."""
    if not issubclass(model, Revision) or not column.name.endswith(BEFORE):
        return column
    return recorded_in(model).c[column.name.removesuffix(BEFORE)]


def recorded_in(history: type[Revision]) -> Table:
    """The table of the records whose steps are there."""
    return table(noun_of_history(history).model)


def noun_of_history(history: type[Revision]) -> Noun[Any]:
    return next(
        noun
        for noun in NOUNS.values()
        if noun.written is not None and noun.written.history is history
    )


def code_of(model: type[SQLModel], column: Column[Any]) -> str | None:
    """One of the codes that clients read of the column, where it holds a code."""
    if isinstance(column.type, ARRAY):
        return None
    shown: Any = schema._schema.type_map.get(model.__name__)
    for field in shown.fields.values() if shown is not None else ():
        of = get_named_type(field.type)
        reading = field.extensions[BOUND].reading
        if isinstance(of, GraphQLEnumType) and reading == OfColumn(column.name):
            return str(next(iter(of.values)))
    return None


def models() -> dict[str, type[SQLModel]]:
    """The models of all tables by their names."""
    found: dict[str, type[SQLModel]] = {}
    waiting: list[type[SQLModel]] = [SQLModel]
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            if hasattr(model, "__table__"):
                found[table(model).name] = model
    return found


SHOWN = {
    name: model for name, model in models().items() if model.__name__ in schema._schema.type_map
}
"""By their tables, the models whose records are of a type of the schema."""
