from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from gateway.graphiql import DemoAccount, built, routes

ENDINGS = {"br": ".br", "gzip": ".gz", "identity": ""}


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=routes([DemoAccount("ivanova", "secret", "Mother </script>")]))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://gradebook") as client:
        yield client


def a_script() -> str:
    return next(file.name for file in (built() / "assets").glob("index-*.js"))


async def test_the_page_allows_no_other_host_and_no_frame(client: AsyncClient) -> None:
    page = await client.get("/graphiql")

    policy = dict(
        rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-cache"


async def test_demo_accounts_are_written_into_the_page_without_ending_the_block(
    client: AsyncClient,
) -> None:
    page = await client.get("/graphiql")

    assert '"who": "Mother \\u003c/script>"}]}</script>' in page.text


async def test_without_demo_accounts_the_page_says_nothing_of_them() -> None:
    transport = ASGITransport(Starlette(routes=routes()))
    async with AsyncClient(transport=transport, base_url="http://gradebook") as client:
        page = await client.get("/graphiql")

    assert "gradebook-page" not in page.text


@pytest.mark.parametrize("encoding", ENDINGS)
async def test_a_hashed_asset_is_kept_forever_however_it_is_packed(
    client: AsyncClient, encoding: str
) -> None:
    name = a_script()

    headers = {"Accept-Encoding": encoding}
    async with client.stream("GET", f"/graphiql/assets/{name}", headers=headers) as asset:
        body = b"".join([part async for part in asset.aiter_raw()])

    assert body == (built() / "assets" / f"{name}{ENDINGS[encoding]}").read_bytes()
    assert asset.headers.get("content-encoding", "identity") == encoding
    assert asset.headers["content-type"] == "text/javascript; charset=utf-8"
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["missing.js", "..%2Findex.html", "%2E%2E", "index.html"])
async def test_nothing_but_built_assets_is_served(client: AsyncClient, name: str) -> None:
    assert (await client.get(f"/graphiql/assets/{name}")).status_code == 404
