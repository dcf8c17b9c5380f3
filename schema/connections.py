"""Relay's connections: a page of a list that can grow, by key and never by offset."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.statement import Statement
from db.tables.schools import School
from domain.audience import ANYONE
from domain.errors import bad_input
from domain.names import sorted_by
from resolvers.context import Context
from resolvers.cursors import places_of
from resolvers.declarations.noun import Noun
from schema import nouns
from schema.declare import column, resolver


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = column(ANYONE, "Whether more follows.")
    has_previous_page: bool = column(ANYONE, "Whether the page was asked for after a cursor.")
    start_cursor: str | None = column(ANYONE, "The cursor of the first edge.")
    end_cursor: str | None = column(ANYONE, "The cursor of the last edge: `after` for the next.")


@cache
def connection_of(
    noun: Noun[Any], word: str = "", plural: str = "", *, counted: bool = False
) -> Any:
    """The type `{Noun}Connection` of pages, whose edges are of the type `{Noun}Edge`.

    Clients read of the `word` for one record, which is the noun's unless told; of a list that is
    `counted`, how many there are in all. It stands as a type.
    """
    word = word or noun.word
    plural = plural or f"{word}s"
    edge = _type_of(
        f"{noun.name}Edge",
        f"A {word} in a page.",
        cursor=(str, column(ANYONE, f"Where this {word} stands in the list.")),
        node=(getattr(nouns, f"{noun.name}Ref") | None, column(ANYONE, f"The {word}.")),
    )
    return _type_of(
        f"{noun.name}Connection",
        f"A page of {plural}.",
        edges=(list[edge], column(ANYONE, f"The {plural} with their cursors.")),  # type: ignore[valid-type]
        page_info=(PageInfo, column(ANYONE, "Where the page stands.")),
        **({"total_count": (int, _total(plural))} if counted else {}),
    )


def _total(plural: str) -> Any:  # stands as the default of a field
    """Counted only where it is asked for, by a statement of its own."""

    async def total_count(record: Any, context: Context) -> int:
        statement, parameters = record.counted
        (row,) = await context.store.fetch(statement, **parameters)
        return int(row.total)

    return resolver(ANYONE, f"How many {plural} there are in all.", int)(total_count)


def _type_of(name: str, description: str, **fields: tuple[Any, Any]) -> type:
    body = {
        "__module__": __name__,
        "__annotations__": {field: hint for field, (hint, _) in fields.items()},
        **{field: declared for field, (_, declared) in fields.items()},
    }
    return strawberry.type(type(name, (), body), description=description)


NIL = UUID(int=0)
LONGEST_PAGE = 200
First = Annotated[
    int, strawberry.argument(description=f"How many at most, from 1 to {LONGEST_PAGE}.")
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor of the edge that the page follows.")
]


@dataclass(frozen=True, slots=True)
class PageRecord:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class EdgeRecord:
    cursor: str
    node: Any


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """`counted` is the statement that counts the whole list, with its parameters."""

    edges: list[EdgeRecord]
    page_info: PageRecord
    counted: tuple[Statement[Any], Mapping[str, Any]] | None = None


async def page_by_name(
    context: Context,
    statement: Statement[Any],
    counted: Statement[Any],
    school: School,
    first: int,
    after: str | None,
    **where: object,
) -> ConnectionRecord:
    """The records of a school's list after the cursor, by name and id."""
    check_size(first)
    order = sorted_by(school.language)
    places = await places_of(context, statement.name, school.school_id, order)
    key, id_ = (b"", NIL) if after is None else places.of(after)
    of_day = {"school": school.school_id, "day": context.today(school.school_id), **where}
    rows = await context.store.fetch(statement, key=key, id=id_, limit=first + 1, **of_day)
    found = page_of(rows, first, after, lambda row: places.cursor(row.id, row.sort_key))
    return replace(found, counted=(counted, of_day))


def check_size(first: int) -> None:
    if not 1 <= first <= LONGEST_PAGE:
        raise bad_input(f"A page has from 1 to {LONGEST_PAGE} edges.")


def page_of(
    rows: Sequence[Any], first: int, after: str | None, cursor_of: Callable[[Any], str]
) -> ConnectionRecord:
    """The first of the rows, which are one more than asked for where another page follows."""
    edges = [EdgeRecord(cursor_of(row), row) for row in rows[:first]]
    page = PageRecord(
        len(rows) > first,
        after is not None,
        edges[0].cursor if edges else None,
        edges[-1].cursor if edges else None,
    )
    return ConnectionRecord(edges, page)
