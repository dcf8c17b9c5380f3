"""GraphQL over WebSockets with the sub-protocol graphql-transport-ws."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from contextlib import aclosing, suppress
from typing import Any, cast

import orjson
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.connection_limits import QuotaExceeded, Slot
from gateway.draining import REASON, RESTARTS
from gateway.errors import OperationError, RequestError, Unauthenticated, internal, limit_exceeded
from gateway.execution import Answer, Context, Contexts, rejection
from gateway.gateway import Gateway
from gateway.operations import NotPersisted, Operation, read_json, read_operation
from gateway.session import bearer

log = logging.getLogger("gradebook")
PROTOCOL = "graphql-transport-ws"
TRY_LATER = 1013
"""The WebSocket close code "Try Again Later"."""
STREAMS_END_SECONDS = 0.5
"""How long the streams of a session that has ended may take to tell it."""
RETRY_AFTER = "30"
"""The Retry-After header, in seconds, of a client with too many WebSockets."""


class Closed(Exception):
    """Raised to close the socket with a code and a reason of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebSocketEndpoint:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._warned = False

    async def serve(self, socket: WebSocket) -> None:
        """Check the origin, since pages of other sites could open a socket with our cookie, and
        serve the socket."""
        if self.gateway.cookie.of(socket) is not None and not self.gateway.lets_in(socket):
            await socket.send_denial_response(PlainTextResponse(self._wrong(socket), 403))
        elif PROTOCOL not in socket.scope.get("subprotocols", []):
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
        else:
            await self._admit(socket)

    async def _admit(self, socket: WebSocket) -> None:
        try:
            slot = self.gateway.connection_limits.sockets.at(self.gateway.address_of(socket))
        except QuotaExceeded as full:
            denied = PlainTextResponse(str(full), 429, {"Retry-After": RETRY_AFTER})
            return await socket.send_denial_response(denied)
        try:
            await socket.accept(PROTOCOL)
            await Connection(socket, self.gateway).serve()
        finally:
            slot.release()

    def _wrong(self, socket: WebSocket) -> str:
        """Why the page is refused. Browsers do not show it, so it is logged too, but only once, as
        any page may try."""
        page = socket.headers.get("origin", "")
        host = self.gateway.proxies.host_of(socket)
        why = f"Wrong origin: a WebSocket with a cookie was asked for by a page of {page[:200]!r}"
        why += (
            ", which GRADEBOOK_PUBLIC_URL does not name."
            if self.gateway.origins.named
            else f", and the host is {host[:200]!r}. Where a proxy has rewritten Host, set"
            " GRADEBOOK_PUBLIC_URL to the address that browsers know."
        )
        if not self._warned:
            self._warned = True
            log.warning(why)
        return why


