"""uvicorn's protocols for thousands of clients that stay: light while quiet, and never stuck.

What a stalled client is sent fills its socket, then the transport's buffer; from there on nothing
more is taken for it, and its subscriptions wait in their bounded queues. uvicorn would wait for
ever, for even a connection that it closes is first written out: so it is cut after a while.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_TIMEOUT = 30.0
"""Seconds for which a client may leave what it was sent unread."""
Message = Mapping[str, Any]
"""An event of ASGI."""


class _WriteTimeout:
    """Stands before a protocol of uvicorn's, which has a loop and a transport."""

    loop: Any
    transport: Any
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
    """HTTP, and events over it."""


class TimedWebSocket(_WriteTimeout, WebSocketsSansIOProtocol):
    """A WebSocket; where nothing comes and goes, it holds no queue, no lock and no handshake."""

    # With slots: uvicorn's attributes are too many for the dictionaries that Python shares between
    # objects of a class, and one of their own takes five times as much.
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
        """The handshake is over: its headers are in the scope, for as long as they are needed."""
        self.request.headers.clear()
        self.response.headers.clear()
        super().start_keepalive()


class WritableEvent:
    """As much of `asyncio.Event` as uvicorn asks of one; it is open at first."""

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
    """As much of `asyncio.Queue` as uvicorn asks of one, for a single reader."""

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
