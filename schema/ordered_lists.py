"""Lists in the order of days or instants, a page at a time, forwards and backwards; of one record,
or of many at once."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from db.statement import Statement
from domain.audience import Audience
from resolvers.context import Context
from resolvers.cursors import Places, known_places_of, places_of
from resolvers.loaders import Loader
from resolvers.readings import Columns, LoadArguments, Told
from schema.connections import (
    After,
    Before,
    ConnectionRecord,
    Counted,
    FirstUnlessLast,
    Last,
    PageWindow,
    counting,
    page_of,
)
from schema.declare import Decorator, asking, resolver

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Rows = Callable[[Sequence[Any]], Sequence[Any]]
"""What the edges of rows hold."""


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A list whose rows are in the order of `columns`, each a date or an instant, and then of the
    ids in the column `id`."""

    name: str
    columns: Mapping[str, type[date] | type[datetime]]
    id: str = "id"

    def parameters(self, places: Places, window: PageWindow) -> dict[str, object]:
        """Of the statement that reads the page; one row more tells whether more follows."""
        found: dict[str, object] = {"limit": window.size + 1}
        if window.backwards:
            found["backwards"] = True
        for side, cursor in (("after", window.after), ("before", window.before)):
            if cursor is not None:
                key, id_ = places.of(cursor)
                found |= {f"{side}_{name}": value for name, value in self._unpacked(key).items()}
                found[f"{side}_{self.id}"] = id_
        return found

    def cursor(self, places: Places, row: Any) -> str:
        key = b"".join(_packed(getattr(row, name)) for name in self.columns)
        return places.cursor(getattr(row, self.id), key)

    def _unpacked(self, key: bytes) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, kind in self.columns.items():
            long = LENGTHS[kind]
            number, key = int.from_bytes(key[:long]), key[long:]
            found[name] = _date(number) if kind is date else EPOCH + number * MICROSECOND
        return found

    def paging(
        self,
        audience: Audience,
        description: str,
        of: object,
        loader: Loader,
        counted: Loader,
        reads: Columns = (),
        shown: Rows = list,
    ) -> Decorator:
        """As `asking`, where the field is a page of the list: the function makes parameters of the
        statements of the field's other arguments. A page reads the columns of the order, or
        `reads`; `counted` counts the list."""

        def declare(asked: Callable[..., Mapping[str, object]]) -> Any:
            def page(
                record: Any,
                context: Context,
                first: FirstUnlessLast = None,
                after: After = None,
                last: Last = None,
                before: Before = None,
                **others: Any,
            ) -> LoadArguments:
                window = PageWindow.of(first, after, last, before)
                given = asked(record, context, **others)
                return self._load(context, record, window, given, counted, shown)

            read = reads or (self.id, *self.columns)
            _take_arguments_of(asked, page)
            return asking(audience, description, of, loader, "id", read)(page)

        return declare

    def _load(
        self,
        context: Context,
        record: Any,
        window: PageWindow,
        given: Mapping[str, object],
        counted: Loader,
        shown: Rows,
    ) -> LoadArguments:
        """What a loader of the list takes, for each of many records at once."""
        places = known_places_of(context, self.name, record.id)
        count = _counting_by(counted, (record.school_id, record.id), given)

        def paged(rows: list[Any]) -> ConnectionRecord:
            found = page_of(shown(rows), window, lambda row: self.cursor(places, row))
            return replace(found, counted=count)

        return LoadArguments({**given, **self.parameters(places, window)}, paged)

    def of_school(
        self,
        audience: Audience,
        description: str,
        of: object,
        statements: tuple[Statement[Any], Statement[Any]],
    ) -> Decorator:
        """As `resolver`, where the field is a page of a school's list, which the statements read
        and count: the function makes their parameters of the field's other arguments."""

        def declare(asked: Callable[..., Mapping[str, object]]) -> Any:
            async def page(
                record: Any,
                context: Context,
                first: FirstUnlessLast = None,
                after: After = None,
                last: Last = None,
                before: Before = None,
                **others: Any,
            ) -> ConnectionRecord:
                window = PageWindow.of(first, after, last, before)
                given = {"school": record.school_id, **asked(record, context, **others)}
                return await self.read(context, record.school_id, window, statements, given)

            _take_arguments_of(asked, page)
            return resolver(audience, description, of, told=Told.RIGHTS)(page)

        return declare

    async def read(
        self,
        context: Context,
        of: UUID | int,
        window: PageWindow,
        statements: tuple[Statement[Any], Statement[Any]],
        given: Mapping[str, object],
    ) -> ConnectionRecord:
        """A page of one record's list, by the statements that read and count it."""
        places = await places_of(context, self.name, of)
        statement, counted = statements
        parameters = self.parameters(places, window)
        rows = await context.store.fetch(statement, **given, **parameters)
        found = page_of(rows, window, lambda row: self.cursor(places, row))
        return replace(found, counted=counting(counted, **given))


def _take_arguments_of(asked: Callable[..., Any], page: Callable[..., Any]) -> None:
    """Have `page` take the arguments of the field itself, and after them those of every page."""
    own, taken = inspect.signature(asked), inspect.signature(page).parameters
    of_pages = [taken[name] for name in ("first", "after", "last", "before")]
    page.__name__, page.__module__ = asked.__name__, asked.__module__
    page.__annotations__ = {
        **asked.__annotations__, **{each.name: each.annotation for each in of_pages}
    }  # fmt: skip
    parameters = [*own.parameters.values(), *of_pages]
    page.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]


LENGTHS: Mapping[type[date], int] = {date: 4, datetime: 8}
"""Bytes of a value in a cursor."""


def _packed(value: date) -> bytes:
    if isinstance(value, datetime):
        return ((value - EPOCH) // MICROSECOND).to_bytes(LENGTHS[datetime])
    return value.toordinal().to_bytes(LENGTHS[date])


def _date(number: int) -> date:
    return date.fromordinal(number)


def _counting_by(loader: Loader, key: tuple[int, UUID], given: Mapping[str, object]) -> Counted:
    """Count together with the lists of others that are asked for at once."""
    parameters = LoadArguments(given).key

    async def count(context: Context) -> int:
        row = await context.loaders.of(loader, parameters).load(key)
        return 0 if row is None else int(row.total)

    return count
