"""A statement written with SQLAlchemy Core, built and compiled once to the text that asyncpg
prepares: when it is first used, since there are more than a thousand, and a process that starts
waits for them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

from db.rows import Row, row_of, row_with
from db.telling import EVERYTHING, telling, to_tell
from domain import clock, origin

T = TypeVar("T")
_dialect = dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
OF_CLUSTER = dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
"""By which texts are compiled that workers of a cluster run."""
registry: list["Statement[Any]"] = []
"""Every statement of the process; a test reads them all."""
CLOCK = "now"
"""The parameter that is the current instant unless the caller gives it."""
ORIGIN = "origin"
"""The parameter that says where the request or the command comes from, unless the caller does."""
ACTOR = "actor"
"""The parameter that says whose account does it, unless the caller does."""
FOUND = frozenset({CLOCK, ORIGIN, ACTOR})
"""The parameters that are found out when the statement runs."""


class _WithFound(dict[str, object]):
    """The constants of a statement with one of the parameters `FOUND`."""

    def __missing__(self, name: str) -> object:
        if name == CLOCK:
            return clock.now()
        if name == ORIGIN:
            return origin.ORIGIN.get()
        if name == ACTOR:
            return origin.ACTOR.get()
        raise KeyError(name)


class _Compiled(NamedTuple):
    text: str
    parameters: tuple[str, ...]
    constants: dict[str, object]


@dataclass(frozen=True, eq=False)
class Statement(Generic[T]):
    """SQL text, with its parameters in order and the class of its rows."""

    name: str
    build: Callable[[], ClauseElement]
    of_table: type[Row]
    """The class of its table's rows, to which the statement may add columns."""
    told: frozenset[str] = frozenset()
    """The tables that it writes, of which its row of the outbox says which records changed."""
    dialect: Any = _dialect

    @cached_property
    def source(self) -> ClauseElement:
        """What the text is compiled from."""
        return self.build()

    @cached_property
    def row(self) -> type[Row]:
        """The class of its rows."""
        if not isinstance(self.source, Select):
            return self.of_table
        return row_with(self.of_table, (str(column.key) for column in self.source.selected_columns))

    @cached_property
    def _compiled(self) -> _Compiled:
        found = cast(SQLCompiler, self.source.compile(dialect=self.dialect))
        tables = to_tell(str(found)) - self.told
        if tables and EVERYTHING not in self.told:
            source = telling(self.source, tables, of_school="school" in (found.positiontup or ()))
            found = cast(SQLCompiler, source.compile(dialect=self.dialect))
        names = tuple(found.positiontup or ())
        if "by" in names:
            message = (
                "a parameter of the store itself is called `by`. Give the statement's another name."
            )
            raise TypeError(f"{self.name}: {message}")
        binds = found.binds
        constants = {name: binds[name].value for name in names if not binds[name].required}
        if not FOUND.isdisjoint(names):
            constants = _WithFound(constants)
        return _Compiled(str(found), names, constants)

    @cached_property
    def silent(self) -> "Statement[T]":
        """The same statement for a cluster, which tells of no table that it writes: no answers are
        kept there, and the row that tells would be another worker's."""
        told = self.told | {EVERYTHING}
        return Statement(self.name, lambda: self.source, self.of_table, told, OF_CLUSTER)

    @cached_property
    def text(self) -> str:
        return self._compiled.text

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return self._compiled.parameters

    @cached_property
    def known(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(self.parameters)

    @cached_property
    def constants(self) -> dict[str, object]:
        """The parameters that have a value unless the caller gives one."""
        return self._compiled.constants

    def arguments(self, given: dict[str, object]) -> list[object]:
        if not self.known.issuperset(given):
            unknown = given.keys() - self.known
            raise TypeError(f"{self.name} has no parameter {', '.join(sorted(unknown))}")
        constants = self.constants
        return [given[name] if name in given else constants[name] for name in self.parameters]

    @property
    def needed(self) -> set[str]:
        """The parameters that the caller has to give."""
        return set(self.known) - set(self.constants) - FOUND

    @property
    def select(self) -> Select[Any]:
        """The statement as a SELECT; raises TypeError if it is not one."""
        if not isinstance(self.source, Select):
            raise TypeError(f"{self.name} is no SELECT")
        return self.source

    def rewritten(self, source: Select[Any]) -> "Statement[T]":
        """The same statement with other columns."""
        return Statement(self.name, lambda: source, self.of_table)


def statement(table: type[T], *told: str) -> Callable[[Callable[[], ClauseElement]], Statement[T]]:
    """Make a statement of what the decorated function builds, when it is first used. Its rows are
    typed as `table`, whose attributes they have, but they are light records and never instances of
    it.

    Of the tables `told` it inserts rows of the outbox itself, which say what they concern.
    """

    def make(build: Callable[[], ClauseElement]) -> Statement[T]:
        of_table = row_of(cast("type[SQLModel]", table))
        made: Statement[T] = Statement(build.__name__, build, of_table, frozenset(told))
        registry.append(made)
        return made

    return make
