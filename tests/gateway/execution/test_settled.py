"""An answer does not depend on what was ready first."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

import pytest
import strawberry
from graphql import Executor, parse
from graphql.execution import create_source_event_stream

from domain.audience import ANYONE
from schema.binding import build
from schema.declare import followed, resolver
from tests.gateway.execution.conftest import Run, a_context, shown

ran: list[str] = []


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


async def turn(number: int, says: str, fails: bool = False) -> str:
    """What a resolver answers after some turns of the event loop."""
    for _ in range(number):
        await asyncio.sleep(0)
    ran.append(says)
    if fails:
        raise ValueError(says)
    return says


def at(number: int, says: str, of: object, fails: bool = False) -> Any:
    """A field that is ready after so many turns; with none it does not wait at all."""

    async def late(record: Any, context: Any) -> str:
        return await turn(number, says, fails)

    def at_once(record: Any, context: Any) -> str:
        ran.append(says)
        if fails:
            raise ValueError(says)
        return says

    return resolver(ANYONE, f"Says {says}.", of)(late if number else at_once)


@strawberry.type
class Race:
    """Fields of every kind, the last ones ready first."""

    slow: str = at(9, "slow", str)
    slow_failing: str = at(6, "slow failing", str, fails=True)
    failing: str = at(0, "failing", str, fails=True)
    slow_null: str | None = at(4, "slow null", str | None, fails=True)
    null: str | None = at(0, "null", str | None, fails=True)

    @resolver(ANYONE, "The same again.", "Race | None")
    def again(record: Any, context: Any) -> object:
        return record

    @resolver(ANYONE, "The same again, surely.", "Race")
    async def surely(record: Any, context: Any) -> object:
        await asyncio.sleep(0)
        return record

    @resolver(ANYONE, "Items that fail, the last ones first.", list[str])
    def items(record: Any, context: Any) -> list[Awaitable[str]]:
        return [turn(3, "zero"), turn(2, "one", fails=True), turn(1, "two", fails=True)]

    @resolver(ANYONE, "Items that may be null, the last ones first.", list[str | None])
    def nulls(record: Any, context: Any) -> list[Awaitable[str]]:
        return [turn(3, "zero", fails=True), turn(2, "one"), turn(1, "two", fails=True)]


def ignored(message: str, *path: str | int) -> dict[str, Any]:
    return {"message": message, "path": list(path)}


def places(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The errors but for their locations."""
    return [ignored(error["message"], *error["path"]) for error in answer["errors"]]


@strawberry.type
class Query:
    @resolver(ANYONE, "A race.", Race | None)
    def race(record: Any, context: Any) -> object:
        return object()


@strawberry.type
class Mutation:
    first: str = at(2, "first", str)
    failing: str = at(2, "failing", str, fails=True)
    last: str = at(0, "last", str)


async def two_events() -> AsyncGenerator[object, None]:
    yield object()
    yield object()


@strawberry.type
class Subscription:
    @followed("Two events.", Race)
    async def races(context: Any) -> AsyncGenerator[object, None]:
        return two_events()


schema = build(Query, Mutation, Subscription)


async def test_the_first_field_that_failed_in_the_responses_order_makes_the_parent_null(
    run: Run,
) -> None:
    query = "{ race { slow slowFailing failing } }"
    answer = await run(schema, query)
    assert answer == {
        "data": {"race": None},
        "errors": [
            {
                "message": "slow failing",
                "locations": [{"line": 1, "column": 15}],
                "path": ["race", "slowFailing"],
            }
        ],
    }


async def test_siblings_of_a_failed_field_run_to_their_end(run: Run) -> None:
    query = "{ race { failing slow null } }"
    answer = await run(schema, query)
    assert answer["data"] == {"race": None}
    assert places(answer) == [ignored("failing", "race", "failing")]
    assert sorted(ran) == ["failing", "null", "slow"]


async def test_the_first_item_that_failed_makes_the_list_null(run: Run) -> None:
    query = "{ race { items } }"
    answer = await run(schema, query)
    assert answer["data"] == {"race": None}
    assert places(answer) == [ignored("one", "race", "items", 1)]
    assert ran == ["two", "one", "zero"]


async def test_what_failed_below_a_null_is_not_told(run: Run) -> None:
    query = "{ race { null again { slowNull surely { null slowFailing } } } }"
    answer = await run(schema, query)
    assert answer["data"] == {"race": {"null": None, "again": None}}
    assert places(answer) == [
        ignored("null", "race", "null"),
        ignored("slow failing", "race", "again", "surely", "slowFailing"),
    ]


async def test_errors_are_in_the_order_of_the_response(run: Run) -> None:
    query = """
      {
        late: race { slowNull again { null } nulls }
        again: race { null nulls slowNull }
        ... on Query { late: race { null } }
      }
    """
    answer = await run(schema, query)
    assert answer["data"] == {
        "late": {
            "slowNull": None,
            "again": {"null": None},
            "nulls": [None, "one", None],
            "null": None,
        },
        "again": {"null": None, "nulls": [None, "one", None], "slowNull": None},
    }
    assert places(answer) == [
        ignored("slow null", "late", "slowNull"),
        ignored("null", "late", "again", "null"),
        ignored("zero", "late", "nulls", 0),
        ignored("two", "late", "nulls", 2),
        ignored("null", "late", "null"),
        ignored("null", "again", "null"),
        ignored("zero", "again", "nulls", 0),
        ignored("two", "again", "nulls", 2),
        ignored("slow null", "again", "slowNull"),
    ]


async def test_after_a_mutation_that_made_all_null_the_later_ones_do_not_run(run: Run) -> None:
    query = "mutation { first failing last }"
    answer = await run(schema, query)
    assert answer["data"] is None
    assert places(answer) == [ignored("failing", "failing")]
    assert ran == ["first", "failing"]


async def test_each_event_has_errors_of_its_own(executor_class: type[Executor[Any]]) -> None:
    query = "subscription { races { slowNull null } }"
    executor: Any = executor_class.build(schema._schema, parse(query), context_value=a_context())
    source: Any = create_source_event_stream(executor)
    answers = []
    async for event in await source if isinstance(source, Awaitable) else source:
        result = executor.build_per_event_executor(event).execute_operation(False)
        answers.append(shown(await result))
    assert [answer["data"] for answer in answers] == [
        {"races": {"slowNull": None, "null": None}}
    ] * 2
    expected = [ignored("slow null", "races", "slowNull"), ignored("null", "races", "null")]
    assert [places(answer) for answer in answers] == [expected] * 2
