"""A noun of the diary, declared once: how its records are read, changed and told of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlmodel import SQLModel

from db.reading.parts import columns
from db.statement import Statement
from db.writing.versioned import Versioned

T = TypeVar("T", bound=SQLModel)


@dataclass(frozen=True, slots=True, eq=False)
class Noun(Generic[T]):
    """What the mutations of a noun have in common.

    `read` answers records by `ids` as readers see them, `whole` as they are, for whoever changes
    them. `day` is the column of the day that a record belongs to, which locked periods close.
    """

    model: type[T]
    read: Statement[T]
    whole: Statement[T]
    written: Versioned[T] | None = None
    day: str | None = None
    is_withdrawn: Callable[[T], bool] | None = None

    @property
    def name(self) -> str:
        return self.model.__name__

    @property
    def word(self) -> str:
        return words(self.name)

    @property
    def reads_itself(self) -> bool:
        """Whether readers see just the table's own columns: a row just written will do then."""
        return {each.key for each in self.read.select.selected_columns} == {
            each.key for each in columns(self.model)
        }

    def day_of(self, record: T) -> date | None:
        return None if self.day is None else getattr(record, self.day)

    def withdrawn(self, record: Any) -> bool:
        return self.is_withdrawn is not None and self.is_withdrawn(record)


def words(noun: str) -> str:
    """A noun's name in a sentence: `work type`."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in noun).strip()
