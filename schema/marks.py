"""Which grades are asked for, and in what order."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import strawberry

from schema.enums import OrderDirection, WorkTypeKind
from schema.spans import id_in


@strawberry.input(description="Which grades to keep; what is left out does not restrict.")
class GradeFilter:
    subject: strawberry.ID | None = strawberry.field(
        default=None, description="Only of this subject, by global id."
    )
    course: strawberry.ID | None = strawberry.field(
        default=None, description="Only of this course, by global id."
    )
    work_type: strawberry.ID | None = strawberry.field(
        default=None, description="Only of this work type, by global id."
    )
    kind: WorkTypeKind | None = strawberry.field(
        default=None, description="Only of work types of this kind."
    )


@strawberry.enum(description="What grades are ordered by.")
class GradeOrderField(Enum):
    DATE = strawberry.enum_value("day", description="The day of the lesson.")
    GIVEN_AT = strawberry.enum_value("given_at", description="When it was given.")
    NUMBER = strawberry.enum_value(
        "number", description="Its worth in an average; those without any come last."
    )
    WEIGHT = strawberry.enum_value("weight", description="Its weight in an average.")


@strawberry.input(description="An order of grades.")
class GradeOrder:
    field: GradeOrderField = strawberry.field(description="What they are ordered by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which way."
    )


ORDERED = ("day", "given_at", "number", "weight")
"""The columns that `in_order` may read."""
Where = Annotated[GradeFilter | None, strawberry.argument(description="Which grades to keep.")]
OrderBy = Annotated[
    GradeOrder | None, strawberry.argument(description="The order; unless told, by day.")
]


def kept(school_id: int, where: GradeFilter | None) -> dict[str, object]:
    """The filter as parameters of the statement."""
    if where is None:
        return {}
    named = {
        "subject": ("Subject", where.subject),
        "course": ("Course", where.course),
        "work_type": ("WorkType", where.work_type),
    }
    found: dict[str, object] = {
        name: id_in(school_id, id_, noun) for name, (noun, id_) in named.items() if id_ is not None
    }
    return found | ({"kind": where.kind.name} if where.kind is not None else {})


def in_order(order: GradeOrder | None) -> Callable[[list[Any]], list[Any]] | None:
    """A step that puts grades in the order; what has no value comes last either way."""
    if order is None:
        return None
    column, backwards = order.field.value, order.direction is OrderDirection.DESC

    def ordered(grades: list[Any]) -> list[Any]:
        valued = [grade for grade in grades if grade[column] is not None]
        valued.sort(key=lambda grade: grade[column], reverse=backwards)
        return valued + [grade for grade in grades if grade[column] is None]

    return ordered
