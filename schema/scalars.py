"""Scalars as their descriptions say, and no other writing of them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from graphql import FloatValueNode, IntValueNode, StringValueNode, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types.base_scalars import (
    DateDefinition,
    DateTimeDefinition,
    DecimalDefinition,
    TimeDefinition,
)
from strawberry.types.scalar import ScalarDefinition

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
NUMBER = re.compile(r"-?[0-9]{1,50}(\.[0-9]{1,50})?")
DIGITS = 50
"""The most that a number has, and that its point is moved by an exponent."""
NO_NUMBER = "A Decimal is a number written in digits, such as 4.50."


def _day(text: Any) -> date:  # whatever a client sent
    """The day that is written as YYYY-MM-DD."""
    try:
        if isinstance(text, str) and DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise StrawberryInputCoercionError("A Date is a day of the calendar, written YYYY-MM-DD.")


def _instant(text: Any) -> datetime:
    """The instant that is written by RFC 3339."""
    try:
        if isinstance(text, str) and INSTANT.fullmatch(text):
            instant = datetime.fromisoformat(text.upper())
            # In another time zone a day of the first or the last year may be beyond the calendar.
            if MINYEAR < instant.astimezone(UTC).year < MAXYEAR:
                return instant
    except (ValueError, OverflowError):
        pass
    raise StrawberryInputCoercionError(
        "A DateTime is an instant written by RFC 3339, such as 2026-03-13T08:00:00Z; its year in "
        f"UTC is from {MINYEAR + 1} to {MAXYEAR - 1}."
    )


def _time(text: Any) -> time:
    """The time of day that is written as HH:MM."""
    try:
        if isinstance(text, str) and TIME.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise StrawberryInputCoercionError("A Time is a time of day, written HH:MM.")


def _written_time(at: time) -> str:
    return f"{at:%H:%M}"


def _number(given: Any) -> Decimal:
    """The number that is written in digits; or given as a number, which has an end."""
    if isinstance(given, str):
        if NUMBER.fullmatch(given):
            return Decimal(given)
    elif isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given):
        return _within_bounds(Decimal(str(given)))
    raise StrawberryInputCoercionError(NO_NUMBER)


def _written_number(node: ValueNode, _variables: Any = None) -> Decimal:
    """A number of the document is as exact as it is written."""
    if isinstance(node, IntValueNode | FloatValueNode) and len(node.value) <= DIGITS:
        return _within_bounds(Decimal(node.value))
    return _number(node.value if isinstance(node, StringValueNode) else None)


def _within_bounds(number: Decimal) -> Decimal:
    if number and abs(number.adjusted()) > DIGITS:
        raise StrawberryInputCoercionError(NO_NUMBER)
    return number


SCALARS: Mapping[object, ScalarDefinition] = {
    date: replace(
        DateDefinition,
        description="A day of the calendar in the school's time zone, written YYYY-MM-DD.",
        parse_value=_day,
    ),
    datetime: replace(
        DateTimeDefinition,
        description="An instant by RFC 3339, with its offset from UTC: 2026-03-13T08:00:00Z.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        parse_value=_instant,
    ),
    time: replace(
        TimeDefinition,
        description="A time of day by the school's clock, written HH:MM.",
        serialize=_written_time,
        parse_value=_time,
    ),
    Decimal: replace(
        DecimalDefinition,
        description="An exact decimal number, written as a string: 4.50. It may be given as a "
        "number too.",
        parse_value=_number,
        parse_literal=_written_number,
    ),
}
