"""What an answer may grow to, whatever it was taken to weigh before."""

import asyncio
import gc
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.demo import Demo
from db.store import Store
from gateway.documents import Documents, Limits
from gateway.execution import Engine
from gateway.operations import Operation
from resolvers.context import Context
from resolvers.execution import compiled_executor, limits, loading
from resolvers.sessions import sign_in
from schema.build import schema
from tests.conftest import TODAY
from tests.executors import EXECUTORS

SPAN = {"from": str(TODAY - timedelta(200)), "to": str(TODAY + timedelta(100))}
LESSONS = """
  query ($from: Date!, $to: Date!) { viewer { children { displayName courses {
    lessons(from: $from, to: $to) { course { lessons(from: $from, to: $to) {
      course { lessons(from: $from, to: $to) { id } } } } } } } } }
"""
AVERAGES = """
  query ($from: Date!, $to: Date!) { viewer { children { averages(from: $from, to: $to) {
    average { value } } } } }
"""


@pytest.fixture
async def answer(store: Store, demo: Demo) -> Any:
    login = next(one.login for one in demo.accounts if one.login.startswith("parent"))
    viewer = (await sign_in(store, login, "demo")).viewer
    return Asked(store, viewer)


class Asked:
    """Asks as a parent, with no limit on the cost."""

    def __init__(self, store: Store, viewer: Any) -> None:
        self.store, self.viewer = store, viewer
        limits = Limits(cost=10**12)
        self.engine = Engine(schema._schema, Documents(schema._schema, limits))

    async def __call__(self, query: str, **variables: object) -> Any:
        given = variables or (SPAN if "$from" in query else {})
        prepared = self.engine.prepare(Operation(query, given))
        return await self.engine.run(prepared, Context(self.store, self.viewer))


async def test_an_answer_of_too_many_records_is_no_answer(answer: Any) -> None:
    assert await answer(LESSONS) == {
        "errors": [
            {
                "message": "The answer holds more than 100000 records: ask for less at once.",
                "extensions": {"code": "LIMIT_EXCEEDED"},
            }
        ]
    }


async def test_a_large_answer_lets_others_have_their_turn(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "query ($from: Date!, $to: Date!) { viewer { children { courses {"
    query += " lessons(from: $from, to: $to) { topic homework { text } } } } } }"
    monkeypatch.setattr(limits, "TIME_SLICE", 0)
    turns: list[float] = []
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: gone_by(turns, seconds))
    (child, *_) = (await answer(query))["data"]["viewer"]["children"]
    lessons = sum(len(course["lessons"]) for course in child["courses"])
    assert lessons > 400
    assert len(turns) >= 2 * lessons / loading.AT_ONCE
    assert not any(turns)


async def gone_by(turns: list[float], seconds: float) -> None:
    turns.append(seconds)


async def test_what_is_read_counts_though_little_is_answered(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "errors" not in await answer(AVERAGES)
    monkeypatch.setattr(limits, "MOST_RECORDS", 50)
    (error,) = (await answer(AVERAGES))["errors"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}


SCHEMA_TOO = "__schema { queryType { name } } "


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_an_answer_of_too_many_records_is_none_whatever_is_asked_beside_it(
    answer: Any, executor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer.engine = replace(answer.engine, executor_class=executor)
    monkeypatch.setattr(limits, "MOST_RECORDS", 50)
    few = "{ viewer { children { displayName } } __typename "
    assert (await answer(f"{few} {SCHEMA_TOO} }}"))["data"]["__schema"] == {
        "queryType": {"name": "Query"}
    }
    for beside in (SCHEMA_TOO, '__type(name: "Query") { name } ', "__typename "):
        for query in (LESSONS, LESSONS.replace("{ viewer", f"{{ {beside} viewer", 1)):
            (error,) = (await answer(query))["errors"]
            assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}, query
            assert error["message"].startswith("The answer holds more than 50 records")


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_a_directive_that_reads_null_is_an_error_of_the_request(
    answer: Any, executor: Any
) -> None:
    answer.engine = replace(answer.engine, executor_class=executor)
    query = "query ($on: Boolean = true) { viewer { children @include(if: $on) { displayName } } }"
    assert (await answer(query))["data"]["viewer"]["children"]
    assert await answer(query, on=None) == {
        "errors": [
            {
                "message": "Variable '$on' may not be null: a directive reads it.",
                "extensions": {"code": "BAD_INPUT"},
            }
        ]
    }


def fan(wide: int, deep: int) -> str:
    """A small document that comes to many fields, each fragment spread by many others."""
    fragments = [f"fragment F{deep} on Lesson {{ id }}"]
    for level in range(deep):
        spreads = " ".join(
            f"a{n}: homework {{ lesson {{ ...F{level + 1} }} }}" for n in range(wide)
        )
        fragments.append(f"fragment F{level} on Lesson {{ {spreads} }}")
    return "\n".join(['query { node(id: "-") { ... on Lesson { ...F0 } } }', *fragments])


async def test_an_operation_of_too_many_fields_is_refused_before_it_is_compiled(
    answer: Any,
) -> None:
    assert (await answer(fan(3, 4)))["data"] == {"node": None}
    beside = fan(8, 4).replace("{ node", f"{{ {SCHEMA_TOO} node", 1)
    assert (await answer(beside))["errors"] == (await answer(fan(8, 4)))["errors"]
    assert await answer(fan(8, 4)) == {
        "errors": [
            {
                "message": "The operation comes to more than 1000 fields, its fragments spread.",
                "extensions": {"code": "LIMIT_EXCEEDED"},
            }
        ]
    }


async def test_what_is_kept_of_compiled_operations_is_bounded_by_its_size(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_executor, "MOST_SOURCE", 100_000)
    for number in range(12):
        await answer(fan(3, 3) + f"\n# {number}")
        kept = compiled_executor.CompiledExecutor.operations
        assert kept.source == sum(one.size for one in kept.by_key.values())
        assert kept.source <= 100_000


async def test_an_answer_leaves_nothing_for_the_garbage_collector(answer: Any) -> None:
    query = "query ($from: Date!, $to: Date!) { viewer { children { diary(from: $from, to: $to) {"
    query += " date lessons { lesson { topic subject { name } } grades { value } } } } } }"
    await answer(query)
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(5):
            await answer(query)
        assert len(gc.get_objects()) - before < 200
    finally:
        gc.enable()
