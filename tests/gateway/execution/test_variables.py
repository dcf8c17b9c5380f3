"""What arguments become: literals, variables and defaults; what is absent is not null."""

from typing import Any

import pytest

from tests.gateway.execution.conftest import Run
from tests.gateway.execution.zoo import schema

LITERALS = [
    ("text", "text", "absent"),
    ("text", "text(given: null)", "None"),
    ("text", 'text(given: "a")', "'a'"),
    ("text", 'text(given: """\n  a\n    b\n""")', "'a\\n  b'"),
    ("preset", "preset", "'preset'"),
    ("preset", "preset(given: null)", "None"),
    ("preset", 'preset(given: "")', "''"),
    ("numbers", "numbers", "absent"),
    ("numbers", "numbers(given: null)", "None"),
    ("numbers", "numbers(given: [])", "[]"),
    ("numbers", "numbers(given: [[1, null], []])", "[[1, None], []]"),
    ("numbers", "numbers(given: [1, [2]])", "[[1], [2]]"),
    ("numbers", "numbers(given: 3)", "[[3]]"),
    ("size", "size(given: {width: 1})", "{'width': '1', 'height': '7'}"),
    ("size", "size(given: {width: 1, height: null})", "{'width': '1', 'height': 'None'}"),
    (
        "size",
        'size(given: {unit: "cm", inner: {width: 2}, width: 1})',
        (
            "{'width': '1', 'height': '7', 'unit': \"'cm'\", "
            "'inner': \"[{'width': '2', 'height': '7'}]\"}"
        ),
    ),
    ("others", "others", "<Colour.BLUE: 'BLUE'>, absent, absent, absent, absent, absent"),
    (
        "others",
        'others(colour: RED, day: "2026-02-28", worth: "4.50", of: 7, share: 1, sure: true)',
        "<Colour.RED: 'RED'>, datetime.date(2026, 2, 28), Decimal('4.50'), '7', 1.0, True",
    ),
    (
        "others",
        "others(colour: null, worth: 4, share: 1.5, of: null)",
        "None, absent, Decimal('4'), None, 1.5, absent",
    ),
    ("found", 'found(by: {name: "Rex"})', "name Rex"),
    ("found", "found(by: {number: 4})", "number 4"),
]


@pytest.mark.parametrize(("name", "field", "answer"), LITERALS, ids=[one[1] for one in LITERALS])
async def test_literals_become_arguments(run: Run, name: str, field: str, answer: str) -> None:
    query = f"{{ {field} }}"
    assert await run(schema, query) == {"data": {name: answer}}


TEXT = "query ($it: String) { text(given: $it) }"
TEXT_DEFAULT = 'query ($it: String = "default") { text(given: $it) }'
PRESET = "query ($it: String) { preset(given: $it) }"
NEEDED = 'query ($it: String = "default") { needed(given: $it) }'
NUMBERS = "query ($it: [[Int]!]) { numbers(given: $it) }"
IN_LIST = "query ($it: Int) { numbers(given: [[1, $it], [$it]]) }"
SIZE = "query ($it: Size) { size(given: $it) }"
IN_SIZE = "query ($it: Int) { size(given: {width: 1, height: $it}) }"
OTHERS = """
  query ($colour: Colour, $day: Date, $worth: Decimal, $of: ID, $share: Float, $sure: Boolean) {
    others(colour: $colour, day: $day, worth: $worth, of: $of, share: $share, sure: $sure)
  }
"""
FOUND = "query ($it: By!) { found(by: $it) }"
VARIABLES: list[tuple[str, dict[str, Any], str]] = [
    (TEXT, {}, "absent"),
    (TEXT, {"it": None}, "None"),
    (TEXT, {"it": "a"}, "'a'"),
    (TEXT_DEFAULT, {}, "'default'"),
    (TEXT_DEFAULT, {"it": None}, "None"),
    (TEXT_DEFAULT, {"it": "a"}, "'a'"),
    (PRESET, {}, "'preset'"),
    (PRESET, {"it": None}, "None"),
    (PRESET, {"it": "a"}, "'a'"),
    (NEEDED, {}, "'default'"),
    (NEEDED, {"it": "a"}, "'a'"),
    (NUMBERS, {}, "absent"),
    (NUMBERS, {"it": None}, "None"),
    (NUMBERS, {"it": 3}, "[[3]]"),
    (NUMBERS, {"it": [1, [2, None]]}, "[[1], [2, None]]"),
    (IN_LIST, {"it": 5}, "[[1, 5], [5]]"),
    (IN_LIST, {"it": None}, "[[1, None], [None]]"),
    (IN_LIST, {}, "[[1, None], [None]]"),
    (SIZE, {}, "absent"),
    (SIZE, {"it": None}, "None"),
    (SIZE, {"it": {"width": 1}}, "{'width': '1', 'height': '7'}"),
    (SIZE, {"it": {"width": 1, "height": None}}, "{'width': '1', 'height': 'None'}"),
    (IN_SIZE, {}, "{'width': '1', 'height': '7'}"),
    (IN_SIZE, {"it": None}, "{'width': '1', 'height': 'None'}"),
    (IN_SIZE, {"it": 3}, "{'width': '1', 'height': '3'}"),
    (OTHERS, {}, "<Colour.BLUE: 'BLUE'>, absent, absent, absent, absent, absent"),
    (
        OTHERS,
        {"colour": "RED", "day": "2026-02-28", "worth": 4.5, "of": 7, "share": 2, "sure": False},
        "<Colour.RED: 'RED'>, datetime.date(2026, 2, 28), Decimal('4.5'), '7', 2.0, False",
    ),
    (FOUND, {"it": {"name": "Rex"}}, "name Rex"),
    (FOUND, {"it": {"number": 0}}, "number 0"),
]


