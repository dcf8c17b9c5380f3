"""Values of scalars: one way to write each, and where a wrong one stands."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLScalarType, parse_value

from gateway.documents import Documents
from gateway.errors import OperationError, shown
from schema.build import schema

SCHEMA = schema._schema
GIVE = 'giveGrade(input: {student: "a", lesson: "b", workType: "c", weight: $w}) { __typename }'
NO_DECIMAL = "A Decimal is a number written in digits, such as 4.50."
NO_DATE = "A Date is a day of the calendar, written YYYY-MM-DD."
NO_INSTANT = (
    "A DateTime is an instant written by RFC 3339, such as 2026-03-13T08:00:00Z; its year in UTC "
    "is from 2 to 9998."
)


def scalar(name: str) -> Any:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


def test_every_scalar_is_known_here() -> None:
    scalars = {name for name, one in SCHEMA.type_map.items() if isinstance(one, GraphQLScalarType)}
    assert scalars == {
        "ID",
        "String",
        "Int",
        "Boolean",
        "Date",
        "DateTime",
        "Decimal",
        "JSON",
        "Time",
    }


WRONG = ["1_0", "٣", "１", "", " 1", "1\n", "+1", ".5", "5.", "1e5", "NaN", "Infinity", "0x1",
         "1,5", "--1", "9" * 51, "0." + "1" * 51]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_decimal_is_written_in_digits(text: str) -> None:
    with pytest.raises(GraphQLError, match=re.escape(NO_DECIMAL)):
        scalar("Decimal").parse_value(text)
    (error,) = refused(f"mutation ($w: Decimal! = {quoted(text)}) {{ {GIVE} }}")
    assert error["message"] == f"Variable '$w' has an invalid value: {NO_DECIMAL}"


@pytest.mark.parametrize(
    ("given", "number"),
    [("4.50", "4.50"), ("-0.05", "-0.05"), (3, "3"), (4.5, "4.5"), (1e-07, "1E-7"), ("007", "7")],
)
def test_a_decimal_may_be_given_as_a_string_or_a_number(given: Any, number: str) -> None:
    assert str(scalar("Decimal").parse_value(given)) == number


@pytest.mark.parametrize("given", [True, None, [], {}, float("inf"), float("nan"), 1e300, 1e-300])
def test_a_decimal_is_nothing_else(given: Any) -> None:
    with pytest.raises(GraphQLError):
        scalar("Decimal").parse_value(given)


@pytest.mark.parametrize("literal", ["true", "null", "[1]", "{a: 1}", "RED", "1e99", "1e-99"])
def test_a_literal_decimal_is_nothing_else(literal: str) -> None:
    with pytest.raises(GraphQLError):
        scalar("Decimal").parse_literal(parse_value(literal), None)


def test_a_literal_decimal_is_as_exact_as_it_is_written() -> None:
    exact = "1.0000000000000000000000000001"
    assert scalar("Decimal").parse_literal(parse_value(exact), None) == Decimal(exact)
    assert scalar("Decimal").parse_literal(parse_value("1e2"), None) == Decimal(100)


@pytest.mark.parametrize("text", ["8:00", "24:00", "08:00:00", "08.00", "", "٠٨:٠٠", " 08:00", 8])
def test_a_time_has_one_way_to_be_written(text: Any) -> None:
    with pytest.raises(GraphQLError, match="A Time is a time of day, written HH:MM"):
        scalar("Time").parse_value(text)
    assert scalar("Time").serialize(scalar("Time").parse_value("08:05")) == "08:05"


@pytest.mark.parametrize(
    "text", ["2026-02-30", "٢٠٢٦-01-01", "2026-1-1", "2026_01-01", " 2026-01-01"]
)
def test_a_date_has_one_way_to_be_written(text: str) -> None:
    with pytest.raises(GraphQLError, match="A Date is a day"):
        scalar("Date").parse_value(text)


@pytest.mark.parametrize(
    "text",
    ["2026-01-01", "2026-01-01T٠8:00:00Z", "2026-01-01T08:00:00", "2026-01-01T08:00:00+99:00",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-09T00:00:00Z",
     "9999-12-31T23:59:59Z"],
)  # fmt: skip
def test_an_instant_has_a_place_in_time(text: str) -> None:
    with pytest.raises(GraphQLError, match="A DateTime is an instant"):
        scalar("DateTime").parse_value(text)
    assert scalar("DateTime").parse_value("2026-01-01t08:00:00z") == datetime(
        2026, 1, 1, 8, tzinfo=UTC
    )


def refused(query: str) -> list[dict[str, Any]]:
    with pytest.raises(OperationError) as caught:
        Documents(SCHEMA).get(query)
    return shown(caught.value.errors)


def quoted(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'


def test_an_error_of_a_literal_says_where_it_is() -> None:
    span = 'averages(from: "2026-02-30", to: "2026-03-01") { average { value } }'
    given = GIVE.replace("$w", '"1_0", dueOn: "tomorrow"')
    assert refused(f'{{ student(id: "-") {{\n  {span} }} }}') == [
        {
            "message": f"Argument 'from' has an invalid value: {NO_DATE}",
            "locations": [{"line": 2, "column": 18}],
            "extensions": {"code": "BAD_INPUT"},
        }
    ]
    assert [error["message"] for error in refused(f"mutation {{ {given} }}")] == [
        f"Argument 'input' has an invalid value at 'weight': {NO_DECIMAL}",
        f"Argument 'input' has an invalid value at 'dueOn': {NO_DATE}",
    ]
    (error, _) = refused(f"mutation {{ {given} }}")
    assert error["locations"] == [{"line": 1, "column": 1 + f"mutation {{ {given}".index('"1_0"')}]


@pytest.mark.parametrize("digits", [101, 4_301, 500_000])
@pytest.mark.parametrize("number", ["{}", "-{}", "1.{}", "1e{}", "[1, {}]", "{{a: {}}}"])
def test_a_number_of_the_document_is_no_longer_than_any_use_of_it(number: str, digits: int) -> None:
    (error,) = refused(f"{{ changes(first: {number.format('9' * digits)}) {{ cursor }} }}")
    assert error["message"] == "A number of the document has more than 100 characters."
    assert error["extensions"] == {"code": "BAD_INPUT"}
    assert error["locations"][0]["line"] == 1


def test_a_long_number_that_may_be_read_is_no_length_of_a_list() -> None:
    (error,) = refused(f"{{ changes(first: {'9' * 100}) {{ cursor }} }}")
    assert error["message"].startswith("Int cannot represent non 32-bit signed integer value")


def test_a_name_is_no_longer_than_any_name() -> None:
    (error,) = refused(f"{{ {'a' * 201} }}")
    assert error["message"] == "A name of the document has more than 200 characters."
