"""What an error tells: its message, where it is in the query, and where in the answer."""

from types import SimpleNamespace
from typing import Any

import strawberry
from graphql import GraphQLError

from domain.audience import ANYONE
from schema.binding import build
from schema.declare import column, computed, resolver
from tests.gateway.execution.conftest import Run
from tests.gateway.execution.zoo import schema


async def test_a_path_names_aliases_and_places_in_lists(run: Run) -> None:
    query = """
      { all: pets { ... on Dog { mate: friend { ... on Cat { sick: ill } } } ... on Cat { ill } } }
    """
    assert await run(schema, query) == {
        "data": {"all": [{"mate": {"sick": None}}, {"ill": None}]},
        "errors": [
            {
                "message": "Tom is ill.",
                "locations": [{"line": 2, "column": 62}],
                "path": ["all", 0, "mate", "sick"],
            },
            {
                "message": "Tom is ill.",
                "locations": [{"line": 2, "column": 91}],
                "path": ["all", 1, "ill"],
            },
        ],
    }


async def test_an_error_is_at_each_selection_that_asked_for_the_field(run: Run) -> None:
    query = """
      {
        dog { ill }
        dog { name ill @skip(if: true) ...Ill }
      }
      fragment Ill on Dog {
        ill
        ... on Pet { ... on Dog { ill } }
      }
    """
    assert await run(schema, query) == {
        "data": {"dog": {"ill": None, "name": "Ida"}},
        "errors": [
            {
                "message": "Ida is ill.",
                "locations": [
                    {"line": 3, "column": 15},
                    {"line": 7, "column": 9},
                    {"line": 8, "column": 35},
                ],
                "path": ["dog", "ill"],
            }
        ],
    }


async def test_a_null_goes_up_through_all_that_may_not_be_null(run: Run) -> None:
    query = "{ person { name } dog { name veryIll } nobody { veryIll } }"
    assert await run(schema, query) == {
        "data": None,
        "errors": [
            {
                "message": "Ida is ill.",
                "locations": [{"line": 1, "column": 30}],
                "path": ["dog", "veryIll"],
            }
        ],
    }
    query = "{ person { name } dog { name friend { ... on Dog { veryIll } } } }"
    assert await run(schema, query) == {
        "data": {"person": {"name": "Ann"}, "dog": {"name": "Ida", "friend": None}},
        "errors": [
            {
                "message": "Rex is ill.",
                "locations": [{"line": 1, "column": 52}],
                "path": ["dog", "friend", "veryIll"],
            }
        ],
    }


async def test_a_null_in_a_list_goes_up_to_what_may_be_null(run: Run) -> None:
    query = "{ pets { name ... on Dog { veryIll } } }"
    assert await run(schema, query) == {
        "data": None,
        "errors": [
            {
                "message": "Rex is ill.",
                "locations": [{"line": 1, "column": 28}],
                "path": ["pets", 0, "veryIll"],
            }
        ],
    }
    query = "{ either { ... on Dog { veryIll } ... on Cat { name } } }"
    assert await run(schema, query) == {
        "data": {"either": [{"name": "Tom"}, None, None]},
        "errors": [
            {
                "message": "Rex is ill.",
                "locations": [{"line": 1, "column": 25}],
                "path": ["either", 2, "veryIll"],
            }
        ],
    }


def raising(error: Exception) -> Any:
    def fail(*_: Any) -> Any:
        raise error

    return fail


def returning(error: Exception) -> Any:
    return lambda *_: error


async def awaited_error(record: Any, context: Any) -> Any:
    raise ValueError("Awaited and raised.")


async def returned_late(record: Any, context: Any) -> Any:
    return ValueError("Awaited and returned.")


class Silent(Exception):
    pass


@strawberry.type(description="Fields that fail, each in its way.")
class Failing:
    column: str | None = column(ANYONE, "A column that is not there.")
    raised: str | None = computed(ANYONE, "Raises.", raising(ValueError("Raised.")))
    returned: str | None = computed(ANYONE, "Returns it.", returning(ValueError("Returned.")))
    of_graphql: str | None = computed(
        ANYONE, "Raises graphql's.", raising(GraphQLError("Of GraphQL.", extensions={"code": "X"}))
    )
    silent: str | None = computed(ANYONE, "Says nothing.", raising(Silent()))
    late: str | None = resolver(ANYONE, "Raises late.", str | None)(awaited_error)
    late_returned: str | None = resolver(ANYONE, "Returns it late.", str | None)(returned_late)
    object: "Failing | None" = computed(ANYONE, "No object.", raising(KeyError("key")))
    items: list[str | None] | None = computed(
        ANYONE, "Some items.", returning(ValueError("Instead of a list."))
    )


@strawberry.type(description="Queries.")
class Query:
    failing: Failing = resolver(ANYONE, "It.", Failing)(lambda record, context: SimpleNamespace())


async def test_each_way_to_fail_is_an_error_of_the_field_and_no_other(run: Run) -> None:
    query = """{ failing {
      column
      raised
      returned
      ofGraphql
      silent
      late
      lateReturned
      object { column }
      items
      __typename
    } }"""
    messages = {
        "column": "'types.SimpleNamespace' object has no attribute 'column'",
        "raised": "Raised.",
        "returned": "Returned.",
        "ofGraphql": "Of GraphQL.",
        "silent": "An unknown error occurred.",
        "late": "Awaited and raised.",
        "lateReturned": "Awaited and returned.",
        "object": "'key'",
        "items": "Instead of a list.",
    }
    answer = await run(build(Query), query)
    assert answer["data"] == {"failing": {**dict.fromkeys(messages), "__typename": "Failing"}}
    assert answer["errors"] == [
        {
            "message": message,
            "locations": [{"line": line, "column": 7}],
            "path": ["failing", name],
            **({"extensions": {"code": "X"}} if name == "ofGraphql" else {}),
        }
        for line, (name, message) in enumerate(messages.items(), 2)
    ]
