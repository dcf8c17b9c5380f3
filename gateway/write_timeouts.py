"""uvicorn's protocols with write timeouts, and with less memory for idle connections.

A client that does not read fills its socket and then the transport's buffer. From then on nothing
more is written to it, and its subscriptions wait in their bounded queues. uvicorn would wait for
ever, since even a closing connection is flushed first; here the connection is aborted after a
timeout.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_TIMEOUT = 30.0
"""Seconds for which a client may leave the write buffer full."""
Message = Mapping[str, Any]
"""An ASGI event."""


class _WriteTimeout:
    """A mixin for a uvicorn protocol: aborts the connection if its write buffer stays full."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _timer: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()  # type: ignore[misc]
        self._timer = self.loop.call_later(WRITE_TIMEOUT, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()  # type: ignore[misc]
        self._cancel_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)  # type: ignore[misc]

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class TimedHTTP(_WriteTimeout, HttpToolsProtocol):
    """HTTP with a write timeout; also for server-sent events."""


class TimedWebSocket(_WriteTimeout, WebSocketsSansIOProtocol):
    """A WebSocket with a write timeout. While it is idle it holds no queue, lock or handshake."""

    # Slots, because uvicorn's attributes are too many for Python's key-sharing dictionaries, and
    # an ordinary dictionary takes five times as much memory.
    __slots__ = (
        "app", "app_state", "asgi_version", "client", "close_sent", "close_timeout", "close_timer",
        "config", "conn", "connections", "curr_msg_data_type", "default_headers", "disconnected",
        "frames", "handshake_complete", "handshake_initiated", "initial_response", "last_ping_rtt",
        "logger", "loop", "pending_ping_payload", "ping_interval", "ping_sent_at", "ping_timeout",
        "ping_timer", "pong_timer", "queue", "read_paused", "request", "response", "root_path",
        "scheme", "scope", "server", "tasks", "transport", "writable",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:  # as uvicorn calls it
        super().__init__(*arguments, **named)
        self.queue: MessageQueue = MessageQueue()  # type: ignore[assignment]
        self.writable: WritableEvent = WritableEvent()  # type: ignore[assignment]

    def start_keepalive(self) -> None:
        """Called after the handshake, whose headers are in the scope now."""
        self.request.headers.clear()
        self.response.headers.clear()
        super().start_keepalive()


class WritableEvent:
    """The part of `asyncio.Event` that uvicorn uses; set at first."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] | None = None

    def set(self) -> None:
        waiting, self._waiting = self._waiting, None
        for waiter in waiting or ():
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        if self._waiting is None:
            self._waiting = []

    async def wait(self) -> None:
        while self._waiting is not None:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter


class MessageQueue:
    """The part of `asyncio.Queue` that uvicorn uses, for one reader."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: Message) -> None:
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        return not self._messages

    async def get(self) -> Message:
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._messages.pop(0)
