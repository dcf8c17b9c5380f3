"""The sub-protocol graphql-transport-ws, spoken with a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from websockets import ClientConnection, Subprotocol, connect
from websockets.exceptions import InvalidStatus

from tests.gateway import toy

PROTOCOL = Subprotocol("graphql-transport-ws")
COOKIE = {"Cookie": "gradebook_session=token-of-anna"}
INIT = {"type": "connection_init"}
FOREVER = "subscription { forever { cursor } }"
VIEWER = "{ viewer }"


@pytest_asyncio.fixture(scope="module")
async def host() -> AsyncIterator[str]:
    app = toy.app(max_body_bytes=2_000, timeout_seconds=0.2, max_operations=3)
    async with toy.running(app) as host:
        yield host


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A test may end these sessions."""
    sessions = dict(toy.world.sessions)
    monkeypatch.setattr(toy.world, "sessions", sessions)
    return sessions


@asynccontextmanager
async def opened(host: str, **headers: str) -> AsyncIterator[ClientConnection]:
    async with connect(
        f"ws://{host}/graphql", subprotocols=[PROTOCOL], additional_headers=headers
    ) as socket:
        yield socket


@asynccontextmanager
async def ready(host: str, **headers: str) -> AsyncIterator[ClientConnection]:
    async with opened(host, **headers) as socket:
        await send(socket, INIT)
        assert await receive(socket) == {"type": "connection_ack"}
        yield socket


async def send(socket: ClientConnection, message: Any) -> None:
    await socket.send(json.dumps(message))


async def receive(socket: ClientConnection) -> Any:
    async with asyncio.timeout(20):
        return json.loads(await socket.recv())


async def subscribe(socket: ClientConnection, id_: str, query: str, **more: Any) -> None:
    await send(socket, {"id": id_, "type": "subscribe", "payload": {"query": query, **more}})


async def closing(socket: ClientConnection) -> tuple[int | None, str | None]:
    """The code and the reason that the gateway closes the socket with."""
    async with asyncio.timeout(20):
        await socket.wait_closed()
    return socket.close_code, socket.close_reason


