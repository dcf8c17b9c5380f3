"""Giving one grade."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.give import give_grade
from resolvers.mutations.new_grade import NewGrade
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, answered, content, fault
from schema.nouns import GradeRef


@strawberry.enum(description="Why a grade was not given.")
class GiveGradeErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    OUTSIDE_SCALE = fault(Fault.OUTSIDE_SCALE)
    STUDENT_NOT_IN_COURSE = fault(Fault.STUDENT_NOT_IN_COURSE)
    LESSON_CANCELLED = fault(Fault.LESSON_CANCELLED)
    LESSON_IN_FUTURE = fault(Fault.LESSON_IN_FUTURE)


@strawberry.type(description=KEPT)
class GiveGradeError(Failure[GiveGradeErrorCode]): ...


@strawberry.type(description="The outcome of giving a grade.")
class GiveGradePayload:
    grade: GradeRef | None = column(
        ANYONE, "The grade; after a conflict, the one that has the id.", name="record"
    )
    errors: list[GiveGradeError] = column(ANYONE, ERRORS)


@strawberry.input(description="A grade to give.")
class GiveGradeInput:
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
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[GiveGradeInput, strawberry.argument(description="The grade.")]


@strawberry.type
class GiveGrade:
    @mutation("Give a student a grade at a lesson.", GiveGradePayload | None)
    async def give_grade(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await give_grade(
            context.store, context.signed_in(), NewGrade(**content(input)), input.idempotency_key
        )
        return answered(context, outcome, GiveGradeErrorCode)
