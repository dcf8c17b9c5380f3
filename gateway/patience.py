"""Connections whose other end has stopped reading: they are held for a while, and then cut.

What a stalled client is sent fills its socket, then the transport's buffer; from there on nothing
more is taken for it, and its subscriptions wait in their bounded queues. uvicorn would wait for
ever, for even a connection that it closes is first written out.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

PATIENCE = 30.0
"""Seconds for which a client may leave what it was sent unread."""


class _Patient:
    """Stands before a protocol of uvicorn's, which has a loop and a transport."""

    loop: Any
    transport: Any
    _ends: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()  # type: ignore[misc]
        self._ends = self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()  # type: ignore[misc]
        self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)  # type: ignore[misc]

    def _forget(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None


class PatientHTTP(_Patient, HttpToolsProtocol):
    """HTTP, and events over it."""


class PatientWebSocket(_Patient, WebSocketsSansIOProtocol):
    """A WebSocket."""
