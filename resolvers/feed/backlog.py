"""What subscribers missed while they were away, read once for all who ask at the same time."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass

from resolvers.feed.change import Change
from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.keys import RecipientKey, RecipientKeys
from resolvers.feed.outbox import BATCH, Outbox, position_of, too_old
from resolvers.feed.shared_reads import shared_task
from resolvers.feed.subscribers import Subscriber

CELL = 1_024
"""Transactions in a cell. Rows are read from the beginning of the cursor's cell, so that
subscribers whose cursors differ share what is read."""
KEPT_FOR = 1.0
"""Seconds for which a batch is kept for others. After that, records are read again, so that none is
shown as it was longer ago."""
Place = tuple[Position, frozenset[int], Cursors]
"""The position after which a batch is read, its schools, and the cursors that its changes get."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`places` are, for each key, the indexes of the changes that are published to it.

    The next batch begins after `last`, which is None if this one is not full. `oldest` is the
    position of the outbox's oldest row after this batch had been read.
    """

    changes: list[Change]
    places: Mapping[RecipientKey, list[int]]
    last: Position | None
    oldest: Position | None

    def published_to(self, keys: RecipientKeys) -> Iterable[Change]:
        """The changes in order. It does not look at the other changes, of which there may be
        hundreds."""
        places = {place for key in keys for place in self.places.get(key, ())}
        return (self.changes[place] for place in sorted(places))


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch that is being read, or was. All rows up to `until` were settled before it began."""

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
        self, subscriber: Subscriber, start: Position, until: Position, cursors: Cursors
    ) -> AsyncGenerator[Change, None]:
        """The changes after `start`, up to `until`, that are published to the subscriber's keys.
        Every row up to `until` must be settled.

        They get the cursors with which the subscriber began. If the database is restored meanwhile,
        its new cursors would be wrong for these positions.
        """
        schools = frozenset(subscriber.viewer.schools)
        place, more = _cell(start), start < until
        while more:
            batch = await self._batch((place, schools, cursors), until)
            if batch.oldest is not None and 0 < start.xid < batch.oldest.xid:
                raise too_old()  # rows after `start` may have been dropped together with its own
            for change in batch.published_to(subscriber.keys):
                if start < change.position <= until:
                    yield change
            if more := batch.last is not None and batch.last < until:
                # A transaction may have more rows than a batch.
                place = cell if (cell := _cell(batch.last)) > place else batch.last
                start = max(start, batch.last)  # the next cell may begin before it

    async def _batch(self, place: Place, until: Position) -> Batch:
        reading = self._readings.get(place)
        if reading is None or not reading.serves(until):
            reading = Reading(shared_task(self._read(place)), until)
            reading.task.add_done_callback(lambda _: self._forget_later(place, reading))
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

    def _forget_later(self, place: Place, reading: Reading) -> None:
        asyncio.get_running_loop().call_later(KEPT_FOR, self._forget, place, reading)

    def _forget(self, place: Place, reading: Reading) -> None:
        if self._readings.get(place) is reading:
            del self._readings[place]


def _cell(position: Position) -> Position:
    """The place before the first row of the position's cell."""
    return Position(position.xid - position.xid % CELL, -1)
