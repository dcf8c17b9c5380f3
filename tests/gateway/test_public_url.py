"""What follows from GRADEBOOK_PUBLIC_URL, and from the proxies that are trusted."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import ValidationError
from typer.testing import CliRunner
from websockets import Subprotocol, connect
from websockets.exceptions import InvalidStatus

from gateway import files, graphiql
from gateway.app import create_app
from gateway.command import app
from gateway.process import Process
from gateway.settings import Settings
from tests.gateway import toy

PUBLIC = "https://gradebook.example,https://diary.example:8443,http://localhost:5173"
HOST = {"Host": "gradebook.example"}
OURS = {"X-Gradebook-Client": "test"}
PROTOCOL = Subprotocol("graphql-transport-ws")
COOKIE = {"Cookie": "__Host-gradebook=token-of-anna"}
HSTS = "max-age=31536000"


@pytest_asyncio.fixture(scope="module")
async def host() -> AsyncIterator[str]:
    """Where a gateway listens whose addresses are others."""
    settings = Settings(public_url=PUBLIC)  # type: ignore[arg-type]
    whole = create_app(
        settings,
        toy.schema(),
        toy.world.context,
        more_routes=[*graphiql.routes(), *files.routes(Process(settings, "not used"))],
    )
    async with toy.running(whole) as host:
        yield host


@pytest_asyncio.fixture(scope="module")
async def client(host: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{host}", headers=HOST) as client:
        yield client


@pytest.fixture(autouse=True)
def no_cookies(client: httpx.AsyncClient) -> None:
    client.cookies.clear()


async def ask(client: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", json={"query": query}, headers=named)


async def test_the_cookie_is_secure_and_bound_to_its_host(client: httpx.AsyncClient) -> None:
    answered = await ask(client, "mutation { signIn }")
    assert answered.headers["set-cookie"] == (
        "__Host-gradebook=token-of-anna; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax; Secure"
    )
    assert (await ask(client, "{ viewer }", **COOKIE)).json() == {"data": {"viewer": "anna"}}


@pytest.mark.parametrize(
    "name",
    ["gradebook.example", "Gradebook.Example:443", "diary.example:8443", "localhost:5173"],
)
async def test_a_host_that_is_named_is_answered(client: httpx.AsyncClient, name: str) -> None:
    assert (await ask(client, "{ viewer }", Host=name)).json() == {"data": {"viewer": None}}


@pytest.mark.parametrize(
    "name",
    [
        "evil.example", "gradebook.example.evil.example", "gradebook.example:8000", "127.0.0.1",
        "diary.example", "diary.example:443", "", "gradebook.example@evil.example",
    ],
)  # fmt: skip
async def test_another_host_is_400_everywhere_but_for_health(
    client: httpx.AsyncClient, name: str
) -> None:
    said = {
        "message": (
            "The gateway is not asked for by this Host: GRADEBOOK_PUBLIC_URL does not name it."
        ),
        "extensions": {"code": "BAD_INPUT"},
    }
    answered = await ask(client, "mutation { signIn }", Host=name)
    assert (answered.status_code, answered.json()) == (400, {"errors": [said]})
    assert "set-cookie" not in answered.headers
    for path in ("/graphiql", "/", "/graphql/schema.graphql", "/nothing"):
        assert (await client.get(path, headers={"Host": name})).status_code == 400, path
    for path in ("/healthz", "/readyz"):
        assert (await client.get(path, headers={"Host": name})).status_code == 200


async def test_a_socket_of_another_host_is_refused(host: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(f"ws://{host}/graphql", subprotocols=[PROTOCOL]):
            pass
    assert caught.value.response.status_code == 400


@pytest.mark.parametrize("path", ["/graphql", "/graphiql", "/healthz", "/graphql/schema.graphql"])
async def test_browsers_are_told_to_come_over_tls_alone(
    client: httpx.AsyncClient, path: str
) -> None:
    answered = await client.get(path, params={"query": "{ viewer }"}, headers=OURS)
    assert answered.headers["strict-transport-security"] == HSTS


async def test_over_plain_http_nothing_asks_for_tls() -> None:
    plain = toy.app(public_url="http://127.0.0.1")
    async with (
        toy.running(plain) as host,
        httpx.AsyncClient(base_url=f"http://{host}", headers={"Host": "127.0.0.1"}) as client,
    ):
        answered = await ask(client, "mutation { signIn }")
    assert answered.headers["set-cookie"].startswith("gradebook_session=")
    assert "Secure" not in answered.headers["set-cookie"]
    assert "strict-transport-security" not in answered.headers


async def viewer_over_a_socket(host: str, **headers: str) -> Any:
    address, port = host.split(":")
    async with connect(
        "ws://gradebook.example/graphql",
        subprotocols=[PROTOCOL],
        additional_headers={**COOKIE, **headers},
        host=address,
        port=int(port),
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        asked = {"id": "1", "type": "subscribe", "payload": {"query": "{ viewer }"}}
        await socket.send(json.dumps(asked))
        return json.loads(await socket.recv())["payload"]["data"]["viewer"]


@pytest.mark.parametrize(
    "origin", ["https://gradebook.example", "https://diary.example:8443", "http://localhost:5173"]
)
async def test_sockets_are_open_to_the_pages_of_every_origin_that_is_named(
    host: str, origin: str
) -> None:
    """As through a proxy that ends TLS, whose Host is that of the address."""
    assert await viewer_over_a_socket(host, Origin=origin) == "anna"


@pytest.mark.parametrize(
    "origin",
    ["http://gradebook.example", "https://evil.example", "https://gradebook.example:444", "null"],
)
async def test_sockets_with_a_cookie_are_closed_to_others(host: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await viewer_over_a_socket(host, Origin=origin)
    assert caught.value.response.status_code == 403
    assert caught.value.response.body.endswith(b", which GRADEBOOK_PUBLIC_URL does not name.")


async def test_pages_of_the_named_origins_may_ask_and_read(client: httpx.AsyncClient) -> None:
    origin = "http://localhost:5173"
    preflight = await client.options(
        "/graphql",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,authorization,x-gradebook-client",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == origin
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert preflight.headers["access-control-allow-methods"] == "GET, POST"
    for path in ("/graphql", "/graphql/schema.graphql"):
        answered = await client.get(
            path,
            params={"query": "{ viewer }"},
            headers={"Origin": origin, "Sec-Fetch-Site": "cross-site", **COOKIE},
        )
        assert answered.status_code == 200
        assert answered.headers["access-control-allow-origin"] == origin
        assert "Origin" in answered.headers["vary"]


async def test_pages_of_the_named_origins_may_upload_and_download(
    client: httpx.AsyncClient,
) -> None:
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    named = "content-type,content-disposition,content-digest,range"
    preflight = await client.options(
        "/files", headers=asked | {"Access-Control-Request-Headers": named}
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "http://localhost:5173"
    refused = await client.post("/files", headers={"Origin": "http://localhost:5173"})
    assert refused.status_code == 415
    assert "Content-Disposition" in refused.headers["access-control-expose-headers"]
    elsewhere = await client.options("/files/x", headers=asked | {"Origin": "https://evil.example"})
    assert elsewhere.status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://gradebook.example"])
async def test_pages_elsewhere_may_neither_ask_nor_read(
    client: httpx.AsyncClient, origin: str
) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = await client.options("/graphql", headers=asked)
    assert preflight.status_code == 400
    assert "access-control-allow-origin" not in preflight.headers
    answered = await ask(client, "{ viewer }", Origin=origin, **COOKIE)
    assert "access-control-allow-origin" not in answered.headers
    got = await client.get(
        "/graphql", params={"query": "{ viewer }"}, headers={"Origin": origin, **COOKIE}
    )
    assert got.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Referer": "http://school.local:8000/diary?week=1#now"}, 200),
        ({"Origin": "http://school.local:8000"}, 200),
        ({}, 403),
        ({"Referer": "http://school.local:9000/diary"}, 403),
        ({"Referer": "http://evil.example/http://school.local:8000"}, 403),
        ({"Referer": "nonsense"}, 403),
        ({"Origin": "null", "Referer": "http://school.local:8000/diary"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site", "Referer": "http://school.local:8000/"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://school.local:8000"}, 403),
    ],
)
async def test_without_sec_fetch_site_the_page_of_a_get_is_known_by_its_referer(
    headers: dict[str, str], status: int
) -> None:
    """Browsers leave `Sec-Fetch-Site` out over plain HTTP, unless the host is localhost."""
    query = {"query": "subscription { ticks(to: 1) { number } }"}
    sent = {"Host": "school.local:8000", "Accept": "text/event-stream", **headers}
    async with (
        toy.running(toy.app()) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        answered = await client.get("/graphql", params=query, headers=sent)
    assert answered.status_code == status


FORWARDED = {"X-Forwarded-For": "192.0.2.1, 10.0.0.5", "X-Forwarded-Host": "gradebook.example"}


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        ("127.0.0.1,10.0.0.0/8", "192.0.2.1, 10.0.0.5", "192.0.2.1"),
        ("127.0.0.0/8", "192.0.2.1, 10.0.0.5", "10.0.0.5"),
        ("127.0.0.1,10.0.0.0/8", "203.0.113.9, 192.0.2.1, 10.0.0.5", "192.0.2.1"),
        ("127.0.0.1,10.0.0.0/8", "10.0.0.7, 10.0.0.5", "10.0.0.7"),
        ("127.0.0.1", "192.0.2.1:4711", "192.0.2.1"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("10.0.0.0/8", "192.0.2.1", "127.0.0.1"),
        ("1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),
    ],
)
async def test_only_proxies_of_the_trusted_networks_tell_the_address(
    trusted: str, forwarded: str, address: str
) -> None:
    async with (
        toy.running(toy.app(trusted_proxies=trusted)) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        answered = await ask(client, "{ address }", X_Forwarded_For=forwarded)
    assert answered.json() == {"data": {"address": address}}


@pytest.mark.parametrize(("trusted", "status"), [("127.0.0.1", 200), ("1", 200), ("0", 400)])
async def test_a_proxy_that_rewrites_host_is_heeded_where_it_is_trusted(
    trusted: str, status: int
) -> None:
    behind = toy.app(public_url="https://gradebook.example", trusted_proxies=trusted)
    async with (
        toy.running(behind) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        answered = await client.post("/graphql", json={"query": "{ viewer }"}, headers=FORWARDED)
        assert answered.status_code == status
        spoofed = {**HOST, "X-Forwarded-Host": "gradebook.example, evil.example"}
        answered = await client.post("/graphql", json={"query": "{ viewer }"}, headers=spoofed)
        assert answered.status_code == (200 if status == 400 else 400)


async def test_forwarding_headers_of_others_are_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with (
        toy.running(toy.app()) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        with caplog.at_level(logging.WARNING, "gradebook"):
            await ask(client, "{ address }")
            assert caplog.records == []
            for name in ("X_Forwarded_For", "X_Forwarded_Proto", "Forwarded"):
                answered = await ask(client, "{ address }", **{name: "for=192.0.2.1"})
                assert answered.json() == {"data": {"address": "127.0.0.1"}}
    (record,) = caplog.records
    assert record.message == (
        "Forwarding headers came from 127.0.0.1, which is no trusted proxy, and are not heeded. If"
        " it is a proxy of yours, name it in GRADEBOOK_TRUSTED_PROXIES: until then all its clients"
        " have one address."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"public_url": "gradebook.example"}, "no address such as https://gradebook.example"),
        ({"public_url": "https://gradebook.example/diary?a=b"}, "more than a host and a path"),
        ({"public_url": "https://gradebook.example/a/../b"}, "more than a host and a path"),
        ({"public_url": "https://a.example/b,https://c.example/d"}, "has several paths"),
        ({"public_url": "https://.org"}, "no address"),
        ({"public_url": "https://a.example", "secure_cookies": False}, "is not what"),
        ({"public_url": "http://a.example", "secure_cookies": True}, "is not what"),
        ({"trusted_proxies": "-1"}, "trusted_proxies"),
        ({"trusted_proxies": "proxy.example"}, "trusted_proxies"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(**given)


def test_a_setting_that_makes_no_sense_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADEBOOK_PUBLIC_URL", "gradebook.example")
    result = CliRunner().invoke(app, ["serve", "--port", "0"])
    assert result.exit_code == 2
    assert result.stderr == (
        "GRADEBOOK_PUBLIC_URL: 'gradebook.example' is no address such as"
        " https://gradebook.example.\n"
    )


def test_an_address_may_be_of_another_alphabet_and_its_port_its_scheme_s() -> None:
    settings = Settings(public_url="https://Школа.рф:443/, https://[2001:DB8::1]")  # type: ignore[arg-type]
    assert [str(origin) for origin in settings.public_url] == [
        "https://xn--80atdl2c.xn--p1ai",
        "https://[2001:db8::1]",
    ]
    assert settings.origins.answer("[2001:db8::1]:443")


async def test_a_host_told_twice_is_no_host(host: str) -> None:
    reader, writer = await asyncio.open_connection(*host.split(":"))
    twice = b"Host: gradebook.example\r\n" * 2
    writer.write(b"GET /graphiql HTTP/1.1\r\n" + twice + b"Connection: close\r\n\r\n")
    answered = await reader.read()
    writer.close()
    assert answered.startswith(b"HTTP/1.1 400 ")
