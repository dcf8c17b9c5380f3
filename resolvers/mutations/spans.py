"""The days that a record is to have after a change."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from domain.calendar import backwards
from domain.refusals import Refused
from resolvers.declarations.inputs import Parsed


@dataclass(frozen=True, slots=True)
class DaysToBe:
    """`moves` says whether they are others than they were."""

    name: str
    starts_on: date
    ends_on: date
    moves: bool

    @classmethod
    def of(cls, record: Any, given: Parsed[Any]) -> Self:
        """As the record has them, unless the input says otherwise; Refused where they run
        backwards."""
        new = given.columns(changes=True)
        first, last = (new.get(name, record[name]) for name in ("starts_on", "ends_on"))
        if (reason := backwards(first, last)) is not None:
            raise Refused(reason)
        moves = (first, last) != (record.starts_on, record.ends_on)
        return cls(new.get("name", record.name), first, last, moves)
