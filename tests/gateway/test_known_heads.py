"""A request whose bytes are known is answered by its connection, as the application answers it."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import SmallSchool

NAME = "query ($id: ID!) { student(id: $id) { displayName courses { title } } }"
LONG = (
    f"query ($id: ID!) {{ student(id: $id) {{ {' '.join(f'f{n}: displayName' for n in range(90))}\
 courses {{ title }} }} }}"
)
OF_ONE = (b"traceparent", b"date")
Headers = dict[bytes, bytes]


@dataclass
class Wire:
    """One connection, and how many requests the application was given over all of them."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    given: list[str]

    async def answer(self) -> tuple[bytes, Headers, bytes]:
        """The next answer's status line, its headers, and its body."""
        async with asyncio.timeout(30):
            head = await self.reader.readuntil(b"\r\n\r\n")
            status, *lines = head[:-4].split(b"\r\n")
            headers = dict(line.split(b": ", 1) for line in lines)
            body = await self.reader.readexactly(int(headers[b"content-length"]))
        return status, headers, body

    async def ask(self, *pieces: bytes) -> tuple[bytes, Headers, bytes]:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.01 if len(pieces) > 1 else 0)
        return await self.answer()


@asynccontextmanager
async def wire(door: FrontDoor) -> AsyncIterator[Wire]:
    host, _, port = door.host.partition(":")
    app: Any = door.app
    given, application = getattr(app, "given", []), app.application
    if not hasattr(app, "given"):

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            given.append(scope["path"])
            await application(scope, receive, send)

        app.given, app.application = given, counted
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Wire(reader, writer, given)
    finally:
        writer.close()


def request(
    door: FrontDoor, token: str, query: str = NAME, more: bytes = b"", **named: Any
) -> bytes:
    asked = {"query": query, "variables": {"id": door.small.id("Student"), **named}}
    body = orjson.dumps(asked)
    return (
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %b\r\n"
        b"Content-Type: application/json\r\n%bContent-Length: %d\r\n\r\n%b"
    ) % (token.encode(), more, len(body), body)


def alike(headers: Headers) -> Headers:
    return {name: value for name, value in headers.items() if name not in OF_ONE}


async def test_a_known_request_is_answered_without_the_application_and_in_the_same_words(
    door: FrontDoor,
) -> None:
    mine = await door.token("the student")
    for more in (b"", b"Accept-Encoding: gzip\r\n", b"Origin: https://elsewhere.example\r\n"):
        for query in (NAME, LONG):
            sent = request(door, mine, query, more)
            async with wire(door) as one:
                first = await one.ask(sent)  # its head is known from now on
                given = len(one.given)
                ids = set()
                for _ in range(3):
                    status, headers, body = await one.ask(sent)
                    assert (status, alike(headers), body) == (first[0], alike(first[1]), first[2])
                    ids.add(headers[b"traceparent"])
                assert len(ids) == 3
                assert len(one.given) == given
            if b"gzip" in more and query is LONG:
                assert b"f89" in gzip.decompress(body)
    # Another question by a known head, and a known question by another head.
    async with wire(door) as one:
        other = request(door, mine, NAME, unused=1)
        await one.ask(other)
        given = len(one.given)
        await one.ask(other)
        assert len(one.given) == given
        theirs = request(door, await door.token("guardian of another"))
        *_, body = await one.ask(theirs)
        assert orjson.loads(body) == {"data": {"student": None}}


async def test_whatever_is_not_one_whole_known_request_takes_the_usual_way(door: FrontDoor) -> None:
    mine = await door.token("the student")
    sent = request(door, mine)
    async with wire(door) as one:
        _, _, wanted = await one.ask(sent)
        await one.ask(sent)
        given = len(one.given)
        cut = sent.index(b"\r\n\r\n") + 2
        for pieces in ((sent[:30], sent[30:]), (sent[:cut], sent[cut:]), (sent[:-1], sent[-1:])):
            assert (await one.ask(*pieces))[2] == wanted
        assert len(one.given) == given + 3
        one.writer.write(sent + sent + sent[:40])  # pipelined, and the beginning of one more
        assert [(await one.answer())[2] for _ in range(2)] == [wanted, wanted]
        assert (await one.ask(sent[40:]))[2] == wanted
        for _ in range(3):  # while the first waits, the next come
            one.writer.write(sent)
            await asyncio.sleep(0)
        assert [(await one.answer())[2] for _ in range(3)] == [wanted] * 3
        assert (await one.ask(sent))[2] == wanted
        traced = request(door, mine, more=b"traceparent: 00-%032x-%016x-01\r\n" % (5, 7))
        for _ in range(3):
            _, headers, _ = await one.ask(traced)
            assert headers[b"traceparent"] == b"00-%032x-%016x-01" % (5, 7)
        short = sent.replace(b"Content-Length: ", b"Content-Length: 0")
        assert (await one.ask(short))[2] == wanted  # the same number
        broken = sent[:-1] + b"!"
        assert b"not valid JSON" in (await one.ask(broken))[2]
        last = request(door, mine, more=b"Connection: close\r\n")
        assert (await one.ask(last))[2] == wanted
        assert await one.reader.read() == b""


async def test_a_known_request_is_answered_anew_after_a_change_and_refused_after_the_session(
    door: FrontDoor,
) -> None:
    head, mine = await door.token("the head"), await door.token("the student")
    sent = request(door, mine)
    async with wire(door) as one:
        for _ in range(3):
            _, _, before = await one.ask(sent)
        name = {"id": door.small.id("Student"), "givenName": "Rowan"}
        changed = await door.do("changeStudent", "", head, **name)
        assert changed["errors"] == []
        _, _, after = await one.ask(sent)
        assert b"Rowan" in after
        assert b"Rowan" not in before
        assert (await one.ask(sent))[2] == after
        await door.ask("mutation { signOut { errors { code } } }", mine)
        *_, refused = await one.ask(sent)
        assert b"UNAUTHENTICATED" in refused
        assert b"Rowan" not in refused


async def test_a_process_that_is_drained_answers_what_waits_and_then_closes(
    small_url: str, small_school: SmallSchool
) -> None:
    async with front_door(small_url, small_school) as door, wire(door) as one:
        sent = request(door, await door.token("the student"))
        for _ in range(2):
            _, _, wanted = await one.ask(sent)
        looks = door.app.state.process.kept._looks
        looked, go = looks._look, asyncio.Event()

        async def waits() -> bool:
            await go.wait()
            return bool(await looked())

        looks._look = waits
        one.writer.write(sent)
        await asyncio.sleep(0.1)
        asyncio.get_running_loop().call_later(0.3, go.set)
        (connection,) = (each for each in door.app.state.gateway.read_timeouts._connections
                         if each._waits)  # fmt: skip
        connection.shutdown()
        _, headers, body = await one.answer()
        assert (headers[b"connection"], body) == (b"close", wanted)
        assert await one.reader.read() == b""
