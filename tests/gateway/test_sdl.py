"""The schema's own text at `/graphql/schema.graphql`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, print_schema

import schema as schema_package
from gateway.process import build_app
from gateway.settings import Settings
from tests.gateway import toy

PATH = "/graphql/schema.graphql"
ANNA = {"Authorization": "Bearer token-of-anna"}


@asynccontextmanager
async def asking(introspection: str) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        toy.running(toy.app(introspection=introspection)) as host,
        httpx.AsyncClient(base_url=f"http://{host}") as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("introspection", "stranger", "anna"),
    [
        ("anyone", 200, 200),
        ("signed_in", (401, "UNAUTHENTICATED"), 200),
        ("nobody", (403, "FORBIDDEN"), (403, "FORBIDDEN")),
    ],
)
async def test_the_schema_is_told_to_whoever_may_introspect(
    introspection: str, stranger: object, anna: object
) -> None:
    async with asking(introspection) as client:
        for headers, expected in (({}, stranger), (ANNA, anna)):
            answered = await client.get(PATH, headers=headers)
            assert (await client.get("/docs", headers=headers)).status_code == answered.status_code
            if answered.status_code == 200:
                assert expected == 200
                assert answered.headers["content-type"] == "text/plain; charset=utf-8"
                assert print_schema(build_schema(answered.text)) == print_schema(toy.schema())
            else:
                [error] = answered.json()["errors"]
                assert (answered.status_code, error["extensions"]["code"]) == expected


async def test_a_wrong_token_is_told_so_and_another_method_too() -> None:
    async with asking("anyone") as client:
        answered = await client.get(PATH, headers={"Authorization": "Bearer nobody"})
        assert answered.status_code == 401
        assert answered.headers["www-authenticate"] == "Bearer"
        answered = await client.post(PATH)
        assert (answered.status_code, answered.headers["allow"]) == (405, "GET, HEAD")
        assert (await client.head(PATH)).status_code == 200


async def test_the_gateway_s_own_schema_is_its_snapshot_directives_and_all(
    school_url: str,
) -> None:
    snapshot = Path(str(schema_package.__file__)).with_name("schema.graphql").read_text()
    async with (
        toy.running(build_app(Settings(), school_url)) as host,
        httpx.AsyncClient(base_url=f"http://{host}", timeout=60) as client,
    ):
        assert (await client.get(PATH)).text == snapshot