@pytest.mark.parametrize(("query", "variables", "answer"), VARIABLES)
async def test_variables_become_arguments(
    run: Run, query: str, variables: dict[str, Any], answer: str
) -> None:
    found = await run(schema, query, **variables)
    assert list(found) == ["data"], found
    assert list(found["data"].values()) == [answer]


INVALID: list[tuple[str, dict[str, Any], str]] = [
    (
        "query ($it: String!) { needed(given: $it) }",
        {},
        (
            "Variable '$it' has invalid value: Expected a value of non-null type 'String!'"
            " to be provided."
        ),
    ),
    (
        "query ($it: String!) { needed(given: $it) }",
        {"it": None},
        (
            "Variable '$it' has invalid value: Expected value of non-null type 'String!' not to be"
            " None."
        ),
    ),
    (
        TEXT,
        {"it": 5},
        "Variable '$it' has invalid value: String cannot represent a non string value: 5",
    ),
    (
        NUMBERS,
        {"it": [[1], None]},
        (
            "Variable '$it' has invalid value at [1]: Expected value of non-null type '[Int]!' not"
            " to be None."
        ),
    ),
    (
        NUMBERS,
        {"it": [[1, "a"]]},
        "Variable '$it' has invalid value at [0][1]: Int cannot represent non-integer value: 'a'",
    ),
    (
        SIZE,
        {"it": {}},
        (
            "Variable '$it' has invalid value: Expected value of type 'Size' to include required"
            " field 'width', found: {}."
        ),
    ),
    (
        SIZE,
        {"it": {"width": 1, "depth": 2}},
        (
            "Variable '$it' has invalid value: Expected value of type 'Size' not to include unknown"
            " field 'depth'. Did you mean 'width'? Found: {'width': 1, 'depth': 2}."
        ),
    ),
    (
        OTHERS,
        {"colour": "GREEN"},
        (
            "Variable '$colour' has invalid value: Value 'GREEN' does not exist in 'Colour' enum."
            " Did you mean the enum value 'RED'?"
        ),
    ),
]


@pytest.mark.parametrize(("query", "variables", "message"), INVALID)
async def test_a_bad_variable_is_an_error_of_the_request(
    run: Run, query: str, variables: dict[str, Any], message: str
) -> None:
    name = message.split("'")[1]
    line = next(n for n, text in enumerate(query.split("\n"), 1) if name in text)
    column = query.split("\n")[line - 1].index(name) + 1
    assert await run(schema, query, **variables) == {
        "data": None,
        "errors": [{"message": message, "locations": [{"line": line, "column": column}]}],
    }


async def test_a_null_given_to_what_must_be_there_is_an_error_of_the_field(run: Run) -> None:
    query = 'query ($it: String = "default") { needed(given: $it) text }'
    assert await run(schema, query, it=None) == {
        "data": {"needed": None, "text": "absent"},
        "errors": [
            {
                "message": "Argument 'given' has invalid value: Expected variable '$it' provided to"
                " non-null type 'String!' not to be None.",
                "locations": [{"line": 1, "column": 49}],
                "path": ["needed"],
            }
        ],
    }


async def test_one_of_several_inputs_is_given_and_not_null(run: Run) -> None:
    query = "query ($it: By!) { found(by: $it) }"
    assert await run(schema, query, it={"name": "Rex", "number": 4}) == {
        "data": None,
        "errors": [{"message": "OneOf Input Object 'By' must specify exactly one key."}],
    }
    assert await run(schema, query, it={"name": None}) == {
        "data": None,
        "errors": [{"message": "Value for member field 'name' must be non-null"}],
    }
