"""Which fields are answered: fragments, aliases, merging, directives and what a type is called."""

from typing import Any

import pytest

from tests.gateway.execution.conftest import Run
from tests.gateway.execution.zoo import schema


async def test_fields_are_answered_in_the_order_of_the_query_under_their_aliases(run: Run) -> None:
    query = "{ b: dog { z: barks name a: name } a: person { name } nobody { name } }"
    answer = await run(schema, query)
    assert answer == {
        "data": {
            "b": {"z": False, "name": "Ida", "a": "Ida"},
            "a": {"name": "Ann"},
            "nobody": None,
        }
    }
    assert list(answer["data"]) == ["b", "a", "nobody"]
    assert list(answer["data"]["b"]) == ["z", "name", "a"]


async def test_the_same_field_under_two_aliases_has_arguments_of_its_own(run: Run) -> None:
    query = """
      { dog {
        called once: called(times: 1) asked: called(by: "?")
        none: called(times: 0, by: "")
      } }
    """
    assert await run(schema, query) == {
        "data": {"dog": {"called": "IdaIda!", "once": "Ida!", "asked": "IdaIda?", "none": ""}}
    }


async def test_selections_of_the_same_field_are_merged_where_it_stood_first(run: Run) -> None:
    query = """
      {
        dog { friend { name } barks }
        person { name }
        ...More
        dog { friend { ... on Dog { friend { name } } __typename } name }
      }
      fragment More on Query { dog { name friend { ...Barking } } }
      fragment Barking on Dog { barks }
    """
    answer = await run(schema, query)
    assert answer == {
        "data": {
            "dog": {
                "friend": {
                    "name": "Rex",
                    "barks": True,
                    "friend": {"name": "Tom"},
                    "__typename": "Dog",
                },
                "barks": False,
                "name": "Ida",
            },
            "person": {"name": "Ann"},
        }
    }
    assert list(answer["data"]["dog"]) == ["friend", "barks", "name"]
    assert list(answer["data"]["dog"]["friend"]) == ["name", "barks", "friend", "__typename"]


async def test_a_fragment_that_is_spread_twice_is_answered_once(run: Run) -> None:
    query = """
      { dog { ...A ...A ...B } }
      fragment A on Dog { name ...B }
      fragment B on Dog { barks called }
    """
    answer = await run(schema, query)
    assert answer == {"data": {"dog": {"name": "Ida", "barks": False, "called": "IdaIda!"}}}
    assert list(answer["data"]["dog"]) == ["name", "barks", "called"]


async def test_fragments_apply_to_the_types_that_they_name(run: Run) -> None:
    query = """
      {
        pets {
          ... on Dog { barks }
          ... on Cat { meows }
          ... on Pet { name }
          ... { again: name }
          ...Both
        }
      }
      fragment Both on CatOrDog { ... on Dog { dog: name } ... on Cat { cat: name } }
    """
    answer = await run(schema, query)
    assert answer == {
        "data": {
            "pets": [
                {"barks": True, "name": "Rex", "again": "Rex", "dog": "Rex"},
                {"meows": True, "name": "Tom", "again": "Tom", "cat": "Tom"},
            ]
        }
    }
    assert [list(pet) for pet in answer["data"]["pets"]] == [
        ["barks", "name", "again", "dog"],
        ["meows", "name", "again", "cat"],
    ]


async def test_a_type_tells_its_name_at_every_level(run: Run) -> None:
    query = """
      {
        __typename root: __typename
        pets { kind: __typename ... on Dog { friend { __typename } } }
        either { __typename }
      }
    """
    assert await run(schema, query) == {
        "data": {
            "__typename": "Query",
            "root": "Query",
            "pets": [{"kind": "Dog", "friend": {"__typename": "Cat"}}, {"kind": "Cat"}],
            "either": [{"__typename": "Cat"}, None, {"__typename": "Dog"}],
        }
    }


async def test_an_object_without_fields_for_its_type_is_empty(run: Run) -> None:
    query = "{ pets { ... on Cat { name } } either { ... on Dog { name } } }"
    assert await run(schema, query) == {
        "data": {"pets": [{}, {"name": "Tom"}], "either": [{}, None, {"name": "Rex"}]}
    }


