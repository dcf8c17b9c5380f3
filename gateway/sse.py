"""Server-sent events in the "distinct connections" mode of graphql-sse."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse

from domain.errors import Code
from gateway.draining import Draining
from gateway.execution import Answer, Context, Contexts, Engine, Prepared, StreamedAnswer

FIRST = asyncio.FIRST_COMPLETED
COMPLETE = b"event: complete\ndata:\n\n"
KEEP_ALIVE = b":\n\n"
RETRY_MILLISECONDS = (500, 3_000)
"""The range of milliseconds after which a browser reconnects. Each gets a random value, so that
they do not reconnect at once."""
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept", "X-Accel-Buffering": "no"}
MEDIA = "text/event-stream; charset=utf-8"
TEMPORARY = frozenset({Code.INTERNAL, Code.TIMEOUT})
"""Codes of errors after which a stream should be resumed; RESYNC too, once it has sent a cursor."""


def one_event(answer: Answer) -> Response:
    return Response(next_event(answer) + COMPLETE, headers=HEADERS, media_type=MEDIA)


def event_stream(
    engine: Engine,
    prepared: Prepared,
    contexts: Contexts,
    *,
    last_event_id: str | None,
    keep_alive: float,
    draining: Draining,
) -> Response:
    """Stream a subscription. A browser that reconnects sends the last event id: it becomes the
    variable `$after` if the subscription has that, or else the context's `resume_after`."""
    if last_event_id and prepared.has_variable("after"):
        resumed = prepared.operation.with_variable("after", last_event_id)
        prepared = replace(prepared, operation=resumed)
        last_event_id = None
    begun: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def resuming_context() -> Context:
        context = await contexts()
        context.begun = begun.set_result
        if last_event_id:
            context.resume_after = last_event_id
        return context

    events = frames(engine.stream(prepared, resuming_context), begun, keep_alive, draining)
    return StreamingResponse(events, headers=HEADERS, media_type=MEDIA)


async def frames(
    stream: AsyncGenerator[StreamedAnswer, None],
    begun: asyncio.Future[str],
    keep_alive: float,
    draining: Draining,
) -> AsyncIterator[bytes]:
    """The events as bytes, with a comment after `keep_alive` seconds of silence.

    First comes the cursor at which the stream begins, without an event: a browser that reconnects
    before the first event resumes there. If the process drains, or the stream fails temporarily, it
    ends without `complete`, so that browsers reconnect.
    """
    yield b"retry: %d\n\n" % random.randint(*RETRY_MILLISECONDS)  # noqa: S311  no secret
    upcoming: asyncio.Future[StreamedAnswer] | None = None
    drained: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    marked = False

    async def drain() -> None:
        drained.set_result(None)

    try:
        with draining.on_drain(drain):
            while not drained.done():
                upcoming = upcoming or asyncio.ensure_future(anext(stream))
                either: set[asyncio.Future[Any]] = {upcoming, drained}
                await asyncio.wait(
                    either if begun.done() else {*either, begun},
                    timeout=keep_alive,
                    return_when=FIRST,
                )
                if begun.done() and not marked:
                    marked = True
                    yield b"id: %s\n\n" % begun.result().encode()
                elif upcoming.done():
                    answer, cursor = upcoming.result()
                    upcoming = None
                    if breaks_off(answer, marked):
                        yield b": %s\n\n" % orjson.dumps(answer)
                        return
                    marked = marked or cursor is not None
                    yield next_event(answer, cursor)
                elif not drained.done():
                    yield KEEP_ALIVE
    except StopAsyncIteration:
        yield COMPLETE
    finally:
        await _stop(stream, upcoming)


async def _stop(
    stream: AsyncGenerator[StreamedAnswer, None], upcoming: asyncio.Future[StreamedAnswer] | None
) -> None:
    if upcoming is not None:
        upcoming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await upcoming
    await stream.aclose()


def breaks_off(answer: Answer, marked: bool) -> bool:
    """Whether the stream ends with this answer and should be resumed after the last cursor."""
    if "data" in answer:
        return False
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    return not TEMPORARY.isdisjoint(codes) or (marked and Code.RESYNC in codes)


def next_event(answer: Answer, cursor: str | None = None) -> bytes:
    id_ = b"id: " + cursor.encode() + b"\n" if cursor else b""
    return id_ + b"event: next\ndata: " + orjson.dumps(answer) + b"\n\n"
