"""The HTTP server of a process: uvicorn with draining, limits and timeouts."""

import asyncio
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from websockets.frames import CloseCode

from gateway.gateway import Gateway
from gateway.http_at_once import AnsweringHTTP
from gateway.settings import Settings
from gateway.websocket_limits import LimitedWebSocket

ACCEPTED_AT_ONCE = 16
"""Connections that are accepted in one iteration of the event loop."""
MOST_UNACCEPTED = 65_535
"""The listen backlog; the system may allow less."""
CHECK_EVERY = 5
"""Tenths of a second between two checks of read timeouts and of the embedded server."""
SPARE_FILES = 256
"""File descriptors that are reserved for everything but connections."""
IDLE_GRACE = 0.5
"""Seconds for which a connection that is idle when draining begins may still send a request."""


class HTTPProtocol(AnsweringHTTP):
    """Answers requests that were sent before draining began, even if they are not read yet."""

    def shutdown(self) -> None:
        self._is_draining = True
        if self._idle:
            self.loop.call_later(IDLE_GRACE, self._close_if_idle)
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._is_draining and not self._idle:
            self.cycle.keep_alive = False

    def _close_if_idle(self) -> None:
        if self._idle and self.transport.get_protocol() is self:  # it may have become a WebSocket
            self.transport.close()


class WebSocketProtocol(LimitedWebSocket):
    """Leaves the closing of a drained WebSocket to the application, which knows the operations over
    it."""

    def shutdown(self) -> None:
        if self.close_sent or not self.handshake_initiated:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        """Abort the connection of a dead peer, for which closing would wait. If the peer was only
        asleep, its client reconnects after this code, but not after uvicorn's 1011."""
        self.conn.fail(CloseCode.GOING_AWAY, "No answer to a ping: connect again and resume")
        super().keepalive_timeout()
        if self.transport.get_write_buffer_size():
            self.transport.abort()


class Server(uvicorn.Server):
    """Drains before it stops, and does not raise the signal again."""

    def __init__(
        self,
        app: Starlette,
        up: Callable[[], None] = lambda: None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`up` is called once the process can be reached, `check` regularly by the event loop."""
        self.gateway: Gateway = app.state.gateway
        super().__init__(configuration(self.gateway.settings, app))
        self.up = up
        self.check = check
        self.abrupt = False

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """libuv accepts one connection for each socket in an iteration of the loop. While thousands
        of clients reconnect, iterations are long, and a new query would wait behind all of them. So
        the loop gets several duplicates of each socket."""
        sockets = sockets or []
        for one in sockets:
            one.setblocking(False)  # their duplicates are non-blocking too
            # Connections inherit it. asyncio sets it for sockets that it made alone; without it,
            # the second part of an answer waits 40 ms for the acknowledgement of the first.
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        more = [one.dup() for one in sockets for _ in range(ACCEPTED_AT_ONCE - 1)]
        await super().serve([*sockets, *more])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.up()

    async def on_tick(self, counter: int) -> bool:
        if counter % CHECK_EVERY == 0:
            self.check()
            self.gateway.read_timeouts.check(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGINT ends without the delay for load balancers: it comes from a terminal, or from a
        parent that keeps serving. A second one ends the process at once."""
        again = self.should_exit and self.abrupt
        self.abrupt = sig == signal.SIGINT
        self.force_exit = again and self.abrupt
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.gateway.draining.announced = True
        if not self.abrupt:
            await asyncio.sleep(self.gateway.settings.drain_delay_seconds)
        # The other half of the time is for the operations of the last clients.
        self.gateway.draining.begin(within=(self.config.timeout_graceful_shutdown or 0) / 2)
        await super().shutdown(sockets)


class Configuration(uvicorn.Config):
    """uvicorn's configuration, which creates the protocols, with the gateway that they need, and
    what is known of requests."""

    def __init__(self, gateway: Gateway, app: Starlette, **more: Any) -> None:  # as uvicorn's
        super().__init__(app, **more)
        self.gateway = gateway
        self.known = app.state.known
        wanted = gateway.settings.max_connections
        files = open_files(wanted + SPARE_FILES)
        self.most_connections = min(wanted, max(files - SPARE_FILES, files // 2))


def open_files(wanted: int) -> int:
    """Raise the limit of open files to this number if the system allows it; returns the limit."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now < wanted:
        with suppress(ValueError, OSError):  # the system refuses despite its limit
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, most), most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def configuration(settings: Settings, app: Starlette) -> Configuration:
    return Configuration(
        app.state.gateway,
        app,
        http=HTTPProtocol,
        ws=WebSocketProtocol,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=settings.ping_seconds,
        ws_ping_timeout=settings.ping_seconds,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,  # uvicorn uses our handlers
        log_level="warning",
        backlog=MOST_UNACCEPTED,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
