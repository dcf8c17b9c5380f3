"""What clients send of a grade that is to be given."""

from datetime import date
from decimal import Decimal

import strawberry


@strawberry.input(description="One of many grades.")
class GradeToGive:
    student: strawberry.ID = strawberry.field(description="Whose it is, by global id.")
    lesson: strawberry.ID = strawberry.field(description="The lesson it is of, by global id.")
    work_type: strawberry.ID = strawberry.field(
        description="The kind of work it is for, by global id."
    )
    value: str | None = strawberry.field(
        default=None, description="The mark as written in the course's scale; none while it is due."
    )
    weight: Decimal | None = strawberry.field(
        default=None, description="Above 0 and at most 100; unless told, the kind of work's."
    )
    comment: str | None = strawberry.field(default=None, description="What is written beside it.")
    excused: bool = strawberry.field(
        default=False, description="Whether it is left out of averages."
    )
    bonus: bool = strawberry.field(
        default=False, description="Whether it counts only where it raises the average."
    )
    due_on: date | None = strawberry.field(
        default=None, description="The day by which a mark without a value is owed."
    )
    id: str | None = strawberry.field(
        default=None,
        description="A UUID version 7 of the client's, so that giving it is safe to retry.",
    )