async def test_events_come_one_by_one_and_then_the_end(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", "subscription { ticks(to: 2) { number } }")
        for number in (1, 2):
            data = {"data": {"ticks": {"number": number}}}
            assert await receive(socket) == {"id": "1", "type": "next", "payload": data}
        assert await receive(socket) == {"id": "1", "type": "complete"}


async def test_a_query_and_a_mutation_are_answered_once(host: str) -> None:
    async with ready(host) as socket:
        query = "query ($n: Int!) { double(number: $n) }"
        await subscribe(socket, "1", query, variables={"n": 2})
        answer = {"data": {"double": 4}}
        assert await receive(socket) == {"id": "1", "type": "next", "payload": answer}
        assert await receive(socket) == {"id": "1", "type": "complete"}
        await subscribe(socket, "1", "mutation { signOut }")
        assert (await receive(socket))["payload"] == {"data": {"signOut": True}}


async def test_an_error_of_a_field_comes_beside_the_data(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", "{ secret }")
        payload = (await receive(socket))["payload"]
        assert payload["data"] == {"secret": None}
        assert payload["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "BAD_INPUT"),
        ("", "BAD_INPUT"),
        ("{ nothing }", "BAD_INPUT"),
        ("query ($n: Int!) { double(number: $n) }", "BAD_INPUT"),
        ("subscription ($n: Int!) { ticks(to: $n) { number } }", "BAD_INPUT"),
        ("{ book" + "{ shelf" * 20 + "{ title }" + "}" * 21, "LIMIT_EXCEEDED"),
        ("{ slow }", "TIMEOUT"),
    ],
)
async def test_an_operation_that_may_not_run_ends_in_an_error(
    host: str, query: str, code: str
) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", query)
        message = await receive(socket)
        assert (message["id"], message["type"]) == ("1", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]


async def test_a_variable_that_cannot_be_stored_ends_its_own_operation_alone(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", FOREVER)
        await receive(socket)
        await subscribe(socket, "2", VIEWER, variables={"a": ["\0"]})
        while (message := await receive(socket))["id"] != "2":
            pass
        error = {
            "message": "`variables` may not contain the character U+0000.",
            "extensions": {"code": "BAD_INPUT"},
        }
        assert message == {"id": "2", "type": "error", "payload": [error]}
        assert (await receive(socket))["type"] == "next"


async def test_a_stream_that_breaks_off_says_why(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", "subscription { expired { number } }")
        assert (await receive(socket))["type"] == "next"
        error = {"message": "The cursor has expired.", "extensions": {"code": "RESYNC"}}
        assert await receive(socket) == {"id": "1", "type": "error", "payload": [error]}


async def test_operations_run_side_by_side(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", FOREVER)
        await subscribe(socket, "2", VIEWER)
        while (message := await receive(socket))["id"] != "2":
            pass
        assert message["payload"] == {"data": {"viewer": None}}


async def test_complete_from_the_client_stops_the_source(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", FOREVER)
        await receive(socket)
        assert toy.world.running == 1
        await send(socket, {"id": "1", "type": "complete"})
        await subscribe(socket, "1", VIEWER)
        while "viewer" not in (await receive(socket)).get("payload", {}).get("data", {}):
            pass
        assert toy.world.running == 0
        assert await receive(socket) == {"id": "1", "type": "complete"}


async def test_a_socket_that_closes_stops_its_sources(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", FOREVER)
        await receive(socket)
        assert toy.world.running == 1
    async with asyncio.timeout(20):
        while toy.world.running:
            await asyncio.sleep(0.01)


async def test_completing_what_does_not_run_is_no_matter(host: str) -> None:
    async with ready(host) as socket:
        await send(socket, {"id": "9", "type": "complete"})
        await send(socket, {"type": "ping"})
        assert await receive(socket) == {"type": "pong"}


async def test_ping_is_answered_with_its_payload_even_before_init(host: str) -> None:
    async with opened(host) as socket:
        await send(socket, {"type": "pong"})
        await send(socket, {"type": "ping", "payload": {"at": 1}})
        assert await receive(socket) == {"type": "pong", "payload": {"at": 1}}


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "1",
        "null",
        '"ping"',
        "{",
        "",
        "{}",
        '{"type": []}',
        '{"type": "nonsense"}',
        '{"type": "ping", "payload": 1}',
        '{"type": "subscribe", "payload": {"query": "{ viewer }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ viewer }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "complete"}',
        b"{}",
    ],
)
async def test_an_invalid_message_closes_with_4400(host: str, message: str | bytes) -> None:
    async with ready(host) as socket:
        await socket.send(message)
        assert (await closing(socket))[0] == 4400


async def test_a_message_over_the_limit_closes_with_1009(host: str) -> None:
    async with ready(host) as socket:
        await socket.send(" " * 2_001)
        reason = "frame with 2001 bytes exceeds limit of 2000 bytes"
        assert await closing(socket) == (1009, reason)


async def test_subscribing_before_init_closes_with_4401(host: str) -> None:
    async with opened(host) as socket:
        await subscribe(socket, "1", VIEWER)
        assert await closing(socket) == (4401, "Unauthorized")


async def test_a_second_init_closes_with_4429(host: str) -> None:
    async with ready(host) as socket:
        await send(socket, INIT)
        assert await closing(socket) == (4429, "Too many initialisation requests")


async def test_a_silent_client_is_closed_with_4408() -> None:
    async with toy.running(toy.app(init_seconds=0.05)) as host, opened(host) as socket:
        assert await closing(socket) == (4408, "Connection initialisation timeout")


async def test_the_same_id_twice_closes_with_4409(host: str) -> None:
    async with ready(host) as socket:
        await subscribe(socket, "1", FOREVER)
        await subscribe(socket, "1", FOREVER)
        assert await closing(socket) == (4409, "Subscriber for 1 already exists")


async def test_operations_beyond_the_limit_are_refused_one_by_one(host: str) -> None:
    async with ready(host) as socket:
        for id_ in "1234":
            await subscribe(socket, id_, "subscription { forever(every: 10) { cursor } }")
        messages = [await receive(socket) for _ in range(4)]
        [refused] = [message for message in messages if message["type"] == "error"]
        assert refused["id"] == "4"
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}


async def test_another_subprotocol_closes_with_4406(host: str) -> None:
    for protocols in ([Subprotocol("graphql-ws")], None):
        async with connect(f"ws://{host}/graphql", subprotocols=protocols) as socket:
            assert await closing(socket) == (4406, "Subprotocol not acceptable")


async def test_the_payload_of_init_may_carry_a_token(host: str) -> None:
    async with opened(host) as socket:
        await send(socket, {**INIT, "payload": {"Authorization": "Bearer token-of-anna"}})
        assert await receive(socket) == {"type": "connection_ack"}
        await subscribe(socket, "1", VIEWER)
        assert (await receive(socket))["payload"] == {"data": {"viewer": "anna"}}


async def test_an_unknown_token_closes_with_4403(host: str) -> None:
    async with opened(host) as socket:
        await send(socket, {**INIT, "payload": {"authorization": "Bearer nobody"}})
        assert await closing(socket) == (4403, "Forbidden")


@pytest.mark.parametrize("given", ["Basic YW5uYTpzZWNyZXQ=", "token-of-anna", "Bearer", 1, ["x"]])
async def test_an_authorization_that_is_no_bearer_token_closes_with_4403(
    host: str, given: object
) -> None:
    async with opened(host) as socket:
        await send(socket, {**INIT, "payload": {"Authorization": given}})
        assert await closing(socket) == (4403, "Forbidden")
    if isinstance(given, str):
        async with opened(host, Authorization=given) as socket:
            await send(socket, INIT)
            assert await closing(socket) == (4403, "Forbidden")


async def test_the_cookie_of_a_session_that_has_ended_closes_with_4403(host: str) -> None:
    ended = {"Cookie": "gradebook_session=ended", "Origin": f"http://{host}"}
    async with opened(host, **ended) as socket:
        await send(socket, INIT)
        assert await closing(socket) == (4403, "Forbidden")
    async with opened(host, **ended) as socket:  # a good token goes before it
        await send(socket, {**INIT, "payload": {"authorization": "Bearer token-of-anna"}})
        assert await receive(socket) == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [{"authorization": None}, {"authorization": " "}, {}])
async def test_who_shows_no_credentials_is_a_stranger(host: str, payload: dict[str, str]) -> None:
    async with opened(host) as socket:
        await send(socket, {**INIT, "payload": payload})
        assert await receive(socket) == {"type": "connection_ack"}
        await subscribe(socket, "1", VIEWER)
        assert (await receive(socket))["payload"] == {"data": {"viewer": None}}


async def test_a_context_that_cannot_be_made_closes_with_1013(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(self: object, token: str | None, address: str) -> None:
        raise OSError("no route to the database")

    monkeypatch.setattr(toy.World, "context", unreachable)
    async with toy.running(toy.app()) as away, opened(away) as socket:
        await send(socket, INIT)
        assert await closing(socket) == (1013, "Try again later")


async def test_a_persisted_query_is_answered_with_an_error_that_asks_for_the_query(
    host: str,
) -> None:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    hashed = {"id": "1", "type": "subscribe", "payload": {"extensions": extensions}}
    async with ready(host) as socket:
        await send(socket, hashed)
        error = {"message": "PersistedQueryNotSupported", "extensions": {"code": "BAD_INPUT"}}
        assert await receive(socket) == {"id": "1", "type": "error", "payload": [error]}
        await subscribe(socket, "1", VIEWER, extensions=extensions)
        assert (await receive(socket))["payload"] == {"data": {"viewer": None}}
    async with opened(host) as socket:
        await send(socket, hashed)
        assert await closing(socket) == (4401, "Unauthorized")


async def test_a_cookie_counts_only_from_the_same_origin(host: str) -> None:
    async with ready(host, **COOKIE, Origin=f"http://{host}") as socket:
        await subscribe(socket, "1", VIEWER)
        assert (await receive(socket))["payload"] == {"data": {"viewer": "anna"}}
    for headers in (COOKIE, {**COOKIE, "Origin": "https://evil.example"}):
        with pytest.raises(InvalidStatus) as caught:
            async with opened(host, **headers):
                pass
        assert caught.value.response.status_code == 403


async def test_a_socket_that_a_proxy_sends_under_another_host_is_told_why(
    host: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**COOKIE, "Origin": "https://gradebook.example"}
    async with toy.running(toy.app()) as behind:
        for _ in range(2):
            with pytest.raises(InvalidStatus) as caught:
                async with opened(behind, **headers):
                    pass
    why = (
        "Wrong origin: a WebSocket with a cookie was asked for by a page of"
        f" 'https://gradebook.example', and the host is '{behind}'. Where a proxy has rewritten"
        " Host, set GRADEBOOK_PUBLIC_URL to the address that browsers know."
    )
    assert caught.value.response.body == why.encode()
    assert [record.message for record in caplog.records] == [why]


async def test_each_operation_looks_the_session_up_again(
    host: str, sessions: dict[str, str]
) -> None:
    async with ready(host, Authorization="Bearer token-of-anna") as socket:
        await subscribe(socket, "1", VIEWER)
        assert (await receive(socket))["payload"] == {"data": {"viewer": "anna"}}
        assert (await receive(socket))["type"] == "complete"
        sessions.clear()
        for id_, query in (("1", VIEWER), ("2", FOREVER)):
            await subscribe(socket, id_, query)
            message = await receive(socket)
            assert (message["id"], message["type"]) == (id_, "error")
            [error] = message["payload"]
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_a_subscription_ends_with_its_session(host: str, sessions: dict[str, str]) -> None:
    async with ready(host, Authorization="Bearer token-of-anna") as socket:
        await subscribe(socket, "1", "subscription { forever { viewer } }")
        assert (await receive(socket))["payload"] == {"data": {"forever": {"viewer": "anna"}}}
        sessions.clear()
        while (message := await receive(socket))["type"] == "next":
            pass
        error = {"message": "The session has ended.", "extensions": {"code": "UNAUTHENTICATED"}}
        assert message == {"id": "1", "type": "error", "payload": [error]}
