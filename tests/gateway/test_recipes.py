"""The recipes for frontend teams: compiled, and run against a gateway that knows their ids."""

import asyncio
from datetime import timedelta

import asyncpg

from domain import clock
from gateway.process import build_app
from gateway.settings import Settings
from resolvers import global_id
from tests.gateway.diary import newest_mark, record_id
from tests.gateway.recipes import MANIFESTS, build, told
from tests.gateway.toy import running

NAMES = ("apollo", "urql", "relay")


async def test_each_recipe_retries_uploads_and_resumes_with_documents_that_are_persisted(
    school_url: str,
) -> None:
    await asyncio.to_thread(build)
    connection = await asyncpg.connect(school_url)
    try:
        mark = await newest_mark(connection)
    finally:
        await connection.close()
    asked = []
    for ahead, name in enumerate(NAMES, 1):  # each on days of its own
        day = clock.today("UTC") + timedelta(2 * ahead)
        asked.append({
            "name": name,
            "school": record_id("School", 1, global_id.NIL),
            "student": record_id("Student", 1, mark["student_id"]),
            "from": str(day),
            "to": str(day + timedelta(1)),
        })  # fmt: skip
    app = build_app(Settings(persisted_documents=MANIFESTS), school_url)
    async with running(app) as host:
        address = f"http://{host}"
        found = await asyncio.gather(*(told(address, mark["parent"], **one) for one in asked))
    for name, one in zip(NAMES, found, strict=True):
        averages = one.pop("averages")
        assert averages
        assert all(isinstance(each, str) and float(each) > 1 for each in averages)
        assert one == {
            "name": f"{mark['given_name']} {mark['family_name']}",
            # What was announced before its answer was lost is announced once.
            "absences": [
                [f"By {name}", "ANNOUNCED", [f"{name}.pdf"]],
                [f"Beside {name}", "ANNOUNCED", []],
            ],
            "refused": [],
            "backwards": ["BAD_INPUT"],
            "texts": 0,
            "askedAgain": 0,
            "keys": [3, 2],
        }, name
