"""The tailer: one in each process reads on in the outbox and publishes what it finds."""

import asyncio
import logging
from contextlib import suppress
from time import monotonic

from db.bus import Bus
from db.store import Store
from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Position
from resolvers.feed.outbox import BATCH, Outbox, position_of
from resolvers.feed.rights import RightsChanges
from resolvers.feed.subscribers import Subscribers
from resolvers.viewers import viewers_of

POLL = 1.0
"""Seconds after which the outbox is read even if nobody has called."""
MIN_INTERVAL = 0.01
"""Seconds between two readings: what is committed at about the same time is read together."""
HELD_BACK_POLL = 0.01
"""Seconds after which the outbox is read again while an open transaction holds rows back, because
it may end without a call; the pause doubles each time, up to `POLL`."""
RETRY_AFTER = 0.5
"""Seconds after which the outbox is read again if it could not be."""
KEY_INTERVAL = 1.0
"""Seconds between two readings of the feed's key: a database that was restored has another."""
log = logging.getLogger(__name__)


class Tailer:
    """Every row up to `position` has been published; the position is valid while `opened` is set.

    It is not set before the outbox has been read for the first time, nor from the moment at which
    the database is found to be another until that one has been opened.
    """

    position: Position

    def __init__(self, store: Store, bus: Bus, changes: Changes, subscribers: Subscribers) -> None:
        self.outbox = Outbox(store, self._database_changed)
        self.opened = asyncio.Event()
        self._bus = bus
        self._changes = changes
        self._subscribers = subscribers
        self._rights = RightsChanges(store, self.outbox, changes, subscribers)
        self._viewers = viewers_of(store)
        self._key_read_at = -KEY_INTERVAL
        self._held_back = False
        self._caught_up_at = monotonic()

    @property
    def lag(self) -> float:
        """Seconds since the outbox was last read to its end."""
        return monotonic() - self._caught_up_at

    async def run(self) -> None:
        """Read on until cancelled."""
        pause = POLL
        while True:
            started = monotonic()
            called = self._bus.received.is_set()
            self._bus.received.clear()
            try:
                await self._read_all()
                self._viewers.feed_caught_up()
                if not self._held_back:
                    self._caught_up_at = monotonic()
            except Exception:  # whatever it is, the feed goes on
                self._viewers.feed_failed()
                log.exception("The feed could not be read; it tries again")
                await asyncio.sleep(RETRY_AFTER)
                continue
            next_pause = HELD_BACK_POLL if called else min(2 * pause, POLL)
            pause = next_pause if self._held_back else POLL
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._bus.received.wait()
            await asyncio.sleep(max(0.0, started + MIN_INTERVAL - monotonic()))

    async def _read_all(self) -> None:
        more = True
        while more:
            await self._open()
            await self._rights.look_ahead(self.position)
            more = await self._read_batch()

    async def _open(self) -> None:
        """Notice another database, and find the place in it from which to read on."""
        if monotonic() - self._key_read_at >= KEY_INTERVAL:
            await self.outbox.read_key()
            self._key_read_at = monotonic()
        if not self.opened.is_set():
            self.position = await self.outbox.open()
            self.opened.set()

    def _database_changed(self) -> None:
        """Forget all that is kept: nothing of it, least of all a place, is of this database."""
        self.opened.clear()
        self._rights.database_changed()
        self._changes.database_changed()
        self._subscribers.database_changed()
        self._bus.received.set()

    async def _read_batch(self) -> bool:
        """Publish the next rows; whether there may be more."""
        rows, self._held_back = await self.outbox.settled_after(self.position)
        if not rows:
            return False
        # Rights come first, so that no change is delivered by rights that have ended.
        self._rights.apply(rows, self.position)
        schools: frozenset[int] | None = None
        # Somebody may subscribe in one more school while the records are read.
        while schools is None or not self._subscribers.schools <= schools:
            schools = self._subscribers.schools
            changes = await self._changes.of(rows, schools, self.outbox.cursors)
        for change in changes:
            self._subscribers.publish(change)
        self.position = position_of(rows[-1])
        return len(rows) >= BATCH
