"""A WebSocket protocol with limits for incoming messages.

uvicorn reads all received frames in one iteration of the event loop, keeps each part of a message
separately, and answers pings without regard to its write buffer. This protocol reads a few
kilobytes per iteration, joins the frames of a message, pauses reading while the client does not
read, and has a timeout for incomplete messages.
"""

import asyncio
from typing import Any, cast

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.utils import ClientDisconnected
from websockets.frames import CloseCode, Frame

from gateway.connection_limits import Slot
from gateway.gateway import Gateway
from gateway.write_timeouts import TimedWebSocket

AT_ONCE = 4 << 10
"""Bytes that are read in one iteration of the loop: some hundreds of the smallest frames."""
NOT_A_HANDSHAKE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
MOST_FRAMES = 1_000
"""Frames of one message; browsers send one."""
TOO_MANY = f"A message may come in {MOST_FRAMES} frames"
CLOSES_WITHIN = 2.0
"""Seconds that a client has to answer a close frame."""
SLOW = "A message came too slowly"


class LimitedWebSocket(TimedWebSocket):
    """uvicorn's WebSocket protocol with limits; the process is `config.gateway`."""

    __slots__ = (
        "backlog", "gateway", "is_incomplete", "is_stalled", "parts", "received", "resumption",
        "since", "slot",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:  # as uvicorn calls it
        super().__init__(*arguments, **named)
        self.gateway: Gateway = self.config.gateway  # type: ignore[attr-defined]
        self.close_timeout = CLOSES_WITHIN
        self.slot: Slot | None = None
        self.backlog: bytearray | None = None
        """Received bytes that are not parsed yet."""
        self.resumption: asyncio.Handle | None = None
        self.is_stalled = False
        """Whether the write buffer is full because the client does not read."""
        self.parts = 0
        """Frames of the incomplete message."""
        self.is_incomplete = False
        """Whether a frame or message is incomplete."""
        self.since = 0.0
        self.received = 0
        """Bytes received since then."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting()
        self.backlog = None
        if self.slot is not None:
            self.slot.release()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.is_stalled = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.is_stalled = False
        self._resume()

    async def run_asgi(self) -> None:
        """As in uvicorn, but a refused handshake is not an error."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        else:
            if not (self.handshake_complete or self.close_sent):
                self.logger.error("ASGI callable returned without completing handshake.")
                self.send_500_response()
        if self.close_timer is None:
            self.transport.close()

    async def receive(self) -> ASGIReceiveEvent:
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._resume()
        return cast("ASGIReceiveEvent", message)

    def data_received(self, data: bytes) -> None:
        is_small = self.backlog is None and len(data) <= AT_ONCE and not self.is_stalled
        if is_small or not self.handshake_initiated:  # the request's head has its own limit
            self._read(data)
        else:
            self.backlog = (self.backlog or bytearray()) + data
            self.transport.pause_reading()
            self._resume()

    def _resume(self) -> None:
        """Continue reading in another iteration of the loop, unless reading is paused."""
        if self.read_paused or self.is_stalled or self.resumption is not None:
            return
        if self.backlog is None:
            self.transport.resume_reading()
        else:
            self.resumption = self.loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        self.resumption = None
        if self.backlog is None or self.transport.is_closing():
            return
        piece = bytes(self.backlog[:AT_ONCE])
        del self.backlog[:AT_ONCE]
        if not self.backlog:
            self.backlog = None
        self._read(piece)
        self._resume()

    def _read(self, piece: bytes) -> None:
        conn = self.conn
        conn.receive_data(piece)
        if conn.parser_exc is not None:
            self._fail()
        elif conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(conn.data_to_send()) or NOT_A_HANDSHAKE)
            self.transport.close()
        else:
            self.handle_events()
            if conn.reader.buffer or conn.current_size is not None:
                self._begin_waiting(len(piece))
            elif self.is_incomplete:
                self._end_waiting()

    def _fail(self) -> None:
        if self.conn.close_sent is None:  # during the handshake
            self.transport.close()
        elif not self.close_sent:
            self.handle_parser_exception()

    # The frames of a message are joined:

    def handle_text(self, event: Frame) -> None:
        self.curr_msg_data_type = "text"
        self._begin(event)

    def handle_bytes(self, event: Frame) -> None:
        self.curr_msg_data_type = "bytes"
        self._begin(event)

    def handle_cont(self, event: Frame) -> None:
        self.frames[0] += event.data
        self.parts += 1
        if self.parts > MOST_FRAMES:
            self._end(TOO_MANY)
        elif event.fin:
            self.send_receive_event_to_app()

    def _begin(self, event: Frame) -> None:
        self.parts = 1
        self.frames = [event.data if event.fin else bytearray(event.data)]  # type: ignore[list-item]
        if event.fin:
            self.send_receive_event_to_app()

    # Timeouts of incomplete messages:

    def _begin_waiting(self, size: int) -> None:
        if self.is_incomplete:
            self.received += size
        elif not self.close_sent:
            self.is_incomplete, self.since, self.received = True, self.loop.time(), 0
            self.gateway.read_timeouts.add(self)

    def _end_waiting(self) -> None:
        self.is_incomplete = False
        self.gateway.read_timeouts.drop(self)

    def check_timeout(self, now: float) -> None:
        settings = self.gateway.settings
        if self.close_sent or self.transport.is_closing():
            self._end_waiting()
        elif self.read_paused or self.is_stalled or self.backlog is not None:
            self.since = now  # the client is not the one who is late
        elif (
            now - self.since
            > settings.body_seconds + self.received / settings.body_bytes_per_second
        ):
            self._end(SLOW)

    def _end(self, reason: str) -> None:
        self._end_waiting()
        self.conn.fail(CloseCode.POLICY_VIOLATION, reason)
        self._fail()
