"""One run of a compiled operation: what its function calls, and what is left to do by hand."""

import asyncio
import inspect
from collections.abc import AsyncIterable, Callable, Mapping
from time import monotonic
from typing import Any

from graphql import (
    Executor,
    GraphQLError,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Undefined, is_iterable

from db.store import Lease, Store
from resolvers.execution.loading import Load, Waiting, together
from resolvers.execution.plan import TYPENAME, Field, Position
from resolvers.execution.reference import forbidden
from resolvers.execution.settling import Failures, Settling
from resolvers.readings import Column, Computed, Resolved
from resolvers.relations import may_know, relation
from resolvers.viewer import Rights

Builder = Callable[[Any], dict[str, Any]]
Called = list[tuple[dict[str, Any], Any]]
"""Objects of the answer with what a resolver answered for each."""


MOST_RECORDS = 100_000
"""How many records one answer may read, and write."""


TURN = 0.01
"""For how many seconds an answer may hold the event loop before others get their turn."""


class TooLarge(BaseException):
    """The answer has grown too large: no Exception, so that no field takes it for its own."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The answer holds more than {most} records: ask for less at once.")


class Unusual(Exception):
    """A record that the compiled function leaves to `Run.slow`."""


class View:
    """A record that stands in a row, read by the names of its columns."""

    __slots__ = ("_places", "_row")

    def __init__(self, row: Any, places: Mapping[str, int]) -> None:
        self._row = row
        self._places = places

    def __getattr__(self, name: str) -> Any:  # a column may hold whatever PostgreSQL holds
        try:
            return self._row[self._places[name]]
        except KeyError:
            raise AttributeError(name) from None


class Run:
    """Any below is a record, or a value that is not yet completed."""

    __slots__ = (
        "_arguments", "builders", "context", "counted", "executor", "failures", "introspected",
        "known", "lease", "store", "turn_ends",
    )  # fmt: skip

    def __init__(self, executor: Executor[Any]) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.store: Store = getattr(self.context, "store", None)  # type: ignore[assignment]
        self.lease = Lease(getattr(self.store, "pool", None))
        self.turn_ends = monotonic() + TURN
        self.failures = Failures()
        self.introspected: dict[int, Any] = {}
        """What is answered of the schema, by the number of the field."""
        self.builders: Mapping[int, Builder] = {}
        self.known: dict[int, Callable[[Any], bool]] = {}
        self._arguments: dict[int, Mapping[str, Any]] = {}
        self.counted = 0

    def schools(self) -> Mapping[int, Rights]:
        """What the viewer is in each school; a mutation may have changed who that is."""
        viewer = getattr(self.context, "viewer", None)
        return getattr(viewer, "schools", {})  # nobody's, or one's of whom a schema knows no more

    async def close(self) -> None:
        """Give back what the run holds, and let go of the functions that hold it: without a cycle
        among them the whole answer is freed at once, and the garbage collector finds nothing."""
        self.builders, self.known = {}, {}
        await self.lease.end()

    def count(self, records: int) -> None:
        """Count what was read, or is to be written; raises TooLarge."""
        self.counted += records
        if self.counted > MOST_RECORDS:
            raise TooLarge(MOST_RECORDS)

    async def give_way(self) -> None:
        if monotonic() > self.turn_ends:
            await asyncio.sleep(0)
            self.turn_ends = monotonic() + TURN

    async def load(self, load: Load, *waiting: Waiting) -> None:
        if any(waiting):
            await load.run(self, waiting)

    async def together(self, *coming: Any) -> None:
        await together(list(coming))

    def arguments(self, made: Field) -> Mapping[str, Any]:
        """The field's arguments as Python values; raises as graphql-core does."""
        found = self._arguments.get(made.number)
        if found is None:
            assert made.arguments is not None
            found = made.arguments.values(self.executor.variable_values)
            self._arguments[made.number] = found
        return found

    async def call(self, made: Field, waiting: Waiting) -> Called:
        """What the field's resolver answers for each record, awaited; errors stand as values."""
        assert made.bound is not None
        assert isinstance(made.bound.reading, Resolved)
        function = made.bound.reading.function
        await self.lease.end()  # a resolver takes what it needs
        called: Called = []
        coming: list[int] = []
        for record, target in waiting:
            if not self.may_begin(made, None, record, target):
                continue
            try:
                value = function(record, self.context, **self.arguments(made))
            except Exception as error:
                value = error
            if inspect.isawaitable(value) or _may_hold_awaitables(value):
                coming.append(len(called))
            called.append((target, value))
        arrived = await asyncio.gather(*(_arrived(called[place][1]) for place in coming))
        for place, value in zip(coming, arrived, strict=True):
            called[place] = (called[place][0], value)
        return called

    def answer(self, made: Field, called: Called) -> None:
        for target, value in called:
            if isinstance(value, Exception):
                self.fail(made, target, value)
            else:
                self.complete_known(made, value, target)

    def may_begin(
        self, made: Field, position: Position | None, record: Any, target: dict[str, Any]
    ) -> bool:
        """Whether the field can be read: its arguments are sound, and the viewer of its audience.

        The field fails where not, and of its arguments first, as graphql-core has it.
        """
        if made.has_arguments:
            try:
                self.arguments(made)
            except Exception as error:
                self.fail(made, target, error)
                return False
        if made.guarded and not self.may_read(made, position, record):
            self.deny(made, target)
            return False
        return True

    def may_read(self, made: Field, position: Position | None, record: Any) -> bool:
        """Whether the viewer is of the field's audience."""
        assert made.bound is not None
        return bool(
            relation(self.context.viewer, made.bound.noun, view(position, record))
            & made.bound.audience
        )

    def deny(self, made: Field, target: dict[str, Any]) -> None:
        self.fail(made, target, forbidden())

    def fail(self, made: Field, target: dict[str, Any], cause: Exception) -> None:
        target[made.key] = None
        self.failures.add(target, made.key, cause)

    def objects_of(self, made: Field, *, alike: bool) -> Callable[[list[Any]], list[Any]] | None:
        """From the rows of one parent to its objects; `alike` says that the viewer may know of all
        of them or of none. None where they are of several kinds."""
        if len(made.below) != 1:
            return None
        (child,) = made.below.values()
        build, known = self.builders[child.number], self.known.get(made.number)
        if known is None:
            return lambda rows: [build(row) for row in rows]
        if alike:
            return lambda rows: [build(row) for row in rows] if known(rows[0]) else []
        return lambda rows: [build(row) for row in rows if known(row)]

    def complete_known(self, made: Field, value: Any, target: dict[str, Any]) -> Any:
        """Complete the value but for what the viewer may not know of."""
        known = self.known.get(made.number)
        if known is not None and value is not None:
            try:
                if isinstance(value, list):
                    value = [each for each in value if known(each)]
                elif not known(value):
                    value = None
            except Exception as error:
                self.fail(made, target, error)
                return None
        return self.complete(made, made.type, value, target, made.key)

    def complete(
        self, made: Field, type_: GraphQLOutputType, value: Any, container: Any, key: str | int
    ) -> Any:
        """Put the completed value in its place; null, with a failure, where it can't be."""
        try:
            completed = self._completed(made, type_, value)
        except Exception as error:
            self.failures.add(container, key, error)
            completed = None
        container[key] = completed
        return completed

    def _completed(self, made: Field, type_: GraphQLOutputType, value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        if is_non_null_type(type_):
            completed = self._completed(made, type_.of_type, value)
            if completed is None:
                raise TypeError(
                    f"Cannot return null for non-nullable field {made.parent}.{made.name}."
                )
            return completed
        if value is None or value is Undefined:
            return None
        if is_list_type(type_):
            return self._list(made, type_.of_type, value)
        if is_leaf_type(type_):
            return Executor.complete_leaf_value(type_, value)
        position = self._position(made, type_, value)
        found = self.builders[position.number](value)
        if is_abstract_type(type_):
            self.failures.kinds[id(found)] = position
        return found

    def _list(self, made: Field, item: GraphQLOutputType, value: Any) -> list[Any]:
        if not is_iterable(value):
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{made.parent}.{made.name}'."
            )
        completed: list[Any] = []
        for index, each in enumerate(value):
            completed.append(None)
            self.complete(made, item, each, completed, index)
        return completed

    def _position(self, made: Field, type_: Any, value: Any) -> Position:
        """Which kind of object the record is."""
        if not is_abstract_type(type_):
            return made.below[type_.name]
        executor = self.executor
        assert made.definition is not None
        parent: Any = executor.schema.get_type(made.parent)
        info = executor.build_resolve_info(made.definition, made.nodes, parent, None)  # type: ignore[arg-type]
        resolve = type_.resolve_type or executor.type_resolver
        details = [FieldDetails(node, None) for node in made.nodes]
        runtime = executor.ensure_valid_runtime_type(
            resolve(value, info, type_), type_, details, info, value
        )
        return made.below[runtime.name]

    def slow(self, position: Position, record: Any, waiting: Waiting | None) -> dict[str, Any]:
        """An object of the answer, field by field, where the quick way met something unusual."""
        target: dict[str, Any] = {}
        seen = view(position, record)
        for made in position.fields:
            target[made.key] = None
            if not made.loads:
                self._slow_field(made, position, record, seen, target)
        if waiting is not None:
            waiting.append((record, target))
        return target

    def _slow_field(
        self, made: Field, position: Position, record: Any, seen: Any, target: dict[str, Any]
    ) -> None:
        if made.name == TYPENAME:
            target[made.key] = position.type.name
            return
        if made.is_introspection:
            target[made.key] = self.introspected[made.number]
            return
        if not self.may_begin(made, position, record, target):
            return
        try:
            if made.inline:
                target[made.key] = self._inline(made, record)
                return
            value = record if made.is_event else self._read(made, record, seen)
        except Exception as error:
            self.fail(made, target, error)
            return
        self.complete_known(made, value, target)

    def _read(self, made: Field, record: Any, seen: Any) -> Any:
        assert made.bound is not None
        match made.bound.reading:
            case Column(name):
                return getattr(seen, name)
            case Computed() as computed:
                whole = seen if computed.of is not None else record
                return computed.read(whole, self.arguments(made) if made.has_arguments else {})
        raise TypeError(f"{made.parent}.{made.name} is not read from its record")

    def _inline(self, made: Field, row: Any) -> Any:
        (child,) = made.below.values()
        assert child.wanted is not None
        if row[child.wanted.exists] is None:
            return None
        noun = made.filtered
        if noun and not may_know(self.context.viewer, noun, View(row, child.wanted.places)):
            return None
        return self.builders[child.number](row)

    def rises(self, made: Field, data: dict[str, Any]) -> bool:
        """Whether null rises from a field of a mutation, so that the next ones do not run."""
        return bool(self.failures) and Settling(self.failures).rises(made, data)


def view(position: Position | None, record: Any) -> Any:
    """The record as its columns' names have it."""
    if position is None or position.wanted is None:
        return record
    return View(record, position.wanted.places)


def _may_hold_awaitables(value: Any) -> bool:
    if isinstance(value, AsyncIterable):
        return True
    return isinstance(value, list | tuple) and any(
        inspect.isawaitable(each) or _may_hold_awaitables(each) for each in value
    )


async def _arrived(value: Any) -> Any:
    """The value with all that is to be awaited in it; an error stands as a value."""
    try:
        if inspect.isawaitable(value):
            value = await value
        if isinstance(value, AsyncIterable):
            value = [each async for each in value]
    except Exception as error:
        return error
    if _may_hold_awaitables(value):
        return await asyncio.gather(*(_arrived(each) for each in value))
    return value