PLACES = {
    "a field": "{ dog { name barks %s } }",
    "a fragment": "{ dog { name ...F %s } } fragment F on Dog { barks }",
    "an inline fragment": "{ dog { name ... on Dog %s { barks } } }",
    "an untyped fragment": "{ dog { name ... %s { barks } } }",
    "the outer field": "{ person { name } ... on Query { dog %s { name barks } } }",
}
DIRECTIVES = {
    "@skip(if: true)": False,
    "@skip(if: false)": True,
    "@include(if: true)": True,
    "@include(if: false)": False,
    "@skip(if: false) @include(if: true)": True,
    "@skip(if: true) @include(if: true)": False,
    "@include(if: false) @skip(if: false)": False,
    "@include(if: false) @skip(if: true)": False,
}


@pytest.mark.parametrize("place", PLACES)
async def test_directives_leave_out_by_literals_and_by_variables(run: Run, place: str) -> None:
    for directives, is_kept in DIRECTIVES.items():
        text = PLACES[place] % directives
        barks = {"barks": False} if is_kept else {}
        data: dict[str, Any] = {"dog": {"name": "Ida", **barks}}
        if place == "the outer field":
            data = {"person": {"name": "Ann"}, **(data if is_kept else {})}
        assert await run(schema, text) == {"data": data}, text

        text = text.replace("if: true", "if: $yes").replace("if: false", "if: $no")
        declared = {"$yes": "$yes: Boolean!", "$no": "$no: Boolean! = false"}
        used = [declared[name] for name in declared if name in text]
        text = f"query ({', '.join(used)}) {text}"
        assert await run(schema, text, yes=True) == {"data": data}, text


async def test_one_operation_answers_differently_with_other_variables(run: Run) -> None:
    query = """
      query ($short: Boolean!) { dog {
        name
        barks @skip(if: $short)
        ... @include(if: $short) { called }
        friend @skip(if: $short) { name }
      } }
    """
    short = {"data": {"dog": {"name": "Ida", "called": "IdaIda!"}}}
    long = {"data": {"dog": {"name": "Ida", "barks": False, "friend": {"name": "Rex"}}}}
    assert await run(schema, query, short=True) == short
    assert await run(schema, query, short=False) == long
    assert await run(schema, query, short=True) == short


async def test_the_same_field_is_kept_where_one_of_its_selections_is(run: Run) -> None:
    query = """
      query ($no: Boolean = false) { dog {
        friend @include(if: $no) { name }
        friend { __typename }
        name @skip(if: true)
        name @include(if: true)
      } }
    """
    answer = await run(schema, query)
    assert answer == {"data": {"dog": {"friend": {"__typename": "Dog"}, "name": "Ida"}}}


async def test_everything_may_be_left_out(run: Run) -> None:
    query = "{ dog @skip(if: true) { name } }"
    assert await run(schema, query) == {"data": {}}
    query = "{ dog { name @skip(if: true) } }"
    assert await run(schema, query) == {"data": {"dog": {}}}


async def test_the_schema_is_asked_beside_the_data(run: Run) -> None:
    query = """
      {
        person { name }
        __schema { queryType { name } mutationType { name } }
        dog: __type(name: "Dog") {
          kind name
          interfaces { name }
          fields { name type { kind ofType { name } } args { name defaultValue } }
        }
        none: __type(name: "None") { name }
        __typename
      }
    """
    answer = await run(schema, query)
    fields = {field["name"]: field for field in answer["data"]["dog"].pop("fields")}
    assert answer == {
        "data": {
            "person": {"name": "Ann"},
            "__schema": {"queryType": {"name": "Query"}, "mutationType": {"name": "Mutation"}},
            "dog": {"kind": "OBJECT", "name": "Dog", "interfaces": [{"name": "Pet"}]},
            "none": None,
            "__typename": "Query",
        }
    }
    assert list(fields) == ["name", "barks", "friend", "ill", "veryIll", "called"]
    assert fields["called"] == {
        "name": "called",
        "type": {"kind": "NON_NULL", "ofType": {"name": "String"}},
        "args": [
            {"name": "times", "defaultValue": "2"},
            {"name": "by", "defaultValue": '"!"'},
        ],
    }
