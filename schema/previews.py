"""A grade scale before it is made: how marks would read in it, and what they would average to."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from domain import refusals
from domain.audience import ANYONE
from domain.errors import bad_input
from domain.grading import HALF_UP, Rounding, proposal, weighted_average
from domain.refusals import Refused
from domain.scales import MOST_MARKS, OutsideScale, Scale, canonical
from resolvers.context import Context
from resolvers.declarations.inputs import parse
from resolvers.mutations.own_scales import GradeScaleToCreate, scale_from
from resolvers.mutations.school_rules import RoundingRule, rounding_from
from resolvers.readings import Items
from schema.declare import column, resolver
from schema.mutations.derivation import input_below
from schema.mutations.payloads import UserError

ONE = Decimal(1)


@strawberry.type(description="How a mark reads in a scale.")
class MarkPreview:
    written: str = column(ANYONE, "As it was written.")
    mark: str | None = column(ANYONE, "As the scale has it; null where it has no such mark.")
    number: Decimal | None = column(ANYONE, "Its number in averages; null where it has none.")
    share: Decimal | None = column(
        ANYONE, "The share of the best that it is; null where the scale does not convert."
    )
    passing: bool | None = column(ANYONE, "Whether it passes.")
    problem: str | None = column(ANYONE, "Why it is no mark of the scale; null where it is one.")


@strawberry.type(description="A grade scale as it would be.")
class GradeScalePreview:
    allowed: str | None = column(ANYONE, "What may be written in it, in words; null with errors.")
    marks: list[MarkPreview] = column(ANYONE, "How the marks read.", items=Items(10))
    average: Decimal | None = column(
        ANYONE, "Of the marks that have a number, rounded to two decimals; null without any."
    )
    proposal: str | None = column(
        ANYONE, "The mark that the average proposes by the rounding; null without an average."
    )
    errors: list[UserError] = column(ANYONE, "What is wrong with the scale, as when it is created.")


@dataclass(frozen=True, slots=True)
class MarkRead:
    written: str
    mark: str | None = None
    number: Decimal | None = None
    share: Decimal | None = None
    passing: bool | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    allowed: str | None = None
    marks: list[MarkRead] = field(default_factory=list)
    average: Decimal | None = None
    proposal: str | None = None
    errors: list[refusals.UserError] = field(default_factory=list)


def read_mark(scale: Scale, written: str) -> MarkRead:
    try:
        mark = scale.mark(written)
    except OutsideScale as error:
        return MarkRead(written, problem=f"{error}.")
    share = None
    if mark.number is not None and scale.counting.converts:
        exact = scale.counting.share(mark.number)
        share = Decimal(canonical(Decimal(f"{round(exact * 10_000)}E-4")))
    return MarkRead(written, mark.token, mark.number, share, mark.passing)


def previewed(scale: Scale, marks: list[str], rounding: Rounding) -> Preview:
    read = [read_mark(scale, written) for written in marks]
    average = weighted_average((each.number, ONE) for each in read if each.number is not None)
    proposed = None if average is None else proposal(average, scale, rounding)
    return Preview(
        scale.allowed,
        read,
        None if average is None else average.rounded(),
        None if proposed is None else proposed.token,
    )


def _preview(record: Any, context: Context, scale: Any, marks: Any, rounding: Any = None) -> Any:
    context.signed_in()
    if len(marks) > MOST_MARKS:
        raise bad_input(f"At most {MOST_MARKS} marks at once.")
    try:
        found = scale_from(parse(scale, "scale").given)
    except Refused as refusal:
        return Preview(errors=list(refusal.errors))
    try:
        rule = HALF_UP if rounding is None else rounding_from(rounding)
    except ValueError as error:
        code = refusals.UserErrorCode.BAD_INPUT
        return Preview(errors=[refusals.UserError(code, f"{error}.", ("rounding",))])
    return previewed(found, marks, rule)


def _about(description: str) -> Any:  # what Strawberry keeps of an argument
    return strawberry.argument(description=description)


# The inputs are made of the mutations', where no checker can see them.
_preview.__annotations__ |= {
    "scale": Annotated[input_below(GradeScaleToCreate), _about("The scale to be.")],
    "marks": Annotated[list[str], _about("Marks to read, at most 100.")],
    "rounding": Annotated[
        input_below(RoundingRule) | None, _about("The rounding; half up unless told.")
    ],
}
preview_grade_scale = resolver(
    ANYONE,
    "How marks would read and average in a grade scale, before it is made.",
    GradeScalePreview,
)(_preview)
