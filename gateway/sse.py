"""Answers as server-sent events: the "distinct connections" mode of graphql-sse."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse

from gateway.draining import Draining
from gateway.execution import Answer, Context, Contexts, Engine, Prepared

FIRST = asyncio.FIRST_COMPLETED
COMPLETE = b"event: complete\ndata:\n\n"
KEEP_ALIVE = b":\n\n"
AGAIN = (500, 3_000)
"""Milliseconds until a browser whose stream broke off connects again: each another while, so that
they do not come all at once."""
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept", "X-Accel-Buffering": "no"}
MEDIA = "text/event-stream; charset=utf-8"


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
    """A browser that reconnects names the last event it saw: it goes on as `$after`, where the
    subscription has that variable, or else as what the context says."""
    if last_event_id and prepared.has_variable("after"):
        resumed = prepared.operation.with_variable("after", last_event_id)
        prepared = replace(prepared, operation=resumed)
    elif last_event_id:
        contexts = resumed_after(last_event_id, contexts)
    answers = engine.stream(prepared, contexts)
    told = frames(answers, keep_alive, draining)
    return StreamingResponse(told, headers=HEADERS, media_type=MEDIA)


def resumed_after(last_event_id: str, contexts: Contexts) -> Contexts:
    async def resumed() -> Context:
        context = await contexts()
        context.resume_after = last_event_id
        return context

    return resumed


async def frames(
    answers: AsyncGenerator[Answer, None], keep_alive: float, draining: Draining
) -> AsyncIterator[bytes]:
    """The events as bytes, with a comment wherever nothing was said for `keep_alive` seconds.

    Where the process drains they break off without `complete`, so that a browser connects again.
    """
    yield b"retry: %d\n\n" % random.randint(*AGAIN)  # noqa: S311  no secret
    upcoming: asyncio.Future[Answer] | None = None
    left: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def leave() -> None:
        left.set_result(None)

    try:
        with draining.guest(leave):
            while not left.done():
                upcoming = upcoming or asyncio.ensure_future(anext(answers))
                either: set[asyncio.Future[Any]] = {upcoming, left}
                await asyncio.wait(either, timeout=keep_alive, return_when=FIRST)
                if upcoming.done():
                    answer = upcoming.result()
                    upcoming = None
                    yield next_event(answer)
                elif not left.done():
                    yield KEEP_ALIVE
    except StopAsyncIteration:
        yield COMPLETE
    finally:
        await _stop(answers, upcoming)


async def _stop(
    answers: AsyncGenerator[Answer, None], upcoming: asyncio.Future[Answer] | None
) -> None:
    if upcoming is not None:
        upcoming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await upcoming
    await answers.aclose()


def next_event(answer: Answer) -> bytes:
    cursor = cursor_of(answer)
    id_ = b"id: " + cursor.encode() + b"\n" if cursor else b""
    return id_ + b"event: next\ndata: " + orjson.dumps(answer) + b"\n\n"


def cursor_of(answer: Answer) -> str | None:
    """The cursor that the event's root field was asked for, if it fits a line."""
    for value in (answer.get("data") or {}).values():
        cursor = value.get("cursor") if isinstance(value, dict) else None
        if isinstance(cursor, str) and cursor.isprintable():
            return cursor
    return None
