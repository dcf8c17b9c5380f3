"""Interfaces and unions: what a record is decides which fields it answers."""

from tests.gateway.execution.conftest import Run
from tests.gateway.execution.zoo import schema


async def test_an_interface_is_answered_as_what_the_record_is(run: Run) -> None:
    query = """
      {
        dog: pet { __typename name ... on Dog { barks friend { name ... on Cat { meows } } } }
        cat: pet(noun: "Cat") {
          __typename name ... on Dog { barks } ... on Cat { meows friend { name } }
        }
      }
    """
    assert await run(schema, query) == {
        "data": {
            "dog": {
                "__typename": "Dog",
                "name": "Rex",
                "barks": True,
                "friend": {"name": "Tom", "meows": True},
            },
            "cat": {"__typename": "Cat", "name": "Tom", "meows": True, "friend": None},
        }
    }


async def test_the_same_alias_may_stand_for_other_fields_of_other_types(run: Run) -> None:
    query = """
      { pets {
        ... on Dog { is: barks whose: friend { ... on Cat { name } } }
        ... on Cat { is: meows whose: friend { ... on Dog { barks } } }
      } }
    """
    assert await run(schema, query) == {
        "data": {"pets": [{"is": True, "whose": {"name": "Tom"}}, {"is": True, "whose": None}]}
    }


async def test_a_union_is_answered_as_what_the_record_is(run: Run) -> None:
    query = "{ either { ... on Pet { name } ... on Dog { barks } ... on Cat { meows ill } } }"
    assert await run(schema, query) == {
        "data": {
            "either": [
                {"name": "Tom", "meows": True, "ill": None},
                None,
                {"name": "Rex", "barks": True},
            ]
        },
        "errors": [
            {
                "message": "Tom is ill.",
                "locations": [{"line": 1, "column": 72}],
                "path": ["either", 0, "ill"],
            }
        ],
    }


async def test_a_record_that_is_none_of_the_interfaces_types_is_an_error(run: Run) -> None:
    query = '{ pet(noun: "Person") { name } dog { name } }'
    assert await run(schema, query) == {
        "data": {"pet": None, "dog": {"name": "Ida"}},
        "errors": [
            {
                "message": "Runtime Object type 'Person' is not a possible type for 'Pet'.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["pet"],
            }
        ],
    }


async def test_a_record_of_no_type_of_the_schema_is_an_error(run: Run) -> None:
    query = '{ stone: pet(noun: "Stone") { __typename } }'
    assert await run(schema, query) == {
        "data": {"stone": None},
        "errors": [
            {
                "message": "Abstract type 'Pet' was resolved to a type 'Stone' that does not exist"
                " inside the schema.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["stone"],
            }
        ],
    }
