"""Answers as server-sent events, read from a real server."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.gateway import toy

EVENTS = {"Accept": "text/event-stream"}
COMPLETE = ["event: complete", "data:"]


@pytest_asyncio.fixture(scope="module")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        toy.running(toy.app(keep_alive_seconds=0.05)) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        yield client


async def events(client: httpx.AsyncClient, query: str, **headers: str) -> list[list[str]]:
    """The events of a stream that ends, each as its lines, without the comments."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = await client.post("/graphql", json={"query": query}, headers={**EVENTS, **named})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    blocks = response.text.removesuffix("\n\n").split("\n\n")
    return [block.split("\n") for block in blocks if not block.startswith((":", "retry:"))]


async def test_a_subscription_is_a_stream_of_events(client: httpx.AsyncClient) -> None:
    assert await events(client, "subscription { ticks(to: 2) { number } }") == [
        ["id: c1", "event: next", 'data: {"data":{"ticks":{"number":1}}}'],
        ["id: c2", "event: next", 'data: {"data":{"ticks":{"number":2}}}'],
        COMPLETE,
    ]


async def test_the_id_of_an_event_is_its_cursor_whatever_was_asked_for(
    client: httpx.AsyncClient,
) -> None:
    first, _ = await events(client, "subscription { ticks(to: 1) { cursor: viewer } }")
    assert first == ["id: c1", "event: next", 'data: {"data":{"ticks":{"cursor":null}}}']


async def test_the_last_event_id_resumes_as_the_variable_after(client: httpx.AsyncClient) -> None:
    query = "subscription ($after: String) { ticks(to: 3, after: $after) { cursor } }"
    ids = [event[0] for event in await events(client, query, Last_Event_ID="c2")]
    assert ids == ["id: c3", "event: complete"]


async def test_the_last_event_id_is_no_matter_without_that_variable(
    client: httpx.AsyncClient,
) -> None:
    query = "subscription { ticks(to: 1) { cursor } }"
    assert len(await events(client, query, Last_Event_ID="c2")) == 2


async def test_a_query_and_a_mutation_are_one_event(client: httpx.AsyncClient) -> None:
    assert await events(client, "{ double(number: 2) }") == [
        ["event: next", 'data: {"data":{"double":4}}'],
        COMPLETE,
    ]
    response = await client.post("/graphql", json={"query": "mutation { signIn }"}, headers=EVENTS)
    assert response.headers["set-cookie"].startswith("gradebook_session=token-of-anna;")
    client.cookies.clear()


async def test_a_document_that_may_not_run_is_one_event_with_its_errors(
    client: httpx.AsyncClient,
) -> None:
    [event, complete] = await events(client, "subscription { nothing }")
    assert event[0] == "event: next"
    assert '"code":"BAD_INPUT"' in event[1]
    assert complete == COMPLETE


async def test_a_stream_that_ends_for_good_says_why_and_is_complete(
    client: httpx.AsyncClient,
) -> None:
    _, failed, complete = await events(client, "subscription { ended { number } }")
    error = '{"message":"Nothing is left to follow.","extensions":{"code":"FORBIDDEN"}}'
    assert failed == ["event: next", f'data: {{"errors":[{error}]}}']
    assert complete == COMPLETE


async def test_a_stream_that_may_be_taken_up_breaks_off_so_that_a_browser_does(
    client: httpx.AsyncClient,
) -> None:
    query = {"query": "subscription { expired(after: 1) { number } }"}
    response = await client.post("/graphql", json=query, headers=EVENTS)
    *_, last, why, _ = response.text.split("\n\n")
    assert last.startswith("id: c1\nevent: next\n")
    error = '{"message":"The cursor has expired.","extensions":{"code":"RESYNC"}}'
    assert why == f': {{"errors":[{error}]}}'


async def test_a_stream_that_cannot_begin_with_its_cursor_is_complete(
    client: httpx.AsyncClient,
) -> None:
    failed, complete = await events(client, "subscription { expired(after: 0) { number } }")
    assert '"code":"RESYNC"' in failed[1]
    assert complete == COMPLETE


async def test_a_subscription_may_be_opened_by_get(client: httpx.AsyncClient) -> None:
    response = await client.get(
        "/graphql",
        params={"query": "subscription { ticks(to: 1) { number } }"},
        headers={**EVENTS, "Sec-Fetch-Site": "same-origin"},
    )
    assert response.text.endswith("event: complete\ndata:\n\n")


async def test_plain_json_is_sent_where_it_is_liked_better(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "application/json, text/event-stream"}
    response = await client.post("/graphql", json={"query": "{ viewer }"}, headers=headers)
    assert response.json() == {"data": {"viewer": None}}
    subscription = {"query": "subscription { ticks(to: 1) { number } }"}
    response = await client.post("/graphql", json=subscription, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")


async def test_silence_is_filled_with_comments_and_leaving_stops_the_source(
    client: httpx.AsyncClient,
) -> None:
    query = {"query": "subscription { forever(every: 60) { number } }"}
    async with client.stream("POST", "/graphql", json=query, headers=EVENTS) as response:
        lines = response.aiter_lines()
        seen = [await anext(lines) for _ in range(8)]
        assert seen == [seen[0], "", "id: c", "event: next", seen[4], "", ":", ""]
        assert toy.world.running == 1
    async with asyncio.timeout(20):
        while toy.world.running:
            await asyncio.sleep(0.01)
