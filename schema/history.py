"""What was done to grades, homework and lessons, step by step."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from domain.audience import CONCERNED, STAFF_OF, Audience
from resolvers.loaders import LessonById, WorkTypeById
from schema.declare import column, loaded
from schema.enums import GradeState, Step
from schema.node import Node, id_of
from schema.nouns import LessonRef, WorkTypeRef

# What every step tells. They answer Any because they stand as the default of a field of any type.


def _version(audience: Audience) -> Any:
    return column(audience, "The version that this step led to.")


def _change(audience: Audience) -> Any:
    return column(audience, "What was done.")


def _at(audience: Audience) -> Any:
    return column(audience, "When it was done.")


def _reason(audience: Audience) -> Any:
    return column(audience, "Why it was done.")


def _by() -> Any:
    return column(STAFF_OF, "Who did it; nobody where a roster did.", name="account_name")


@strawberry.type(description="One step of a grade's history; null where it was given.")
class GradeRevision(Node):
    id: strawberry.ID = id_of("GradeRevision", CONCERNED)
    version: int = _version(CONCERNED)
    change: Step = _change(CONCERNED)
    at: datetime = _at(CONCERNED)
    reason: str | None = _reason(CONCERNED)
    by: str | None = _by()
    value_before: str | None = column(CONCERNED, "The mark before.")
    weight_before: Decimal | None = column(CONCERNED, "The weight before.")
    state_before: GradeState | None = column(CONCERNED, "The state before.")
    work_type_before: WorkTypeRef | None = loaded(
        CONCERNED, "The kind of work before.", WorkTypeById, "work_type_id_before"
    )
    comment_before: str | None = column(CONCERNED, "The comment before.")
    excused_before: bool | None = column(CONCERNED, "Whether it was left out of averages before.")
    bonus_before: bool | None = column(CONCERNED, "Whether it was a bonus before.")
    due_on_before: date | None = column(CONCERNED, "The day by which it was owed before.")


@strawberry.type(description="One step of homework's history; null where it was set.")
class HomeworkRevision(Node):
    id: strawberry.ID = id_of("HomeworkRevision", CONCERNED)
    version: int = _version(CONCERNED)
    change: Step = _change(CONCERNED)
    at: datetime = _at(CONCERNED)
    reason: str | None = _reason(CONCERNED)
    by: str | None = _by()
    text_before: str | None = column(CONCERNED, "The text before.")
    due_on_before: date | None = column(CONCERNED, "The day by which it was due before.")
    due_lesson_before: LessonRef | None = loaded(
        CONCERNED, "The lesson at which it was due before.", LessonById, "due_lesson_id_before"
    )
    expected_minutes_before: int | None = column(
        CONCERNED, "How long it should have taken before, in minutes."
    )


@strawberry.type(description="One step of a lesson's history.")
class LessonRevision(Node):
    id: strawberry.ID = id_of("LessonRevision", STAFF_OF)
    version: int = _version(STAFF_OF)
    change: Step = _change(STAFF_OF)
    at: datetime = _at(STAFF_OF)
    reason: str | None = _reason(STAFF_OF)
    by: str | None = _by()
    topic_before: str | None = column(STAFF_OF, "The topic before.")
