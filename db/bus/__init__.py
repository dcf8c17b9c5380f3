"""The bus between processes: an empty message says that something was committed."""

import asyncio
import logging
from collections.abc import Callable

from db.bus.nats import Nats
from db.bus.postgresql import PostgreSQL
from db.bus.transport import Notify, Transport
from db.store import Store

__all__ = ["Bus"]
CALL_INTERVAL = 0.01
"""Seconds between two messages of one process, however often it is asked to send one."""
RECONNECT_DELAY = 1.0
"""Seconds until a lost connection is replaced."""
log = logging.getLogger(__name__)


class Bus:
    """Sends and receives messages over a transport, and reconnects when the connection is lost.

    A lost message costs a second, since readers poll as well.
    """

    def __init__(self, store: Store) -> None:
        self._transport: Transport = (
            Nats(store.nats_url) if store.nats_url else PostgreSQL(store.pool)
        )
        self._call_wanted = asyncio.Event()
        self._disconnected = False
        self.received = asyncio.Event()
        self.listeners: list[Callable[[], object]] = []
        """Called whenever `received` is set."""

    def call(self) -> None:
        """Notify this process at once, and the others soon; several calls are sent as one
        message."""
        self._receive()
        self._call_wanted.set()

    async def run(self) -> None:
        """Receive and send until cancelled, and reconnect after each loss."""
        disconnected = False
        while self._transport.may_open:
            try:
                async with self._transport.open(self._receive, self._on_disconnect) as call:
                    if disconnected:
                        log.warning("The feed's bus is back")
                    disconnected = False
                    await self._serve(call)
            except Exception as loss:  # any error of the server: readers poll meanwhile
                if not disconnected:
                    log.warning(
                        "The feed's bus (%s) is lost; until it is back, changes of other processes"
                        " are found by polling: %r", self._transport.name, loss,
                    )  # fmt: skip
                disconnected = True
            self._receive()
            await asyncio.sleep(RECONNECT_DELAY)

    async def _serve(self, call: Notify) -> None:
        self._disconnected = False
        self.call()  # for what was missed while disconnected, here and in other processes
        while True:
            await self._call_wanted.wait()
            self._call_wanted.clear()
            if self._disconnected:
                raise ConnectionError("The connection has ended.")
            await call()
            await asyncio.sleep(CALL_INTERVAL)

    def _receive(self) -> None:
        self.received.set()
        for listener in self.listeners:
            listener()

    def _on_disconnect(self) -> None:
        self._disconnected = True
        self._call_wanted.set()
