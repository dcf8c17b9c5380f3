"""`/docs` and `/graphql` in a browser: the reference of the schema, and examples that are run."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from domain import clock
from domain.errors import Code
from gateway.docs import RECIPES, examples
from tests.gateway.diary import PHONE, Diary

AS = {"week": "parent1", "report_card": "parent1", "lessons": "teacher1", "students": "head"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("name", [name for name, _, _ in examples()])
async def test_each_example_answers_whom_it_is_for(diary: Diary, name: str) -> None:
    (text,) = (text for named, _, text in examples() if named == name)
    today = clock.today("UTC")
    span = {"from": str(today - timedelta(6)), "to": str(today)}
    asked = {key: value for key, value in span.items() if f"${key}:" in text}
    async with diary.asking(AS.get(name, "head")) as somebody:
        data = await somebody(text, **asked)
    assert all(value is not None for value in data.values())


async def test_the_endpoint_leads_a_browser_on_and_answers_clients_as_before(diary: Diary) -> None:
    async with diary.asking("head") as client:
        page = await client.http.get("/graphql", headers=HTML)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert 'href="/docs"' in page.text
        asked = {**HTML, "X-Gradebook-Client": "test"}
        answer = await client.http.get("/graphql?query={__typename}", headers=asked)
        assert answer.json() == {"data": {"__typename": "Query"}}
        assert (await client.http.get("/graphql")).status_code == 403


async def ran(commands: str) -> bool:
    """Whether the first requests answer, as they are copied from the page: a stream with events,
    and a query with JSON."""
    script = 'curl() { command curl -m 2 "$@"; }\n' + commands
    bash = await asyncio.create_subprocess_exec(
        "bash", "-c", script, stdout=asyncio.subprocess.PIPE
    )
    said = (await bash.communicate())[0].decode()
    (answer,) = (json.loads(line) for line in said.splitlines() if line.startswith("{"))
    return bool(answer["data"]["viewer"]["children"][0]["givenName"])


async def test_the_reference_says_who_reads_a_field_and_which_errors_a_mutation_answers(
    diary: Diary,
) -> None:
    async with diary.visitor() as visitor:
        page = visitor.page

        async def opened(path: str) -> Any:
            await visitor.open(path)
            assert await visitor.found_by_axe() == [], path
            return page.locator("main")

        index = await opened("/docs")
        assert await ran(await index.locator("#first-requests").inner_text())
        for words in (*Code, "250000", "A family reads the week", "giveGrades"):
            assert words in await index.inner_text()
        grade = await opened("/docs/Grade")
        value = grade.locator("section#value")
        assert "SELF GUARDIAN" in await value.locator(".audience").inner_text()
        give = (await opened("/docs/Mutation")).locator("section#giveGrade .errors")
        assert "OUTSIDE_SCALE" in await give.inner_text()
        recipes = await opened("/docs/recipes")
        for words in ("RetryLink", "retryExchange", "commitMutation", "idempotencyKey"):
            assert words in await recipes.inner_text()
        await page.set_viewport_size(PHONE["viewport"])
        assert await visitor.fits()
        await visitor.open("/graphql")
        assert await visitor.found_by_axe() == []
    async with diary.asking("head") as client:
        possible = (await client.http.get("/docs/possible-types.json")).json()
        assert "GradeChange" in possible["DiaryChange"]
        for nothing in ("/docs/Nothing", "/docs/recipes/package-lock.json"):
            assert (await client.http.get(nothing)).status_code == 404
        taken = await client.http.get("/docs/recipes/apollo.ts")
        assert taken.headers["content-type"] == "text/plain; charset=utf-8"
        assert taken.text == (RECIPES / "apollo.ts").read_text()
