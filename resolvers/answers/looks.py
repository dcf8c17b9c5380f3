"""Looks at what was committed, each shared by all requests that wait for it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any

from asyncpg import InterfaceError

from db.reading.changes import MOST_CHANGES, changes_since
from db.store import Reader, Store
from db.writing.retention import drop_old_table_changes
from domain.clock import now
from resolvers.answers.changes import Changes
from resolvers.answers.figures import Figures
from resolvers.feed.shared_reads import shared_task

SLOWEST = 5.0
"""Seconds for which a look is waited for; then what was asked is read instead."""
RELEASED_WITHIN = 1.0
"""Seconds for which a look that failed waits for its connection to be given back."""
LONGEST_GAP = timedelta(minutes=10)
"""The longest time between two looks after which what was kept is still compared: rows that say
what has changed are kept longer."""
KEPT = timedelta(days=1)
"""How long rows are kept that say which tables were written, which is longer than any transaction
lasts; those of the outbox are kept for longer yet."""
BEGINNING = ("18446744073709551615", ())
AT_ONCE = 40
"""How many of those who wait for a look are told of it before other tasks run."""
Waiter = Callable[[bool], object]
"""Is called with whether the look succeeded."""
log = logging.getLogger(__name__)


class Looks:
    """`fresh` waits for a look that has begun after it was called; `when_fresh` has somebody told
    of it.

    While one look runs, the requests that come gather, and the next one serves them all.
    """

    def __init__(self, store: Store, changes: Changes, figures: Figures) -> None:
        self._store = store
        self._changes = changes
        self._figures = figures
        self.possible = not store.distributed
        """Whether one look sees what all have committed, as it does not on a cluster, where each
        server counts its own transactions."""
        self._running: asyncio.Future[None] | None = None
        self._next: asyncio.Task[None] | None = None
        self._waiting: list[Waiter] = []
        """For the next look."""
        self._seen: tuple[str, tuple[str, ...]] = BEGINNING
        """The end of the last look's snapshot, and the transactions that were open then."""
        self._connection: Any = None  # a proxy of asyncpg's pool, which has no type
        self._identity: str | None = None
        self._stale_at = -inf
        self._looked_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether no transaction was open at the last look."""
        return not self._seen[1]

    @property
    def begun(self) -> bool:
        """Whether there is a look to compare with, and none of long ago."""
        return monotonic() < self._stale_at

    async def fresh(self) -> bool:
        """Whether the look succeeded."""
        looked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def told(success: bool) -> None:
            if not looked.done():  # whoever waited may have been cancelled
                looked.set_result(success)

        self.when_fresh(told)
        return await looked

    def when_fresh(self, told: Waiter) -> None:
        """Have somebody told of a look that begins from now on, outside of any request."""
        self._waiting.append(told)
        if self._next is None:
            self._next = shared_task(self._after_the_running_one(), Context())

    async def _after_the_running_one(self) -> None:
        if self._running is not None:
            await asyncio.wait([self._running])
        self._running = asyncio.get_running_loop().create_future()
        self._next, waiting, self._waiting = None, self._waiting, []
        looked = False
        try:
            looked = await self._look()
        finally:
            self._running.set_result(None)
            for place, told in enumerate(waiting, 1):
                try:
                    told(looked)
                except Exception:  # the others are to be told too
                    log.exception("What follows a look has failed")
                if place % AT_ONCE == 0 and place < len(waiting):
                    await asyncio.sleep(0)

    async def _look(self) -> bool:
        self._figures.looks += 1
        xmax, open_ = self._seen
        try:
            async with asyncio.timeout(SLOWEST):
                reader = await self._session()
                rows: list[Any] = list(
                    await reader.fetch(changes_since, xmax=xmax, open=list(open_))
                )
            self._apply(rows)
        except Exception as error:  # whatever it is, what was asked is read instead
            self._figures.failed_looks += 1
            log.warning("A look at what has changed failed: %r", error)
            await self.close()
            return False
        return True

    async def _session(self) -> Reader:
        """The session in which all looks are made. With it ends what could be compared: after a
        crash PostgreSQL may give numbers of transactions again that an earlier look has seen."""
        if not self._is_open():
            await self.close()
            self._connection = await self._store.pool.acquire()
        return Reader(self._connection, meter=self._store.meter)

    def _is_open(self) -> bool:
        try:
            return self._connection is not None and not self._connection.is_closed()
        except InterfaceError:  # it was lost, and the pool has taken it back
            return False

    async def close(self) -> None:
        """Give the connection back; the next look begins anew."""
        connection, self._connection, self._identity = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                await self._store.pool.release(connection, timeout=RELEASED_WITHIN)

    async def drop_old(self) -> None:
        """Delete rows of tables that were written long before the last look of any process."""
        await self._store.fetch(drop_old_table_changes, before=now() - KEPT)

    def _apply(self, rows: Sequence[Any]) -> None:  # of `ChangeRow`, beside a table's columns
        time, first = now(), rows[0]
        _, xmax, open_ = first.snapshot.split(":")
        known = (
            self._identity == first.identity
            and int(xmax) >= int(self._seen[0])
            and len(rows) <= MOST_CHANGES
            and self._looked_at is not None
            and timedelta(0) <= time - self._looked_at < LONGEST_GAP
        )
        if known:
            self._changes.apply(rows)
        else:
            self._changes.begin_anew()
        self._seen = xmax, tuple(open_.split(",")) if open_ else ()
        self._identity, self._looked_at = first.identity, time
        self._stale_at = monotonic() + LONGEST_GAP.total_seconds() / 2