class Connection:
    """One client's socket and its operations; small, as there are thousands."""

    __slots__ = (
        "account", "answering", "closing", "contexts", "gateway", "init_timer", "initialised",
        "operations", "slot", "socket",
    )  # fmt: skip

    def __init__(self, socket: WebSocket, gateway: Gateway) -> None:
        self.socket = socket
        self.gateway = gateway
        self.contexts: Contexts | None = None
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.answering: frozenset[asyncio.Task[None]] = frozenset()
        """The operations that are not known to be subscriptions."""
        self.initialised = False
        self.slot: Slot | None = None
        """The account's slot, once the account is known."""
        self.account: Hashable | None = None
        self.init_timer: asyncio.TimerHandle | None = None
        self.closing: asyncio.Future[None] | None = None
        """Closes the socket of a client that does not send `connection_init`, or whose session has
        ended."""

    async def serve(self) -> None:
        seconds = self.gateway.settings.init_seconds
        self.init_timer = asyncio.get_running_loop().call_later(seconds, self._expect_init)
        try:
            with self.gateway.draining.on_drain(self._leave):
                while True:
                    message = await self._receive()
                    await HANDLERS[message["type"]](self, message)
                    del message  # an idle socket keeps no message
        except Closed as closed:
            await self._close(closed)
        except WebSocketDisconnect:
            pass
        finally:
            self._cancel_init_timer()
            if self.slot is not None:
                self.slot.release()
                self.gateway.open_sockets.remove(self.account, self)
            running = list(self.operations.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _expect_init(self) -> None:
        """Close the socket; called by a timer, not by a task, as there are thousands."""
        late = Closed(4408, "Connection initialisation timeout")
        self.closing = asyncio.ensure_future(self._close(late))

    def _cancel_init_timer(self) -> None:
        if self.init_timer is not None:
            self.init_timer.cancel()
            self.init_timer = None

    async def _leave(self) -> None:
        """Finish queries and mutations, then close; clients resume subscriptions elsewhere."""
        if waiting := self.answering.intersection(self.operations.values()):
            await asyncio.wait(waiting)
        await self._close(Closed(RESTARTS, REASON))

    async def _receive(self) -> dict[str, Any]:
        """The next message; closes the socket if it is not an object of a known type."""
        event = await self.socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event["code"])
        text = event.get("text")
        if text is None:
            raise Closed(4400, "Messages must be text")
        try:
            message = read_json(text, "The message")
        except RequestError as refused:
            raise Closed(4400, _reason(refused.message)) from None
        if not isinstance(message, dict) or message.get("type") not in list(HANDLERS):
            raise Closed(4400, "Invalid message")
        return message

    async def initialise(self, message: dict[str, Any]) -> None:
        """Handle `connection_init`. A bearer token in the payload takes precedence over the cookie.
        An invalid token, or the cookie of an ended session, closes the socket."""
        if self.initialised:
            raise Closed(4429, "Too many initialisation requests")
        self.initialised = True
        self._cancel_init_timer()
        token = _token(_payload(message))
        self.contexts = self.gateway.contexts(self.socket, token)
        self.socket.scope.clear()  # not needed any more
        try:
            async with self.gateway.engine.begin_limit:
                context = await self.contexts()
        except Unauthenticated:
            raise Closed(4403, "Forbidden") from None
        except Exception as error:
            internal(error)
            raise Closed(TRY_LATER, "Try again later") from None
        self._take_slots(context)
        await self.send({"type": "connection_ack"})

    def _take_slots(self, context: Context) -> None:
        """Take a slot of the account; closes the socket if there is none."""
        if context.account is None:
            return
        try:
            self.slot = self.gateway.connection_limits.sockets.of(context.account)
        except QuotaExceeded as full:
            raise Closed(TRY_LATER, _reason(str(full))) from None
        self.account = context.account
        self.gateway.open_sockets.add(context.account, self)

    def expect_session(self) -> None:
        """Close the socket if its session has ended, once its streams have said so."""
        if self.closing is None:
            self.closing = asyncio.ensure_future(self._expect_session())

    async def _expect_session(self) -> None:
        assert self.contexts is not None
        await asyncio.sleep(STREAMS_END_SECONDS)
        self.closing = None  # what changes from now on is looked at anew
        try:
            await self.contexts()
        except Unauthenticated:
            await self._close(Closed(4403, "Forbidden"))
        except Exception as error:
            internal(error)

    async def ping(self, message: dict[str, Any]) -> None:
        payload = _payload(message)
        await self.send(
            {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
        )

    async def pong(self, message: dict[str, Any]) -> None:
        _payload(message)

    async def subscribe(self, message: dict[str, Any]) -> None:
        id_ = _id(message)
        operation: Operation | NotPersisted
        try:
            operation = read_operation(message.get("payload"), self.gateway.persisted)
        except NotPersisted as refused:
            operation = refused
        except RequestError as refused:
            raise Closed(4400, _reason(refused.message)) from None
        if self.contexts is None:
            raise Closed(4401, "Unauthorized")
        if isinstance(operation, NotPersisted):
            return await self._error(id_, operation.answer)
        if self.gateway.draining.begun.is_set():
            # The client should reconnect now, before its turn comes.
            return self.gateway.draining.call_now(self._leave)
        if id_ in self.operations:
            raise Closed(4409, _reason(f"Subscriber for {id_} already exists"))
        limit = self.gateway.settings.max_operations
        if len(self.operations) >= limit:
            too_many = limit_exceeded(f"Over one WebSocket {limit} operations may run at once.")
            return await self._error(id_, rejection(OperationError([too_many])))
        task = asyncio.create_task(self._operate(id_, operation, self.contexts))
        self.operations[id_] = task
        self.answering |= {task}
        return None

    async def complete(self, message: dict[str, Any]) -> None:
        if (task := self.operations.pop(_id(message), None)) is not None:
            task.cancel()

    async def _operate(self, id_: str, operation: Operation, contexts: Contexts) -> None:
        this = cast("asyncio.Task[None]", asyncio.current_task())
        try:
            failed = await self._answers(id_, operation, contexts)
        except Exception as error:
            failed = internal(error)
        finally:
            self.answering -= {this}
            if ended := self.operations.get(id_) is this:
                del self.operations[id_]
        if ended:
            await self._end(id_, failed)

    async def _answers(self, id_: str, operation: Operation, contexts: Contexts) -> Answer | None:
        """Send all answers; returns the error that ends the operation, if any."""
        engine = self.gateway.engine
        try:
            operation.check(self.gateway.settings.max_values)
            prepared = await engine.prepare_in_thread(operation, contexts)
            asked = None if prepared.streams else await engine.ask(prepared)
            context = None if prepared.streams else await contexts()
        except (RequestError, OperationError) as refused:
            refusal = refused.answer if isinstance(refused, RequestError) else rejection(refused)
            engine.watch.refused(refusal)
            return refusal
        if context is not None:
            return await self._next(id_, await engine.run(prepared, context, asked))
        self.answering -= {self.operations[id_]}
        async with aclosing(engine.stream(prepared, contexts)) as stream:
            async for event in stream:
                if failed := await self._next(id_, event.answer):
                    return failed
                del event  # an idle subscription keeps no answer
        return None

    async def _next(self, id_: str, answer: Answer) -> Answer | None:
        if "data" not in answer:
            return answer
        await self.send({"id": id_, "type": "next", "payload": answer})
        return None

    async def _end(self, id_: str, failed: Answer | None) -> None:
        if failed is None:
            await self.send({"id": id_, "type": "complete"})
        else:
            await self._error(id_, failed)

    async def _error(self, id_: str, answer: Answer) -> None:
        await self.send({"id": id_, "type": "error", "payload": answer["errors"]})

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message. If the socket is closed, `serve` notices it and stops everything."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.socket.send_text(orjson.dumps(message).decode())

    async def _close(self, closed: Closed) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.socket.close(closed.code, closed.reason)


HANDLERS: dict[str, Callable[[Connection, dict[str, Any]], Awaitable[None]]] = {
    "connection_init": Connection.initialise,
    "ping": Connection.ping,
    "pong": Connection.pong,
    "subscribe": Connection.subscribe,
    "complete": Connection.complete,
}


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise Closed(4400, "`payload` must be an object")
    return payload


def _id(message: dict[str, Any]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not id_:
        raise Closed(4400, "`id` must be a string")
    return id_


def _token(payload: dict[str, Any] | None) -> str | None:
    """The token in the payload; empty if it is malformed."""
    for name, value in (payload or {}).items():
        if name.lower() == "authorization" and value is not None:
            return bearer(value) if isinstance(value, str) else ""
    return None


def _reason(text: str) -> str:
    """The text shortened to the 123 bytes of a close frame."""
    return text.encode()[:123].decode(errors="ignore")
