"""What the rows of a statement depend on, as far as its text and its conditions tell."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    CollectionAggregate,
    Grouping,
)
from sqlmodel import SQLModel

from db.statement import FOUND, Statement
from db.telling import TOLD_COLUMNS, UNTOLD

LESSON = "lesson"
WORD = re.compile(r"(?<![\w.])\w+")
"""A word that may name a table: one after a dot names a column."""
JOINED = re.compile(
    r"LEFT OUTER JOIN (\w+)(?: AS (\w+))? ON (\w+)\.school_id = \w+\.school_id"
    r" AND (\w+)\.id = \w+\.\w+(?=\s+(?:LEFT|JOIN|WHERE|ORDER|GROUP)\b|\s*$|\s*\))"
)
"""A join by the whole primary key, which leads to one row at most."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """The rows are made of records of these tables: of `keyed` ones, only of records that name one
    of the statement's `ids`; of `whole` ones, of any in the school."""

    keyed: frozenset[str]
    whole: frozenset[str]
    of_courses: bool = False
    """Whether they are made of lessons besides, of courses alone that the students among the `ids`
    have ever had."""

    @property
    def tables(self) -> frozenset[str]:
        return self.keyed | self.whole | ({LESSON} if self.of_courses else frozenset())


@lru_cache(maxsize=4096)
def dependency_of(statement: Statement[Any], *, of_courses: bool = False) -> Dependency | None:
    """What the rows depend on; None where a change of it might not be told. `of_courses` says of a
    statement that it finds lessons by the courses that students have had."""
    known = SQLModel.metadata.tables
    text = _without_idle_joins(statement.text)
    named = {word for word in WORD.findall(text) if word in known}
    untold = named & UNTOLD | {each for each in named if "school_id" not in known[each].c}
    untold -= {each for each in untold & TOLD_COLUMNS.keys() if _reads_told_columns(text, each)}
    if untold or not FOUND.isdisjoint(statement.parameters):
        return None
    keyed = {each for each in named if _is_keyed(statement, text, known[each])}
    scoped = of_courses and LESSON in named and _is_once(text, LESSON)
    whole = named - keyed - ({LESSON} if scoped else set())
    return Dependency(frozenset(keyed), frozenset(whole), scoped)


def _reads_told_columns(text: str, table: str) -> bool:
    """Whether the text reads no columns of the table but those whose changes are told of."""
    names = {name or table for name in re.findall(rf"\b{table}\b(?!\.)(?: AS (\w+))?", text)}
    read = {column for name in names for column in re.findall(rf"\b{name}\.(\w+)", text)}
    return read <= TOLD_COLUMNS[table]


def _without_idle_joins(text: str) -> str:
    """The text without joins that add neither rows nor columns: PostgreSQL leaves them out too."""
    while True:
        for found in JOINED.finditer(text):
            name = found[2] or found[1]
            rest = text[: found.start()] + text[found.end() :]
            primary = [each.name for each in SQLModel.metadata.tables[found[1]].primary_key]
            of_it = found[3] == found[4] == name and primary == ["school_id", "id"]
            if of_it and not re.search(rf"\b{name}\.", rest):
                text = rest
                break
        else:
            return text


def _is_once(text: str, table: str) -> bool:
    return len(re.findall(rf"\b{table}\b(?!\.)", text)) == 1


def _is_keyed(statement: Statement[Any], text: str, table: Table) -> bool:
    """Whether the table stands in the statement once, and only rows count of which one column is
    among the `ids`."""
    source = statement.source
    if (
        not _is_once(text, table.name)
        or not isinstance(source, Select)
        or source.whereclause is None
    ):
        return False
    condition = source.whereclause
    parts = [condition]
    if isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        parts = list(condition.clauses)
    return any(_is_among_ids(part, table) for part in parts)


def _is_among_ids(part: Any, table: Table) -> bool:  # a condition of any kind
    if not isinstance(part, BinaryExpression) or part.operator is not operators.eq:
        return False
    left, right = part.left, part.right
    return (
        getattr(left, "table", None) is table
        and isinstance(right, CollectionAggregate)
        and right.operator is operators.any_op
        and isinstance(right.element, Grouping)
        and isinstance(right.element.element, BindParameter)
        and right.element.element.key == "ids"
    )
