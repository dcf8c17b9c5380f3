"""The codes of records, as enums."""

from enum import Enum
from typing import Any

import strawberry

from domain.calendar import PeriodKind
from domain.works import WorkTypeKind
from schema.declare import tell

__all__ = [
    "GradeState",
    "LessonStatus",
    "OrderDirection",
    "PeriodKind",
    "WebhookDeliveryState",
    "WebhookState",
    "WorkTypeKind",
]


def _value(name: str, description: str) -> Any:  # Strawberry takes it for the member's value
    return strawberry.enum_value(name, description=description)


@strawberry.enum(description="Where a grade stands.")
class GradeState(Enum):
    GIVEN = _value("GIVEN", "It has a value.")
    DUE = _value("DUE", "It is a point: a mark still owed by a day.")
    WITHDRAWN = _value("WITHDRAWN", "It was taken back.")


@strawberry.enum(description="Whether a lesson takes place.")
class LessonStatus(Enum):
    PLANNED = _value("PLANNED", "It is to come.")
    HELD = _value("HELD", "It took place.")
    CANCELLED = _value("CANCELLED", "It does not take place.")
    REPLACED = _value("REPLACED", "It takes place with another teacher, subject, room or time.")


for codes in (WorkTypeKind, PeriodKind):
    tell(codes)


@strawberry.enum(description="Which way a list is ordered.")
class OrderDirection(Enum):
    ASC = _value("ASC", "From the least.")
    DESC = _value("DESC", "From the greatest.")


@strawberry.enum(description="Whether a webhook is sent to.")
class WebhookState(Enum):
    ENABLED = _value("ENABLED", "It is sent to.")
    DISABLED = _value("DISABLED", "A head has disabled it.")
    GONE = _value("GONE", "Its receiver answered 410 Gone.")
    GIVEN_UP = _value("GIVEN_UP", "Its receiver took nothing for five days.")


@strawberry.enum(description="What became of a delivery.")
class WebhookDeliveryState(Enum):
    DELIVERED = _value("DELIVERED", "The receiver took it.")
    FAILING = _value("FAILING", "The last try failed; it is tried again.")
    QUEUED = _value("QUEUED", "It was a dead letter and is to be sent again.")
    DEAD = _value("DEAD", "The last of all tries failed: it is a dead letter, until replayed.")
    GAP = _value("GAP", "Events before it were dropped before they were sent: load anew.")
