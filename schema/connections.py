"""Relay's connections: a page of a list that can grow, by key and never by offset."""

from collections.abc import Awaitable, Callable, Sequence
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
from resolvers.readings import Told
from schema import nouns
from schema.declare import column, resolver


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = column(
        ANYONE, "Whether more follows. Of the `last` ones: whether they were asked for `before` a "
        "cursor.",
    )  # fmt: skip
    has_previous_page: bool = column(
        ANYONE, "Whether the page was asked for `after` a cursor. Of the `last` ones: whether more "
        "goes before.",
    )  # fmt: skip
    start_cursor: str | None = column(
        ANYONE, "The cursor of the first edge: `before` for the previous page."
    )
    end_cursor: str | None = column(ANYONE, "The cursor of the last edge: `after` for the next.")


@cache
def connection_of(
    of: Noun[Any] | type, word: str = "", plural: str = "", *, counted: bool = False
) -> Any:
    """The type `{Noun}Connection` of pages, whose edges are of the type `{Noun}Edge`; of a noun, or
    of a type that is none.

    Clients read of the `word` for one record, which is the noun's unless told; of a list that is
    `counted`, how many there are in all. It stands as a type.
    """
    name = of.name if isinstance(of, Noun) else of.__name__
    node: Any = getattr(nouns, f"{name}Ref") if isinstance(of, Noun) else of
    word = word or (of.word if isinstance(of, Noun) else "")
    plural = plural or f"{word}s"
    edge = _type_of(
        f"{name}Edge",
        f"A {word} in a page.",
        cursor=(str, column(ANYONE, f"Where this {word} stands in the list.")),
        node=(node | None, column(ANYONE, f"The {word}.")),
    )
    return _type_of(
        f"{name}Connection",
        f"A page of {plural}.",
        edges=(list[edge], column(ANYONE, f"The {plural} with their cursors.")),  # type: ignore[valid-type]
        page_info=(PageInfo, column(ANYONE, "Where the page stands.")),
        **({"total_count": (int, _total(plural))} if counted else {}),
    )


def _total(plural: str) -> Any:  # stands as the default of a field
    """Counted only where it is asked for, by a statement of its own."""

    async def total_count(record: Any, context: Context) -> int:
        counted: Counted = record.counted
        return await counted(context)

    return resolver(ANYONE, f"How many {plural} there are in all.", int, told=Told.RIGHTS)(
        total_count
    )


def _type_of(name: str, description: str, **fields: tuple[Any, Any]) -> type:
    body = {
        "__module__": __name__,
        "__annotations__": {field: hint for field, (hint, _) in fields.items()},
        **{field: declared for field, (_, declared) in fields.items()},
    }
    return strawberry.type(type(name, (), body), description=description)


NIL = UUID(int=0)
LONGEST_PAGE = 200
USUAL_PAGE = 50
First = Annotated[
    int, strawberry.argument(description=f"How many at most, from 1 to {LONGEST_PAGE}.")
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor of the edge that the page follows.")
]
FirstUnlessLast = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many at most, from 1 to {LONGEST_PAGE}; {USUAL_PAGE} unless told."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many of the last ones at most, from 1 to {LONGEST_PAGE}: to scroll back."
    ),
]
Before = Annotated[
    str | None,
    strawberry.argument(description="The cursor of the edge that the page goes before."),
]


@dataclass(frozen=True, slots=True)
class PageWindow:
    """The part of a list that is asked for: so many of the first, or of the last."""

    size: int
    after: str | None = None
    before: str | None = None
    backwards: bool = False

    @classmethod
    def of(
        cls,
        first: int | None,
        after: str | None,
        last: int | None = None,
        before: str | None = None,
    ) -> "PageWindow":
        """BAD_INPUT for a size that no page has, and for two of them."""
        if first is not None and last is not None:
            raise bad_input("Ask for the first or for the last, not for both.")
        size = USUAL_PAGE if first is None else first
        size = size if last is None else last
        if not 1 <= size <= LONGEST_PAGE:
            raise bad_input(f"A page has from 1 to {LONGEST_PAGE} edges.")
        return cls(size, after, before, last is not None)


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


Counted = Callable[[Context], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """`counted` counts the whole list."""

    edges: list[EdgeRecord]
    page_info: PageRecord
    counted: Counted | None = None


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
    window = PageWindow.of(first, after)
    order = sorted_by(school.language)
    places = await places_of(context, statement.name, school.school_id, order)
    key, id_ = (b"", NIL) if after is None else places.of(after)
    of_day = {"school": school.school_id, "day": context.today(school.school_id), **where}
    rows = await context.store.fetch(statement, key=key, id=id_, limit=first + 1, **of_day)
    found = page_of(rows, window, lambda row: places.cursor(row.id, row.sort_key))
    return replace(found, counted=counting(counted, **of_day))


def counting(statement: Statement[Any], **parameters: object) -> Counted:
    """Count by a statement that answers the `total`, or no row where there is nothing."""

    async def count(context: Context) -> int:
        row = await context.store.first(statement, **parameters)
        return 0 if row is None else int(row.total)

    return count


def page_of(
    rows: Sequence[Any], window: PageWindow, cursor_of: Callable[[Any], str]
) -> ConnectionRecord:
    """A page of the rows, which are one more than asked for where another page follows, or goes
    before."""
    more = len(rows) > window.size
    shown = rows[-window.size :] if window.backwards else rows[: window.size]
    edges = [EdgeRecord(cursor_of(row), row) for row in shown]
    goes_on = window.before is not None if window.backwards else more
    went_before = more if window.backwards else window.after is not None
    page = PageRecord(
        goes_on,
        went_before,
        edges[0].cursor if edges else None,
        edges[-1].cursor if edges else None,
    )
    return ConnectionRecord(edges, page)
