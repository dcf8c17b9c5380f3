"""A gateway whose clock is set: all its workers live at the same instant."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from gateway.command import app
from gateway.settings import Settings
from tests.complaints import complaints
from tests.gateway.processes import Client, serving

PUBLIC = "https://gradebook.example"
HOST = {"Host": "gradebook.example"}
BEGINS = "2031-09-01T08:00:00+03:00"
GUESS = """
  mutation { signIn(input: {login: "nobody-at-all", password: "guess"}) { errors { code } } }
"""


async def test_all_workers_live_at_the_instant_and_at_the_address_that_their_parent_was_told(
    school_url: str,
) -> None:
    begins = datetime.fromisoformat(BEGINS)
    told: dict[str, Any] = {"CLOCK": BEGINS, "PUBLIC_URL": PUBLIC, "TRUSTED_PROXIES": "10.0.0.0/8"}
    with serving("--demo", "--workers", "2", DATABASE_URL=school_url, **told) as gateway:
        assert gateway.process.stdout is not None
        assert gateway.process.stdout.readline().startswith("Mail: ")
        assert gateway.process.stdout.readline() == f"For people: {PUBLIC}/\n"
        workers = gateway.workers
        for _ in range(12):  # connections are spread over both
            async with Client.signed_in(gateway.host, "parent1", **HOST):
                pass
            assert (await opened(gateway.host)).status_code == 400
        killed = workers.pop()
        killed.kill()
        await gateway.until_renewed({killed}, 2)
        async with Client.signed_in(gateway.host, "parent1", **HOST) as parent:
            assert await parent.ask("{ viewer { account { login } } }")
            await parent.ask(GUESS)
    connection = await asyncpg.connect(school_url)
    try:
        rows = await connection.fetch("SELECT created_at, expires_at FROM session")
        full_at = await connection.fetchval("SELECT max(full_at) FROM sign_in_tries")
    finally:
        await connection.close()
    soon = begins + timedelta(minutes=20)
    assert [row for row in rows if not begins <= row["created_at"] < soon] == []
    assert {row["expires_at"] - row["created_at"] < timedelta(days=31) for row in rows} == {True}
    assert begins < full_at < soon


async def opened(host: str) -> httpx.Response:
    """What is answered at an address that is not the gateway's."""
    async with httpx.AsyncClient(base_url=f"http://{host}", timeout=60) as client:
        return await client.get("/graphql/schema.graphql")


@pytest.mark.parametrize("given", ["2031-09-01T08:00:00", "1946007000", "yesterday", ""])
def test_an_instant_that_says_no_zone_starts_nothing(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_CLOCK", given)
    told = CliRunner().invoke(app, ["schools"])
    assert told.exit_code == 2
    assert complaints(told) == (
        "GRADEBOOK_CLOCK: Not an instant with its zone, such as 2026-09-01T08:00:00+03:00.\n"
    )


def test_an_instant_may_be_of_any_zone() -> None:
    settings = [Settings(clock=at) for at in (BEGINS, "2031-09-01T05:00Z", None)]  # type: ignore[arg-type]
    begins = datetime.fromisoformat(BEGINS)
    assert [each.clock for each in settings] == [begins, begins, None]
