"""What arrives before a request or a message is whole: how much that may be, and how slow."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import pytest_asyncio

from gateway.server import Server
from tests.gateway import toy
from tests.gateway.test_dead_peers import UPGRADE, frame

LIMIT = 65_536
GET = b"GET /healthz HTTP/1.1\r\nHost: gradebook\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: gradebook\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
QUERY = b'{"query": "{ double(number: 2) }"}'
ONE_CHUNK = b"%x\r\n%s\r\n" % (len(QUERY), QUERY)
INIT = frame({"type": "connection_init", "payload": {"a": "x" * 100}})
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest_asyncio.fixture(scope="module")
async def served() -> AsyncIterator[tuple[str, Server]]:
    async with toy.served(toy.app()) as served:
        yield served


@pytest_asyncio.fixture(scope="module")
async def hurried() -> AsyncIterator[tuple[str, Server]]:
    """Where a client may take half a second."""
    settings = {"header_seconds": 0.5, "body_seconds": 0.5, "init_seconds": 0.5}
    async with toy.served(toy.app(**settings)) as served:
        yield served


@asynccontextmanager
async def connected(host: str) -> AsyncIterator[Connection]:
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def said(reader: asyncio.StreamReader) -> tuple[int, Any]:
    """The status and the JSON of the next answer."""
    async with asyncio.timeout(20):
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = [
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ]
        body = await reader.readexactly(length)
    return int(head.split()[1]), json.loads(body)


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What comes until the gateway closes the connection."""
    async with asyncio.timeout(20):
        return await reader.read()


async def cut_off(reader: asyncio.StreamReader) -> bytes:
    """As `ended`, for a client that goes on sending: to what comes after the end the system answers
    with a reset, of which `read()` without a number would tell instead of what has come."""
    told = b""
    async with asyncio.timeout(20):
        with suppress(ConnectionError):
            while more := await reader.read(65_536):
                told += more
    return told


async def refused(host: str, *pieces: bytes) -> tuple[int, str, str]:
    """The status, the code and the message, after which the connection is closed."""
    async with connected(host) as (reader, writer):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        status, answer = await said(reader)
        assert await ended(reader) == b""
    [error] = answer["errors"]
    return status, error["extensions"]["code"], error["message"]


HEAD_TOO_LARGE = "A request's line and headers may have 65536 bytes together."
AROUND_TOO_LARGE = "A body's trailers and chunk extensions may have 65536 bytes together."


def filled(before: bytes, after: bytes, size: int) -> bytes:
    return before + b"x" * (size - len(before) - len(after)) + after


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (GET + b"A: ", b"\r\n\r\n", 431),
        (GET + b"A", b": x\r\n\r\n", 431),
        (b"GET /healthz?", b" HTTP/1.1\r\nHost: gradebook\r\n\r\n", 414),
    ],
    ids=["a value", "a name", "the URL"],
)
async def test_a_line_and_headers_of_64_kb_are_answered_and_a_byte_more_is_refused(
    served: tuple[str, Server], before: bytes, after: bytes, status: int
) -> None:
    host, _ = served
    async with connected(host) as (reader, writer):
        for _ in range(2):  # the second is counted by itself
            writer.write(filled(before, after, LIMIT))
            assert await said(reader) == (200, {"status": "ok"})
    one_more = filled(before, after, LIMIT + 1)
    assert await refused(host, one_more) == (status, "LIMIT_EXCEEDED", HEAD_TOO_LARGE)
    apart = (one_more[start : start + 10_000] for start in range(0, len(one_more), 10_000))
    assert await refused(host, *apart) == (status, "LIMIT_EXCEEDED", HEAD_TOO_LARGE)


ENDLESS: list[tuple[bytes, bytes, int]] = [
    (GET, b"a: b\r\n", 431),
    (GET + b"A: ", b"x" * 1_000, 431),
    (b"GET /", b"x" * 1_000, 414),
    (b"", b"\r\n" * 500, 431),
    (UPGRADE[:-2], b"A: b\r\n", 431),
    (CHUNKED + ONE_CHUNK + b"0\r\n", b"A: b\r\n", 431),
    (CHUNKED + ONE_CHUNK + b"0\r\nA: ", b"x" * 1_000, 431),
    (CHUNKED + b"2;", b"x" * 1_000, 431),
    (CHUNKED, b"1;" + b"x" * 100 + b"\r\n \r\n", 431),
]


