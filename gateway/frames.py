"""What arrives of a WebSocket's messages before they are whole.

uvicorn reads all frames that have come in one turn of the loop, keeps each part of a message by
itself, and answers pings for which there is no room. Here a turn reads a little, a message is one
text that grows, who reads nothing is not read from, and who begins a message has to go on with it.
"""

import asyncio
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from websockets.frames import CloseCode, Frame

from gateway.crowd import Place
from gateway.gateway import Gateway
from gateway.patience import PatientWebSocket

AT_ONCE = 4 << 10
"""Bytes that are read in a turn of the loop: some hundreds of the smallest frames."""
NOT_A_HANDSHAKE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
MOST_FRAMES = 1_000
"""Of one message; browsers send each in one."""
TOO_MANY = f"A message may come in {MOST_FRAMES} frames"
CLOSES_WITHIN = 2.0
"""Seconds for which a socket that the gateway closes is open until its client does so too."""
SLOW = "A message came too slowly"


class PunctualWebSocket(PatientWebSocket):
    """A WebSocket within those bounds, for a process that is `config.gateway`."""

    __slots__ = (
        "backlog", "choked", "come", "gateway", "going_on", "owes", "parts", "place", "since",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:  # as uvicorn calls it
        super().__init__(*arguments, **named)
        self.gateway: Gateway = self.config.gateway  # type: ignore[attr-defined]
        self.close_timeout = CLOSES_WITHIN
        self.place: Place | None = None
        self.backlog: bytearray | None = None
        """What came and is not read yet."""
        self.going_on: asyncio.Handle | None = None
        self.choked = False
        """Whether the client leaves unread what it was sent."""
        self.parts = 0
        """Frames of the message that is not whole."""
        self.owes = False
        """Whether the client has begun a frame or a message that is not whole."""
        self.since = 0.0
        self.come = 0
        """Bytes that have come since then."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle()
        self.backlog = None
        if self.place is not None:
            self.place.leave()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.choked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.choked = False
        self._go_on()

    async def run_asgi(self) -> None:
        """As uvicorn does, but that a handshake which the application refuses is no error."""
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

    async def receive(self) -> Any:  # an event of ASGI
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._go_on()
        return message

    def data_received(self, data: bytes) -> None:
        little = self.backlog is None and len(data) <= AT_ONCE and not self.choked
        if little or not self.handshake_initiated:  # the head is bounded already
            self._read(data)
        else:
            self.backlog = (self.backlog or bytearray()) + data
            self.transport.pause_reading()
            self._go_on()

    def _go_on(self) -> None:
        """Read on in another turn, unless something else is to happen first."""
        if self.read_paused or self.choked or self.going_on is not None:
            return
        if self.backlog is None:
            self.transport.resume_reading()
        else:
            self.going_on = self.loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        self.going_on = None
        if self.backlog is None or self.transport.is_closing():
            return
        piece = bytes(self.backlog[:AT_ONCE])
        del self.backlog[:AT_ONCE]
        if not self.backlog:
            self.backlog = None
        self._read(piece)
        self._go_on()

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
                self._owe(len(piece))
            elif self.owes:
                self._settle()

    def _fail(self) -> None:
        if self.conn.close_sent is None:  # the handshake is not over yet
            self.transport.close()
        elif not self.close_sent:
            self.handle_parser_exception()

    # A message is one text, however many frames it comes in:

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

    # What the client owes:

    def _owe(self, size: int) -> None:
        if self.owes:
            self.come += size
        elif not self.close_sent:
            self.owes, self.since, self.come = True, self.loop.time(), 0
            self.gateway.arrivals.add(self)

    def _settle(self) -> None:
        self.owes = False
        self.gateway.arrivals.drop(self)

    def look(self, now: float) -> None:
        settings = self.gateway.settings
        if self.close_sent or self.transport.is_closing():
            self._settle()
        elif self.read_paused or self.choked or self.backlog is not None:
            self.since = now  # it is not the client who is late
        elif now - self.since > settings.body_seconds + self.come / settings.body_bytes_per_second:
            self._end(SLOW)

    def _end(self, reason: str) -> None:
        self._settle()
        self.conn.fail(CloseCode.POLICY_VIOLATION, reason)
        self._fail()
