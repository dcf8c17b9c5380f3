"""Pages of the feed that are known to be empty, so that clients which ask now and then cost no
statement of their own while nothing happens."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

MOST_PLACES = 20_000
LONGEST = 600.0
"""Seconds after which a page is read in any case: a cursor should not stay where it is for long."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a look at what has changed began. `settled` says that no transaction was open then, so
    that none holds back rows that were committed before."""

    number: int
    generation: int
    settled: bool


class Looking(Protocol):
    async def moment(self) -> Moment | None:
        """That of a look that begins after the call; None if it failed."""

    def is_quiet(self, schools: Iterable[int], since: Moment) -> bool:
        """Whether no look after that one has found a change in the schools."""


class QuietPlaces:
    """Cursors after which nothing stood in some schools, and when that was so."""

    def __init__(self, looks: Looking | None) -> None:
        self._looks = looks
        self._known: OrderedDict[str, tuple[frozenset[int], Moment, float]] = OrderedDict()

    async def moment(self) -> Moment | None:
        """When a look began that is made now; None if there is none."""
        return None if self._looks is None else await self._looks.moment()

    def note(self, cursor: str, schools: frozenset[int], moment: Moment | None) -> None:
        """Nothing stands after the cursor, as was read after the moment."""
        if moment is None or not moment.settled:
            return
        self._known[cursor] = schools, moment, monotonic()
        self._known.move_to_end(cursor)
        if len(self._known) > MOST_PLACES:
            self._known.popitem(last=False)

    def is_last(self, cursor: str, schools: frozenset[int], moment: Moment | None) -> bool:
        """Whether at the moment nothing has come after the cursor in the schools."""
        if moment is None or (known := self._known.get(cursor)) is None:
            return False
        assert self._looks is not None
        of_schools, since, read_at = known
        quiet = self._looks.is_quiet(schools, since)
        if quiet and schools == of_schools and monotonic() - read_at < LONGEST:
            return True
        del self._known[cursor]
        return False