@pytest.mark.parametrize(
    ("first", "then", "status"),
    ENDLESS,
    ids=[
        "headers", "one header", "the URL", "empty lines", "headers of an upgrade",
        "trailers", "one trailer", "one extension", "extensions",
    ],
)  # fmt: skip
async def test_what_never_ends_is_refused_before_twice_the_bound_is_read(
    served: tuple[str, Server], first: bytes, then: bytes, status: int
) -> None:
    host, _ = served
    message = AROUND_TOO_LARGE if first.startswith(CHUNKED) else HEAD_TOO_LARGE
    much = first + then * (2 * LIMIT // len(then))
    assert await refused(host, much) == (status, "LIMIT_EXCEEDED", message)


async def test_as_many_headers_as_a_websocket_may_have_and_no_more(
    served: tuple[str, Server],
) -> None:
    host, _ = served
    async with connected(host) as (reader, writer):
        writer.write(GET + b"a:\r\n" * 127 + b"\r\n")
        assert await said(reader) == (200, {"status": "ok"})
    much = GET + b"a:\r\n" * 128 + b"\r\n"
    message = "A request may have 128 headers."
    assert await refused(host, much) == (431, "LIMIT_EXCEEDED", message)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"A: " + b"x" * 9_000, b"431 Request Header Fields Too Large"),
        (b"Content-Length: 10", b"400 Bad Request"),
    ],
)
async def test_a_header_that_no_websocket_may_have_does_not_leave_its_client_waiting(
    served: tuple[str, Server], header: bytes, status: bytes
) -> None:
    async with connected(served[0]) as (reader, writer):
        writer.write(UPGRADE[:-2] + header + b"\r\n\r\n")
        assert (await ended(reader)).startswith(b"HTTP/1.1 " + status + b"\r\n")


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Cookie", 'gradebook_session="' + "\\\\" * 30_000 + '"', 200),
        ("Cookie", "gradebook_session;" * 3_000, 200),
        ("Accept", "*/*," * 15_000, 200),
        ("Accept", ";" * 60_000, 406),
        ("Content-Type", "application/json" + ";a=b" * 15_000, 200),
    ],
    ids=["a quoted cookie", "cookies", "wishes", "a wish", "parameters"],
)
async def test_a_header_of_60_kb_is_read_without_holding_others_up(
    served: tuple[str, Server], name: str, value: str, status: int
) -> None:
    """Python's own reader of cookies would take half a minute of the first."""
    headers = {"Content-Type": "application/json", "Accept": "application/json", name: value}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    async with connected(served[0]) as (reader, writer):
        begun = time.process_time()
        writer.write(b"POST /graphql HTTP/1.1\r\nHost: gradebook\r\n" + head.encode())
        writer.write(b"Content-Length: %d\r\n\r\n" % len(QUERY) + QUERY)
        assert (await said(reader))[0] == status
        assert time.process_time() - begun < 2


async def test_a_query_string_has_no_more_parameters_than_anybody_needs(
    served: tuple[str, Server],
) -> None:
    async with connected(served[0]) as (reader, writer):
        for count, status in ((99, 200), (100, 400)):
            writer.write(b"GET /graphql?query={viewer}" + b"&a=" * count + b" HTTP/1.1\r\n")
            writer.write(b"Host: gradebook\r\nX-Gradebook-Client: test\r\n\r\n")
            assert (await said(reader))[0] == status


async def test_trailers_are_read_and_become_headers_of_nothing(served: tuple[str, Server]) -> None:
    viewer = b'{"query": "{ viewer }"}'
    token = b"Authorization: Bearer token-of-anna\r\n"
    async with connected(served[0]) as (reader, writer):
        for _ in range(2):
            chunk = b"%x;a=b\r\n%s\r\n" % (len(viewer), viewer)
            writer.write(CHUNKED + chunk + b"0\r\n" + token + b"\r\n")
            assert await said(reader) == (200, {"data": {"viewer": None}})


