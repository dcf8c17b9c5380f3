"""How scalars and enums are answered, and what they refuse."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import strawberry

from tests.gateway.execution.conftest import Run
from tests.gateway.execution.one_field import READINGS, answering


@strawberry.enum(description="A colour.")
class Colour(Enum):
    RED = strawberry.enum_value("RED", description="Red.")
    DARK = strawberry.enum_value("dark-red", description="Darker.")


ANSWERED: list[tuple[Any, Any, Any]] = [
    (str, "a", "a"),
    (str, "", ""),
    (str, 1, "1"),
    (str, 1.5, "1.5"),
    (str, True, "true"),
    (int, 1, 1),
    (int, 0, 0),
    (int, True, 1),
    (int, "7", 7),
    (int, 3.0, 3),
    (int, 2**31 - 1, 2147483647),
    (int, -(2**31), -2147483648),
    (float, 1.5, 1.5),
    (float, 2, 2),
    (float, "0.25", 0.25),
    (float, True, 1),
    (bool, True, True),
    (bool, 0, False),
    (bool, 1.5, True),
    (strawberry.ID, "x", "x"),
    (strawberry.ID, 4, "4"),
    (Colour, Colour.RED, "RED"),
    (Colour, Colour.DARK, "DARK"),
    (Colour, "dark-red", "DARK"),
    (date, date(2026, 2, 28), "2026-02-28"),
    (datetime, datetime(2026, 2, 28, 9, 30, tzinfo=UTC), "2026-02-28T09:30:00+00:00"),
    (Decimal, Decimal("4.50"), "4.50"),
    (Decimal, Decimal("1E+2"), "1E+2"),
]
REFUSED: list[tuple[Any, Any, str]] = [
    (str, [1], "String cannot represent value: [1]"),
    (str, {"a": 1}, "String cannot represent value: {'a': 1}"),
    (int, "a", "Int cannot represent non-integer value: 'a'"),
    (int, "", "Int cannot represent non-integer value: ''"),
    (int, 1.5, "Int cannot represent non-integer value: 1.5"),
    (int, float("nan"), "Int cannot represent non-integer value: nan"),
    (int, 2**31, "Int cannot represent non 32-bit signed integer value: 2147483648"),
    (int, -(2**31) - 1, "Int cannot represent non 32-bit signed integer value: -2147483649"),
    (int, [1], "Int cannot represent non-integer value: [1]"),
    (float, "a", "Float cannot represent non numeric value: 'a'"),
    (float, float("nan"), "Float cannot represent non numeric value: nan"),
    (float, float("inf"), "Float cannot represent non numeric value: inf"),
    (bool, "true", "Boolean cannot represent a non boolean value: 'true'"),
    (bool, float("nan"), "Boolean cannot represent a non boolean value: nan"),
    (strawberry.ID, 1.5, "ID cannot represent value: 1.5"),
    (strawberry.ID, True, "ID cannot represent value: True"),
    (Colour, "DARK", "Enum 'Colour' cannot represent value: 'DARK'"),
    (Colour, "BLUE", "Enum 'Colour' cannot represent value: 'BLUE'"),
    (Colour, ["RED"], "Enum 'Colour' cannot represent value: ['RED']"),
    (date, 5, "'int' object has no attribute 'isoformat'"),
    (datetime, "x", "'str' object has no attribute 'isoformat'"),
]


@pytest.mark.parametrize("reading", READINGS)
async def test_a_scalar_or_enum_is_answered_as_its_type_has_it(run: Run, reading: str) -> None:
    query = "{ thing { it } }"
    for of, value, answer in ANSWERED:
        data = {"thing": {"it": answer}}
        found = await run(answering(of, value, reading), query)
        assert found == {"data": data}, (of, value)
        assert type(found["data"]["thing"]["it"]) is type(answer) or of is float


@pytest.mark.parametrize("reading", READINGS)
async def test_a_value_that_its_type_can_t_hold_is_an_error_of_the_field(
    run: Run, reading: str
) -> None:
    query = "{ thing { it } }"
    for of, value, message in REFUSED:
        error = {
            "message": message,
            "locations": [{"line": 1, "column": 11}],
            "path": ["thing", "it"],
        }
        assert await run(answering(of | None, value, reading), query) == {
            "data": {"thing": {"it": None}},
            "errors": [error],
        }, (of, value)
        assert await run(answering(of, value, reading), query) == {
            "data": {"thing": None},
            "errors": [error],
        }, (of, value)


async def test_a_bad_item_is_an_error_at_its_place(run: Run) -> None:
    query = "{ thing { it } }"
    schema = answering(list[list[int | None] | None], [[1, "a"], [2**31, 4]])
    assert await run(schema, query) == {
        "data": {"thing": {"it": [[1, None], [None, 4]]}},
        "errors": [
            {
                "message": "Int cannot represent non-integer value: 'a'",
                "locations": [{"line": 1, "column": 11}],
                "path": ["thing", "it", 0, 1],
            },
            {
                "message": "Int cannot represent non 32-bit signed integer value: 2147483648",
                "locations": [{"line": 1, "column": 11}],
                "path": ["thing", "it", 1, 0],
            },
        ],
    }
