"""Scalars as their descriptions say, and no other writing of them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types.base_scalars import (
    DateDefinition,
    DateTimeDefinition,
    DecimalDefinition,
)
from strawberry.types.scalar import ScalarDefinition

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


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
            return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    raise StrawberryInputCoercionError(
        "A DateTime is an instant written by RFC 3339, such as 2026-03-13T08:00:00Z."
    )


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
    Decimal: replace(
        DecimalDefinition,
        description="An exact decimal number, written as a string: 4.50. It may be given as a "
        "number too.",
    ),
}