async def test_requests_that_come_at_once_are_answered_in_their_order_however_many(
    served: tuple[str, Server],
) -> None:
    host, server = served
    async with connected(host) as (reader, writer):
        for number in range(500):
            query = b"query ($it: Int!) { double(number: $it) }"
            body = b'{"query": "%s", "variables": {"it": %d}}' % (query, number)
            writer.write(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        for number in range(500):
            assert await said(reader) == (200, {"data": {"double": 2 * number}})
            [connection] = server.server_state.connections
            assert len(connection.pipeline) < 50  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (GET, "The request's headers took too long."),
        (b"\r\n", "The request's headers took too long."),
        (UPGRADE[:-2], "The request's headers took too long."),
        (POST + b"Content-Length: 100\r\n\r\n{", "The request's body came too slowly."),
        (CHUNKED + b"1;", "The request's body came too slowly."),
    ],
    ids=["headers", "an empty line", "an upgrade", "a body", "an extension"],
)
async def test_who_is_late_is_told_so(
    hurried: tuple[str, Server], sent: bytes, message: str
) -> None:
    assert await refused(hurried[0], sent) == (408, "TIMEOUT", message)


DRIPS: list[tuple[bytes, bytes, bytes]] = [
    (GET, b"a: b\r\n", b"HTTP/1.1 408 "),
    (POST + b"Content-Length: 100000\r\n\r\n", b" ", b"HTTP/1.1 408 "),
    (CHUNKED + b"1;", b"x", b"HTTP/1.1 408 "),
    (UPGRADE, b"\x8a\x80\0\0\0\0", b"HTTP/1.1 101 "),
]


@pytest.mark.parametrize(
    ("first", "drip", "answer"), DRIPS, ids=["headers", "body", "extension", "pongs"]
)
async def test_a_drip_is_late_too(
    hurried: tuple[str, Server], first: bytes, drip: bytes, answer: bytes
) -> None:
    async with connected(hurried[0]) as (reader, writer):
        writer.write(first)
        ending = asyncio.create_task(cut_off(reader))
        while not ending.done():
            writer.write(drip)
            await asyncio.wait({ending}, timeout=0.05)
        assert (await ending).startswith(answer)


async def test_a_body_that_comes_on_may_take_longer(hurried: tuple[str, Server]) -> None:
    async with connected(hurried[0]) as (reader, writer):
        writer.write(POST + b"Content-Length: 16000\r\n\r\n")
        for _ in range(10):  # three times as long as a body that stops, at twenty times the floor
            writer.write(b" " * 1_500)
            await asyncio.sleep(0.15)
        writer.write(QUERY + b" " * (1_000 - len(QUERY)))
        assert await said(reader) == (200, {"data": {"double": 4}})


async def test_who_says_nothing_is_let_go_without_a_word(hurried: tuple[str, Server]) -> None:
    async with connected(hurried[0]) as (reader, _):
        assert await ended(reader) == b""


