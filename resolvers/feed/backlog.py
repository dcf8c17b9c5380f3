"""What followers who come back have missed, read once for all who ask at about the same time."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass

from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.followers import Follower
from resolvers.feed.kinds import Change, Key, Keys
from resolvers.feed.outbox import BATCH, Outbox, position_of, too_old
from resolvers.feed.shared import for_all

CELL = 1_024
"""Transactions of which the rows are read from the first on, wherever among them a cursor stands:
so that followers whose cursors differ share what is read."""
KEPT_FOR = 1.0
"""Seconds for which others may still want what was read: then records are read anew, so that none
is shown as it was longer ago."""
Place = tuple[Position, frozenset[int], Cursors]
"""After what a batch is read, of which schools, and the cursors that its changes get."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`places` are those of the changes that concern a key, in their order.

    `last` is where the next batch begins; None where this one is not full, so that none follows
    yet. `oldest` is the first row that was there once this was read.
    """

    changes: list[Change]
    places: Mapping[Key, list[int]]
    last: Position | None
    oldest: Position | None

    def concerning(self, keys: Keys) -> Iterable[Change]:
        """In their order, and without a look at the others, of which there are thousands."""
        places = {place for key in keys for place in self.places.get(key, ())}
        return (self.changes[place] for place in sorted(places))


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows up to `until` were settled when it began."""

    task: asyncio.Task[Batch]
    until: Position

    def serves(self, until: Position) -> bool:
        if not self.task.done():
            return until <= self.until
        if self.task.cancelled() or self.task.exception() is not None:
            return False
        return until <= self.until or self.task.result().last is not None


class Backlog:
    def __init__(self, outbox: Outbox, changes: Changes, gate: asyncio.Semaphore) -> None:
        self._outbox = outbox
        self._changes = changes
        self._gate = gate
        self._readings: dict[Place, Reading] = {}

    async def between(
        self, follower: Follower, start: Position, until: Position, cursors: Cursors
    ) -> AsyncGenerator[Change, None]:
        """The changes after the start up to `until`, below which every row is settled, that
        concern what the follower may follow.

        They bear the cursors with which the reader began: those of a database that was restored
        meanwhile would vouch for places that are none of its own.
        """
        schools = frozenset(follower.viewer.schools)
        place, more = _cell(start), start < until
        while more:
            batch = await self._batch((place, schools, cursors), until)
            if batch.oldest is not None and 0 < start.xid < batch.oldest.xid:
                raise too_old()  # others were dropped with its row, while the client took its time
            for change in batch.concerning(follower.keys):
                if start < change.position <= until:
                    yield change
            if more := batch.last is not None and batch.last < until:
                # A transaction may have more rows than a batch.
                place = cell if (cell := _cell(batch.last)) > place else batch.last
                start = max(start, batch.last)  # the next may begin before it, as this one may

    async def _batch(self, place: Place, until: Position) -> Batch:
        reading = self._readings.get(place)
        if reading is None or not reading.serves(until):
            reading = Reading(for_all(self._read(place)), until)
            reading.task.add_done_callback(lambda _: self._let_go(place, reading))
            self._readings[place] = reading
        return await asyncio.shield(reading.task)

    async def _read(self, place: Place) -> Batch:
        after, schools, cursors = place
        async with self._gate:
            rows = await self._outbox.after(after, BATCH, schools)
            oldest = await self._outbox.oldest()
            changes = await self._changes.of(rows, schools, cursors)
        places = defaultdict(list)
        for number, change in enumerate(changes):
            for key in change.keys:
                places[key].append(number)
        last = position_of(rows[-1]) if len(rows) >= BATCH else None
        return Batch(changes, places, last, oldest)

    def _let_go(self, place: Place, reading: Reading) -> None:
        asyncio.get_running_loop().call_later(KEPT_FOR, self._forget, place, reading)

    def _forget(self, place: Place, reading: Reading) -> None:
        if self._readings.get(place) is reading:
            del self._readings[place]


def _cell(position: Position) -> Position:
    """The place before all rows of the transactions among which the position is."""
    return Position(position.xid - position.xid % CELL, -1)
