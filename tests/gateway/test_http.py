"""GraphQL over HTTP, spoken with a real server."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from graphql import Executor

from gateway.app import create_app
from gateway.settings import Settings
from tests.executors import EXECUTORS
from tests.gateway import toy

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
OURS = {"X-Gradebook-Client": "test"}


@pytest_asyncio.fixture(scope="module")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    settings = {"max_body_bytes": 2_000, "timeout_seconds": 0.2}
    async with (
        toy.running(toy.app(**settings)) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def no_cookies(client: httpx.AsyncClient) -> None:
    client.cookies.clear()


async def post(client: httpx.AsyncClient, query: str, **more: Any) -> httpx.Response:
    accept = more.pop("accept", RESPONSE)
    headers = {"Accept": accept, **more.pop("headers", {})}
    return await client.post("/graphql", json={"query": query, **more}, headers=headers)


async def raw(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", content=body, headers={"Content-Type": JSON, **named})


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    [error] = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["message"]


async def test_a_query_is_answered_in_the_type_of_the_specification(
    client: httpx.AsyncClient,
) -> None:
    response = await post(client, "{ book { title } }")
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {"data": {"book": {"title": "Physics"}}}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("*/*, text/event-stream;q=0.5", JSON),
        ("application/*", RESPONSE),
        (JSON, JSON),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
        (f"{JSON}, */*;q=0.1", JSON),
        (f"{RESPONSE};q=0, {JSON}", JSON),
        (f"text/html, {JSON.upper()}; charset=utf-8", JSON),
    ],
)
async def test_the_client_chooses_the_type_of_the_answer(
    client: httpx.AsyncClient, accept: str, answered: str
) -> None:
    response = await post(client, "{ viewer }", accept=accept)
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=1", f"{JSON};q=0"])
async def test_a_type_that_is_not_spoken_is_406(client: httpx.AsyncClient, accept: str) -> None:
    status, code, _ = refusal(await post(client, "{ viewer }", accept=accept))
    assert (status, code) == (406, "BAD_INPUT")


async def test_a_request_error_is_400_and_under_plain_json_200(client: httpx.AsyncClient) -> None:
    message = "Cannot query field 'nothing' on type 'Query'."
    assert refusal(await post(client, "{ nothing }")) == (400, "BAD_INPUT", message)
    assert refusal(await post(client, "{ nothing }", accept=JSON)) == (200, "BAD_INPUT", message)


async def test_an_error_of_a_field_leaves_the_status_200(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ secret viewer }")
    assert response.status_code == 200
    assert response.json() == {
        "data": {"secret": None, "viewer": None},
        "errors": [
            {
                "message": "Only the head may read this.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["secret"],
                "extensions": {"code": "FORBIDDEN"},
            }
        ],
    }


DOUBLE = "query ($it: Int!) { double(number: $it) }"
DOUBLE_DEFAULT = "query ($it: Int = 1) { double(number: $it) }"
NOT_NULL = "Expected value of non-null type 'Int!' not to be null."
PYTHON_NAMES: list[tuple[str, object, str]] = [
    ("{ double(number: null) }", None, NOT_NULL),
    (DOUBLE, None, f"Variable '$it' has invalid value: {NOT_NULL}"),
    (
        DOUBLE,
        True,
        "Variable '$it' has invalid value: Int cannot represent non-integer value: true",
    ),
    (
        DOUBLE_DEFAULT,
        None,
        (
            "Argument 'number' has invalid value: Expected variable '$it' provided to non-null type"
            " 'Int!' not to be null."
        ),
    ),
    (
        DOUBLE,
        "not to be None",
        (
            "Variable '$it' has invalid value: Int cannot represent non-integer value:"
            " 'not to be None'"
        ),
    ),
]


@pytest.mark.parametrize("executor_class", EXECUTORS)
@pytest.mark.parametrize(("query", "given", "message"), PYTHON_NAMES)
async def test_a_message_calls_null_what_the_client_calls_it(
    executor_class: type[Executor[Any]], query: str, given: object, message: str
) -> None:
    app = create_app(Settings(), toy.schema(), toy.world.context, executor_class=executor_class)
    async with (
        toy.running(app) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        answer = await post(client, query, variables={"it": given})
    assert refusal(answer)[1:] == ("BAD_INPUT", message)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"password": "pass: wort?"}, "to include required field 'name'."),
        (
            {"name": "Ada", "password": "pass: wort?", "nme": "A"},
            "not to include unknown field 'nme'. Did you mean 'name'?",
        ),
        ("pass: wort?", "to be an object."),
    ],
)
async def test_a_message_does_not_repeat_the_object_that_was_given(
    client: httpx.AsyncClient, given: object, wrong: str
) -> None:
    answer = await post(
        client, "query ($it: Login!) { greeted(login: $it) }", variables={"it": given}
    )
    said = f"Variable '$it' has invalid value: Expected value of type 'Login' {wrong}"
    assert refusal(answer)[1:] == ("BAD_INPUT", said)
    assert "wort" not in answer.text


async def test_an_unforeseen_error_tells_a_reference_and_nothing_else(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "gradebook"):
        response = await post(client, "{ broken }")
    [error] = response.json()["errors"]
    reference = error["extensions"].pop("reference")
    assert error["message"] == "Internal error"
    assert error["extensions"] == {"code": "INTERNAL"}
    assert "SELECT" not in response.text
    assert reference in caplog.text
    assert "RuntimeError: SELECT password FROM account" in caplog.text


async def test_what_fails_for_many_is_logged_once_and_all_of_them_tell_its_reference(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "gradebook"):
        response = await post(client, "{ book { pages(first: 3) { author } } broken }")
    *authors, broken = (error["extensions"]["reference"] for error in response.json()["errors"])
    assert len(authors) == 3
    assert len({*authors}) == 1
    assert broken not in authors
    assert caplog.text.count("Internal error") == 2
    assert caplog.text.count("RuntimeError: SELECT name FROM author") == 1


async def test_a_variable_of_the_wrong_type_is_bad_input(client: httpx.AsyncClient) -> None:
    query = "query ($number: Int!) { double(number: $number) }"
    assert (await post(client, query, variables={"number": 4})).json() == {"data": {"double": 8}}
    status, code, message = refusal(await post(client, query, variables={"number": "four"}))
    assert (status, code) == (400, "BAD_INPUT")
    assert "four" in message


async def test_the_operation_name_chooses(client: httpx.AsyncClient) -> None:
    query = "query A { double(number: 1) } query B { double(number: 2) }"
    assert (await post(client, query, operationName="B")).json() == {"data": {"double": 4}}
    assert refusal(await post(client, query, operationName="C"))[:2] == (400, "BAD_INPUT")
    assert refusal(await post(client, query))[:2] == (400, "BAD_INPUT")


async def test_an_operation_that_takes_too_long_is_timed_out(client: httpx.AsyncClient) -> None:
    assert refusal(await post(client, "{ slow }")) == (
        504,
        "TIMEOUT",
        "The operation took longer than 0.2 seconds.",
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request's body is not valid JSON."),
        (b"{", "The request's body is not valid JSON."),
        (b'{"query": "\xff"}', "The request's body is not valid UTF-8."),
        (b"[" * 1_900, "The request's body is nested too deeply."),
        (b"1", "The request must be a JSON object."),
        (b"null", "The request must be a JSON object."),
        (b"[]", "Batches are not supported: send one operation a request."),
        (b'[{"query": "{ viewer }"}]', "Batches are not supported: send one operation a request."),
        (b"{}", "`query` is missing."),
        (b'{"query": null}', "`query` is missing."),
        (b'{"extensions": {"persistedQuery": {"version": 1}}}', "PersistedQueryNotSupported"),
        (b'{"extensions": "persistedQuery"}', "`query` is missing."),
        (b'{"query": 1}', "`query` must be a string."),
        (b'{"query": " "}', "`query` is empty."),
        (b'{"query": "{ viewer }", "variables": []}', "`variables` must be an object."),
        (b'{"query": "{ viewer }", "variables": "{}"}', "`variables` must be an object."),
        (b'{"query": "{ viewer }", "extensions": 1}', "`extensions` must be an object."),
        (b'{"query": "{ viewer }", "operationName": 1}', "`operationName` must be a string."),
        (
            b'{"query": "{ viewer }", "variables": {"a": ["\\u0000"]}}',
            "`variables` may not contain the character U+0000.",
        ),
    ],
)
async def test_a_malformed_body_gets_one_clear_error(
    client: httpx.AsyncClient, body: bytes, message: str
) -> None:
    assert refusal(await raw(client, body)) == (400, "BAD_INPUT", message)


async def test_a_malformed_body_is_400_under_plain_json_too(client: httpx.AsyncClient) -> None:
    response = await raw(client, b"{}", Accept=JSON)
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Content_Type": "text/plain"}, "The request's Content-Type must be application/json."),
        (
            {"Content_Type": "application/x-www-form-urlencoded"},
            "The request's Content-Type must be application/json.",
        ),
        (
            {"Content_Type": "application/json; charset=utf-16"},
            "The request's charset must be utf-8.",
        ),
        ({"Content_Encoding": "gzip"}, "The request's body may not be encoded."),
    ],
)
async def test_a_body_that_is_not_plain_json_is_415(
    client: httpx.AsyncClient, headers: dict[str, str], message: str
) -> None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    response = await client.post(
        "/graphql", content=b'{"query": "{ viewer }"}', headers={"Content-Type": JSON, **sent}
    )
    assert refusal(response) == (415, "BAD_INPUT", message)


async def test_a_body_over_the_limit_is_413_whether_announced_or_not(
    client: httpx.AsyncClient,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 1_000

    said = (413, "BAD_INPUT", "The request's body is larger than 2000 bytes.")
    assert refusal(await raw(client, b" " * 2_001)) == said
    response = await client.post("/graphql", content=chunks(), headers={"Content-Type": JSON})
    assert refusal(response) == said


async def test_a_query_may_come_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A($n: Int!) { double(number: $n) } query B { viewer }",
        "variables": '{"n": 3}',
        "operationName": "A",
    }
    response = await client.get("/graphql", params=parameters, headers=OURS)
    assert response.json() == {"data": {"double": 6}}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Gradebook-Client": ""},
        {"Apollo-Require-Preflight": "true"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Authorization": "Bearer token-of-anna"},
    ],
)
async def test_a_get_must_prove_that_no_other_site_sent_it(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    parameters = {"query": "{ double(number: 1) }"}
    response = await client.get("/graphql", params=parameters, headers=headers)
    assert response.json() == {"data": {"double": 2}}
    unproven = await client.get("/graphql", params=parameters, headers={"Sec-Fetch-Site": "none"})
    assert refusal(unproven)[:2] == (403, "FORBIDDEN")


async def test_a_mutation_by_get_is_405(client: httpx.AsyncClient) -> None:
    parameters = {"query": "mutation { signIn }"}
    response = await client.get("/graphql", params=parameters, headers=OURS)
    assert refusal(response) == (405, "BAD_INPUT", "A mutation must be sent by POST.")
    assert response.headers["allow"] == "GET, POST"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert refusal(response)[:2] == (405, "BAD_INPUT")


@pytest.mark.parametrize("variables", ["{", "[1]"])
async def test_variables_of_a_get_must_be_a_json_object(
    client: httpx.AsyncClient, variables: str
) -> None:
    parameters = {"query": "{ viewer }", "variables": variables}
    response = await client.get("/graphql", params=parameters, headers=OURS)
    assert refusal(response)[:2] == (400, "BAD_INPUT")


async def test_a_subscription_needs_a_stream(client: httpx.AsyncClient) -> None:
    response = await post(client, "subscription { ticks(to: 1) { number } }")
    assert refusal(response)[:2] == (406, "BAD_INPUT")


async def test_a_bearer_token_tells_the_viewer(client: httpx.AsyncClient) -> None:
    signed_in = {"Authorization": "Bearer token-of-anna"}
    assert (await post(client, "{ viewer }", headers=signed_in)).json()["data"] == {
        "viewer": "anna"
    }
    assert (await post(client, "{ viewer }")).json()["data"] == {"viewer": None}


async def test_signing_in_sets_the_cookie_and_signing_out_removes_it(
    client: httpx.AsyncClient,
) -> None:
    response = await post(client, "mutation { signIn }")
    assert response.headers["set-cookie"] == (
        "gradebook_session=token-of-anna; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax"
    )
    assert (await post(client, "{ viewer }")).json()["data"] == {"viewer": "anna"}
    response = await post(client, "mutation { signOut }")
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert (await post(client, "{ viewer }")).json()["data"] == {"viewer": None}


async def test_a_secure_cookie_is_bound_to_its_host() -> None:
    async with (
        toy.running(toy.app(secure_cookies=True)) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        response = await post(client, "mutation { signIn }")
    assert response.headers["set-cookie"] == (
        "__Host-gradebook=token-of-anna; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax; Secure"
    )


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.3"), (2, "192.0.2.2"), (9, "192.0.2.1")]
)
async def test_only_trusted_proxies_tell_the_address(proxies: int, address: str) -> None:
    forwarded = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2, 192.0.2.3"}
    async with (
        toy.running(toy.app(trusted_proxies=proxies)) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        response = await post(client, "{ address }", headers=forwarded)
    assert response.json()["data"] == {"address": address}


async def test_healthz_asks_nobody_and_readyz_asks_the_database() -> None:
    async def unreachable() -> None:
        raise OSError("no route to the database")

    app = create_app(Settings(), toy.schema(), toy.world.context, ready=unreachable)
    async with (
        toy.running(app) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        healthy, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (healthy.status_code, healthy.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (503, {"status": "unavailable"})


async def test_readyz_is_well_while_the_database_is(client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ok"}