async def test_who_waits_for_an_answer_is_not_late_and_neither_is_who_follows(
    hurried: tuple[str, Server],
) -> None:
    body = b'{"query": "mutation { waits }"}'
    toy.world.gate.clear()
    async with connected(hurried[0]) as (reader, writer):
        writer.write(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        writer.write(POST + b"Content-Length: %d\r\n\r\n" % (len(QUERY) + 1) + QUERY)
        await asyncio.sleep(1.5)
        toy.world.gate.set()
        assert await said(reader) == (200, {"data": {"waits": True}})
        writer.write(b" ")
        assert await said(reader) == (200, {"data": {"double": 4}})


@pytest.mark.parametrize("rest", [b"", b" " * 9, b" " * 10], ids=["none", "a part", "all"])
async def test_a_body_that_nobody_wants_keeps_no_connection_open(
    hurried: tuple[str, Server], rest: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hurried[1].config, "timeout_keep_alive", 1)
    async with connected(hurried[0]) as (reader, writer):
        writer.write(b"POST /healthz HTTP/1.1\r\nHost: gradebook\r\nContent-Length: 10\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(rest)
        await ended(reader)


@pytest.mark.parametrize("introduced", [False, True])
@pytest.mark.parametrize(
    "begun", [b"\x81", b"\x81\xfe\x10\0\0\0\0\0 ", b"\x01\x81\0\0\0\0x"], ids=["1", "2", "3"]
)
async def test_a_message_that_is_never_whole_ends_its_socket(
    hurried: tuple[str, Server], introduced: bool, begun: bytes
) -> None:
    async with connected(hurried[0]) as (reader, writer):
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        if introduced:
            writer.write(INIT)
            assert b"connection_ack" in await reader.read(1_000)
        writer.write(begun)
        told = await ended(reader)
    if introduced:
        assert told == b"\x88\x1b\x03\xf0A message came too slowly"


async def test_a_message_in_many_frames_is_one_text_and_in_too_many_none(
    served: tuple[str, Server],
) -> None:
    host, _ = served
    text = b'{"type": "connection_init"}'
    begun, goes_on, last = b"\x01\x80\0\0\0\0", b"\x00\x80\0\0\0\0", b"\x80\x9b\0\0\0\0" + text
    for between, answer in ((998, b"connection_ack"), (999, b"A message may come in 1000 frames")):
        async with connected(host) as (reader, writer):
            writer.write(UPGRADE)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(begun + goes_on * between + last)
            assert answer in await reader.read(1_000)


async def test_who_does_not_read_pongs_is_not_read_from(served: tuple[str, Server]) -> None:
    """Where uvicorn would hold an answer to each of them."""
    host, server = served
    ping = b"\x89\xfd" + bytes(4) + b"x" * 125
    async with connected(host) as (reader, writer):
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(3_000):
            writer.write(ping * 50)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await writer.drain()
        [socket] = server.server_state.connections
        assert socket.transport.get_write_buffer_size() < 500_000
        assert len(socket.backlog) < 1_000_000  # type: ignore[union-attr]


async def test_messages_that_come_at_once_are_answered_in_their_order(
    served: tuple[str, Server],
) -> None:
    async with connected(served[0]) as (reader, writer):
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        for number in range(5_000):
            writer.write(frame({"type": "ping", "payload": {"number": number, "fill": "x" * 99}}))
        for number in range(5_000):
            text = await asyncio.wait_for(reader.readuntil(b"}}"), 20)
            assert b'"number":%d,' % number in text


LEAVINGS: list[Callable[[bytes], bytes]] = [
    lambda body: POST + b"Content-Length: 1000\r\n\r\n" + body,
    lambda body: CHUNKED + b"ff\r\n" + body,
    lambda body: CHUNKED + ONE_CHUNK + b"0\r\nA",
    lambda _: GET,
    lambda body: b"\x81\xfe\x10\0" + bytes(4) + body,
]


@pytest.mark.parametrize("sent", LEAVINGS, ids=["body", "chunk", "trailer", "headers", "frame"])
@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_client_that_leaves_in_the_middle_is_no_error(
    served: tuple[str, Server],
    caplog: pytest.LogCaptureFixture,
    sent: Callable[[bytes], bytes],
    abruptly: bool,
) -> None:
    host, server = served
    with caplog.at_level(logging.WARNING):
        async with connected(host) as (reader, writer), asyncio.timeout(20):
            if sent(b"").startswith(b"\x81"):
                writer.write(UPGRADE)
                await reader.readuntil(b"\r\n\r\n")
            writer.write(sent(QUERY))
            while not server.gateway.read_timeouts.count_incomplete():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            if not abruptly:
                writer.close()
                await writer.wait_closed()
        async with asyncio.timeout(20):
            while server.server_state.connections or server.server_state.tasks:
                await asyncio.sleep(0.01)
    assert caplog.records == []
    assert len(server.gateway.read_timeouts) == 0
    assert server.gateway.connection_limits.connections.holders() == 0


async def test_a_client_that_leaves_before_the_answers_to_what_it_asked_at_once_is_no_error(
    served: tuple[str, Server], caplog: pytest.LogCaptureFixture
) -> None:
    host, server = served
    body = b'{"query": "mutation { waits }"}'
    toy.world.gate.clear()
    with caplog.at_level(logging.WARNING):
        async with connected(host) as (_, writer), asyncio.timeout(20):
            writer.write(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            writer.write((GET + b"\r\n") * 3)
            while not toy.world.waiting:
                await asyncio.sleep(0.01)
            [connection] = server.server_state.connections
            connection.transport.abort()
            await asyncio.sleep(0.05)
            toy.world.gate.set()
            while server.server_state.connections or server.server_state.tasks:
                await asyncio.sleep(0.01)
    assert caplog.records == []
    assert connection._answered.disconnected  # type: ignore[union-attr]
