"""Who shows credentials that are not good is told so, over HTTP, and is no stranger."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.gateway import toy

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
ENDED = "The session has ended, or there was none of this token: sign in again."
NO_TOKEN = "Credentials are sent as `Bearer TOKEN`."
COOKIE = {"Cookie": "gradebook_session=token-of-anna"}
STALE = {"Cookie": "gradebook_session=ended"}
BAD = [
    ({"Authorization": "Bearer nobody"}, ENDED),
    ({"Authorization": "bearer  nobody"}, ENDED),
    ({"Authorization": "Basic YW5uYTpzZWNyZXQ="}, NO_TOKEN),
    ({"Authorization": "token-of-anna"}, NO_TOKEN),
    ({"Authorization": "Bearer"}, NO_TOKEN),
    (STALE, ENDED),
    ({**COOKIE, "Authorization": "Bearer nobody"}, ENDED),
    ({**COOKIE, "Authorization": "Basic YW5uYTpzZWNyZXQ="}, NO_TOKEN),
]
GOOD: list[tuple[dict[str, str], str | None]] = [
    ({}, None),
    ({"Authorization": ""}, None),
    ({"Cookie": "gradebook_session="}, None),
    (COOKIE, "anna"),
    ({"Authorization": "Bearer token-of-anna"}, "anna"),
    ({**STALE, "Authorization": "BEARER token-of-anna"}, "anna"),
]


@pytest_asyncio.fixture(scope="module")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        toy.running(toy.app()) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def no_cookies(client: httpx.AsyncClient) -> None:
    client.cookies.clear()


async def ask(
    client: httpx.AsyncClient, query: str, headers: dict[str, str], accept: str = RESPONSE
) -> httpx.Response:
    return await client.post(
        "/graphql", json={"query": query}, headers={"Accept": accept, **headers}
    )


@pytest.mark.parametrize(("headers", "message"), BAD)
async def test_credentials_that_are_not_good_are_told_so(
    client: httpx.AsyncClient, headers: dict[str, str], message: str
) -> None:
    error = {"message": message, "extensions": {"code": "UNAUTHENTICATED"}}
    refused = await ask(client, "{ viewer }", headers)
    assert (refused.status_code, refused.json()) == (401, {"errors": [error]})
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in refused.headers
    refused = await ask(client, "{ viewer }", headers, JSON)
    assert (refused.status_code, refused.json()) == (200, {"errors": [error]})
    streamed = await ask(client, "{ viewer }", headers, "text/event-stream")
    assert streamed.status_code == 200
    told = f'{{"errors":[{{"message":"{message}","extensions":{{"code":"UNAUTHENTICATED"}}}}]}}'
    assert streamed.text == f"event: next\ndata: {told}\n\nevent: complete\ndata:\n\n"
    followed = await ask(
        client, "subscription { ticks(to: 1) { number } }", headers, "text/event-stream"
    )
    assert followed.text.endswith(f"event: next\ndata: {told}\n\nevent: complete\ndata:\n\n")
    assert "number" not in followed.text


@pytest.mark.parametrize(("headers", "viewer"), GOOD)
async def test_a_stranger_shows_none_and_a_header_goes_before_the_cookie(
    client: httpx.AsyncClient, headers: dict[str, str], viewer: str | None
) -> None:
    answered = await ask(client, "{ viewer }", headers)
    assert (answered.status_code, answered.json()) == (200, {"data": {"viewer": viewer}})


@pytest.mark.parametrize("headers", [bad for bad, _ in BAD])
async def test_a_document_that_may_not_run_is_told_so_whoever_sends_it(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    [error] = (await ask(client, "{ nothing }", headers)).json()["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}


FRAGMENTS = """
  mutation { ... { ...Begin } }
  fragment Begin on Mutation { __typename signIn }
"""


@pytest.mark.parametrize("headers", [bad for bad, _ in BAD])
async def test_signing_in_and_out_works_whatever_the_session_was(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for query in ("mutation { signIn }", FRAGMENTS):
        answered = await ask(client, query, headers)
        assert answered.json()["data"]["signIn"] is True
        assert answered.headers["set-cookie"].startswith("gradebook_session=token-of-anna;")
        client.cookies.clear()
    answered = await ask(client, "mutation { signOut }", headers)
    assert answered.json() == {"data": {"signOut": True}}
    assert "Max-Age=0" in answered.headers["set-cookie"]


@pytest.mark.parametrize(
    "query",
    ["mutation { waits }", "mutation { waits signIn }", "{ signIn: viewer }", "{ viewer }"],
)
async def test_nothing_else_is_done_with_a_session_that_has_ended(
    client: httpx.AsyncClient, query: str
) -> None:
    assert (await ask(client, query, STALE)).status_code == 401
    assert toy.world.waiting == 0


async def test_a_get_is_held_to_the_same(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {
        "params": {"query": "{ viewer }"},
        "headers": {"Authorization": "Bearer nobody", "Accept": RESPONSE},
    }
    assert (await client.get("/graphql", **asked)).status_code == 401
