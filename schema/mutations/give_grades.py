"""Giving the grades of a whole class."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.give import MOST_GRADES, give_many
from resolvers.mutations.new_grade import NewGrade
from resolvers.readings import Items
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, answered, content, fault
from schema.mutations.grade_to_give import GradeToGive
from schema.nouns import GradeRef


@strawberry.enum(description="Why no grade was given.")
class GiveGradesErrorCode(Enum):
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
class GiveGradesError(Failure[GiveGradesErrorCode]): ...


@strawberry.type(description="The outcome of giving many grades.")
class GiveGradesPayload:
    grades: list[GradeRef] = column(
        ANYONE,
        "The grades in the order of the input; after a conflict, the one that has the id.",
        name="records",
        items=Items(30),
    )
    errors: list[GiveGradesError] = column(ANYONE, ERRORS)


@strawberry.input(description="Grades to give, all of them or none.")
class GiveGradesInput:
    grades: list[GradeToGive] = strawberry.field(description=f"1 to {MOST_GRADES} grades.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[GiveGradesInput, strawberry.argument(description="The grades.")]


@strawberry.type
class GiveGrades:
    @mutation(
        "Give many grades at once, such as those of a class's test; all of them or none.",
        GiveGradesPayload | None,
    )
    async def give_grades(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await give_many(
            context.store,
            context.signed_in(),
            [NewGrade(**content(each)) for each in input.grades],
            input.idempotency_key,
        )
        return answered(context, outcome, GiveGradesErrorCode)
