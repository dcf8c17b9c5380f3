"""Choosing the scale that a course is graded in."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.presets import READY
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.course_scale import CourseScale, set_course_scale
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, answered, content, fault
from schema.nouns import CourseRef


@strawberry.enum(description="Why the scale was not chosen.")
class SetCourseGradeScaleErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)


def _ready(name: str) -> Any:  # stands as a member of an enum
    scale = READY[name]
    return strawberry.enum_value(name, description=f"{scale.name}: {scale.allowed}.")


@strawberry.enum(description="A scale that every school finds ready.")
class ReadyScale(Enum):
    FIVE_POINT = _ready("FIVE_POINT")
    ONE_TO_SIX = _ready("ONE_TO_SIX")
    TEN_POINT = _ready("TEN_POINT")
    TWELVE_POINT = _ready("TWELVE_POINT")
    HUNDRED_POINT = _ready("HUNDRED_POINT")
    LETTERS = _ready("LETTERS")
    PASS_FAIL = _ready("PASS_FAIL")


@strawberry.type(description=KEPT)
class SetCourseGradeScaleError(Failure[SetCourseGradeScaleErrorCode]): ...


@strawberry.type(description="The outcome of choosing a course's scale.")
class SetCourseGradeScalePayload:
    course: CourseRef | None = column(ANYONE, "The course as it is now.", name="record")
    errors: list[SetCourseGradeScaleError] = column(ANYONE, ERRORS)


@strawberry.input(description="A course's scale: one of the school's, or a ready one.")
class SetCourseGradeScaleInput:
    course: strawberry.ID = strawberry.field(description="The course, by global id.")
    grade_scale: strawberry.ID | None = strawberry.field(
        default=None, description="A scale of the school, by global id."
    )
    ready: ReadyScale | None = strawberry.field(
        default=None, description="Or a ready one, which the school then has."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[
    SetCourseGradeScaleInput, strawberry.argument(description="The course and its scale.")
]


@strawberry.type
class SetCourseGradeScale:
    @mutation(
        "Choose the scale that a course is graded in and its averages are shown in. Grades that "
        "are there keep theirs.",
        SetCourseGradeScalePayload | None,
    )
    async def set_course_grade_scale(
        record: Any,
        context: Context,
        input: Asked,  # noqa: A002
    ) -> Answer:
        asked = content(input)
        ready = asked.pop("ready")
        chosen = CourseScale(**asked, ready=ready.value if ready is not None else None)
        outcome = await set_course_scale(
            context.store, context.signed_in(), chosen, input.idempotency_key
        )
        return answered(context, outcome, SetCourseGradeScaleErrorCode)
