"""Mutations one after the other, subscriptions event by event, and which operation runs."""

from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, Executor, execute, parse, subscribe

from tests.gateway.execution.conftest import Run, a_context, shown
from tests.gateway.execution.zoo import Counter, schema


async def test_mutations_run_one_after_the_other(run: Run) -> None:
    query = """
      mutation {
        first: later(to: 1) { number }
        second: now(to: 2) { number __typename }
        third: later(to: 3) { number }
        __typename
      }
    """
    counter = Counter()
    answer = await run(schema, query, counter)
    assert answer == {
        "data": {
            "first": {"number": 1},
            "second": {"number": 2, "__typename": "Count"},
            "third": {"number": 3},
            "__typename": "Mutation",
        }
    }
    assert list(answer["data"]) == ["first", "second", "third", "__typename"]
    assert counter.number == 3


async def test_mutations_go_on_after_one_that_failed(run: Run) -> None:
    query = "mutation { a: now(to: 1) { number } fail { number } b: later(to: 2) { number } }"
    counter = Counter()
    assert await run(schema, query, counter) == {
        "data": {"a": {"number": 1}, "fail": None, "b": {"number": 2}},
        "errors": [
            {
                "message": "It failed at 1.",
                "locations": [{"line": 1, "column": 37}],
                "path": ["fail"],
            }
        ],
    }
    assert counter.number == 2


async def test_mutations_end_with_one_that_makes_all_null(run: Run) -> None:
    query = (
        "mutation { fail { number } later(to: 1) { number } ruin { number } now(to: 2) { number } }"
    )
    counter = Counter()
    assert await run(schema, query, counter) == {
        "data": None,
        "errors": [
            {
                "message": "It was ruined at 1.",
                "locations": [{"line": 1, "column": 52}],
                "path": ["ruin"],
            }
        ],
    }
    assert counter.number == 1


async def events(
    executor_class: type[Executor[Any]], query: str, **variables: Any
) -> list[dict[str, Any]]:
    """The answers to a subscription, or the one that says why there are none."""
    found: Any = subscribe(
        schema._schema,
        parse(query),
        context_value=a_context(),
        variable_values=variables,
        executor_class=executor_class,
    )
    found = await found if isinstance(found, Awaitable) else found
    if isinstance(found, ExecutionResult):
        return [shown(found)]
    return [shown(result) async for result in found]


async def test_each_event_of_a_subscription_is_answered_by_itself(
    executor_class: type[Executor[Any]],
) -> None:
    query = """
      subscription ($names: [String!]!, $by: String = "?") {
        new: dogs(names: $names) { name ill called(by: $by) friend { __typename name } ...Kind }
      }
      fragment Kind on Dog { __typename }
    """
    cat = {"__typename": "Cat", "name": "Tom"}
    answers = await events(executor_class, query, names=["Ada", "Ben"])
    assert answers == [
        {
            "data": {
                "new": {
                    "name": name,
                    "ill": None,
                    "called": f"{name}{name}?",
                    "friend": cat,
                    "__typename": "Dog",
                }
            },
            "errors": [
                {
                    "message": f"{name} is ill.",
                    "locations": [{"line": 3, "column": 41}],
                    "path": ["new", "ill"],
                }
            ],
        }
        for name in ("Ada", "Ben")
    ]


async def test_an_event_may_be_null_as_a_whole(executor_class: type[Executor[Any]]) -> None:
    query = 'subscription { dogs(names: ["Ada", "Ben"]) { name veryIll } }'
    assert await events(executor_class, query) == [
        {
            "data": None,
            "errors": [
                {
                    "message": f"{name} is ill.",
                    "locations": [{"line": 1, "column": 51}],
                    "path": ["dogs", "veryIll"],
                }
            ],
        }
        for name in ("Ada", "Ben")
    ]


async def test_a_subscription_says_why_it_does_not_begin(
    executor_class: type[Executor[Any]],
) -> None:
    query = "subscription ($names: [String!]!) { dogs(names: $names) { name } }"
    assert await events(executor_class, query) == [
        {
            "data": None,
            "errors": [
                {
                    "message": "Variable '$names' has invalid value: Expected a value of non-null"
                    " type '[String!]!' to be provided.",
                    "locations": [{"line": 1, "column": 15}],
                }
            ],
        }
    ]


async def test_the_operation_that_is_named_runs(executor_class: type[Executor[Any]]) -> None:
    document = parse("query A { person { name } } query B { __typename } mutation C { __typename }")

    async def named(name: str | None) -> dict[str, Any]:
        result = execute(
            schema._schema,
            document,
            context_value=a_context(),
            operation_name=name,
            executor_class=executor_class,
        )
        return shown(await result if isinstance(result, Awaitable) else result)

    assert await named("A") == {"data": {"person": {"name": "Ann"}}}
    assert await named("B") == {"data": {"__typename": "Query"}}
    assert await named("C") == {"data": {"__typename": "Mutation"}}
    message = "Must provide operation name if query contains multiple operations."
    assert await named(None) == {"data": None, "errors": [{"message": message}]}
    assert await named("D") == {
        "data": None,
        "errors": [{"message": "Unknown operation named 'D'."}],
    }
