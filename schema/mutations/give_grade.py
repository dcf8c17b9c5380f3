"""Giving one grade."""

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
from schema.mutations.grade_to_give import GradeToGive
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
class GiveGradeInput(GradeToGive):
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
