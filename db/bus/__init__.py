"""The bus between processes: an empty call says that something was committed, never what."""

import asyncio
import logging
from collections.abc import Callable

from db.bus.line import Call, Line
from db.bus.nats import Nats
from db.bus.postgresql import PostgreSQL
from db.store import Store

__all__ = ["Bus"]
APART = 0.01
"""Seconds between two calls of one process, however many it is asked for."""
AGAIN = 1.0
"""Seconds until a lost connection is replaced."""
log = logging.getLogger(__name__)


class Bus:
    """What a line carries, as often as it is worth it, over one connection after another.

    A call that is lost costs a second, for readers poll as well.
    """

    def __init__(self, store: Store) -> None:
        self._line: Line = Nats(store.nats_url) if store.nats_url else PostgreSQL(store.pool)
        self._to_call = asyncio.Event()
        self._gone = False
        self.heard = asyncio.Event()
        self.hearers: list[Callable[[], object]] = []
        """Called back where `heard` is set."""

    def call(self) -> None:
        """Tell every process, this one at once, the others soon and once for many."""
        self._hear()
        self._to_call.set()

    async def run(self) -> None:
        """Listen and call until cancelled; a lost connection is replaced."""
        missed = False
        while self._line.may_open:
            try:
                async with self._line.open(self._hear, self._lost) as call:
                    if missed:
                        log.warning("The feed's bus is back")
                    missed = False
                    await self._serve(call)
            except Exception as loss:  # whatever a server says, the poll stands behind it
                if not missed:
                    log.warning(
                        "The feed's bus (%s) is lost; until it is back, changes of other processes"
                        " are found by polling: %r", self._line.name, loss,
                    )  # fmt: skip
                missed = True
            self._hear()
            await asyncio.sleep(AGAIN)

    async def _serve(self, call: Call) -> None:
        self._gone = False
        self.call()  # whatever was told while nobody listened, here or elsewhere
        while True:
            await self._to_call.wait()
            self._to_call.clear()
            if self._gone:
                raise ConnectionError("The connection has ended.")
            await call()
            await asyncio.sleep(APART)

    def _hear(self) -> None:
        self.heard.set()
        for hearer in self.hearers:
            hearer()

    def _lost(self) -> None:
        self._gone = True
        self._to_call.set()
