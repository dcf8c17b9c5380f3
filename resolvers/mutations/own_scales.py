"""A school's own grade scales: made of what is typed in, changed while unused, put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.grade_scales import GradeScale
from db.tables.schools import School
from db.writing.office import courses_in_scale, marks_in_scale, periods_to_hold
from db.writing.versioned import Row
from domain.audience import HEADS
from domain.counting import Above, BadCounting, Best, Counting, ExtraCredit, ScaleEnd
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import UserError, UserErrorCode, refused
from domain.scales import BadScale, Mark, Scale
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import held, sets_up, unused
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.grade_scales import scale_of
from resolvers.schools import GRADE_SCALE

Code = UserErrorCode
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class MarkOfScale:
    """A mark, as it is written, and what it is worth."""

    mark: Annotated[str, "How it is written, such as 5+, B or pass."]
    number: Annotated[
        Decimal | None, "Its number in averages; one without a number counts in none."
    ] = None
    passing: Annotated[bool, "Whether it passes."] = True
    share: Annotated[
        Decimal | None,
        "The share of the best that its number is, from 0 to 1. Where marks have shares, their "
        "scale converts, and averages join it with others.",
    ] = None


@dataclass(frozen=True, slots=True)
class PointsOfScale:
    """Points from a minimum to a maximum."""

    maximum: Annotated[Decimal, "The highest."]
    minimum: Annotated[Decimal, "The lowest."] = Decimal(0)
    step: Annotated[Decimal, "How far apart they are."] = ONE
    passing_from: Annotated[
        Decimal | None, "The number from which on they pass; unless told, all do."
    ] = None
    extra_credit: Annotated[ExtraCredit, "What becomes of points above the maximum."] = (
        ExtraCredit.REFUSED
    )
    shares: Annotated[
        bool,
        "Whether they count as their share of the maximum, so that averages join them with other "
        "scales; the minimum is 0 then.",
    ] = True


@dataclass(frozen=True, slots=True)
class GradeScaleToCreate:
    """A grade scale: either marks, or points."""

    name: Annotated[str, "Its name.", Text(LONGEST_NAME)]
    best: Annotated[ScaleEnd, "Which end of it is the better."] = ScaleEnd.HIGHEST
    marks: Annotated[list[MarkOfScale] | None, "Its marks, the best first or last."] = None
    points: Annotated[PointsOfScale | None, "Or the points that it goes through."] = None

    def error(self) -> UserError | None:
        """What is wrong with the scale that this describes."""
        try:
            scale_from(self)
        except ScaleProblem as problem:
            return UserError(Code.BAD_INPUT, f"{problem}.", problem.path)
        return None


class ScaleProblem(ValueError):
    """What is typed in is no scale; `path` leads to what is wrong."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


def scale_from(given: GradeScaleToCreate) -> Scale:
    """The scale that is described; ScaleProblem where it is none."""
    if (given.marks is None) is (given.points is None):
        raise ScaleProblem("A scale has either marks or points", "marks")
    name, best = given.name.strip(), Best(given.best.value)
    if not name:
        raise ScaleProblem("A scale needs a name", "name")
    part = "points" if given.marks is None else "marks"
    try:
        if given.points is not None:
            return _of_points(name, best, given.points)
        marks = given.marks or []
        if not marks:
            raise ScaleProblem("A scale has at least one mark", part)
        written = tuple(Mark(each.mark.strip(), each.number, each.passing) for each in marks)
        return Scale(name, written, counting=_counting(best, marks))
    except (BadScale, BadCounting) as error:
        raise ScaleProblem(str(error), part) from None


def _of_points(name: str, best: Best, points: PointsOfScale) -> Scale:
    if points.shares and points.minimum:
        raise ScaleProblem("Points that are shares begin at 0", "points", "minimum")
    if points.shares and best is Best.LOWEST:
        raise ScaleProblem("Points that are shares have the highest as their best", "best")
    counting = Counting.of_points(points.maximum) if points.shares else Counting(best)
    return Scale(
        name,
        minimum=points.minimum,
        maximum=points.maximum,
        step=points.step,
        passing_from=points.passing_from,
        counting=counting,
        above=Above(points.extra_credit.value),
    )


def _counting(best: Best, marks: Sequence[MarkOfScale]) -> Counting:
    shares = {each.number: each.share for each in marks if each.share is not None}
    if None in shares:
        raise ScaleProblem("A mark without a number is no share of the best", "marks")
    anchors = sorted((number, share) for number, share in shares.items() if number is not None)
    if any(not 0 <= share <= 1 for _, share in anchors):
        raise ScaleProblem("A share is from 0 to 1", "marks")
    return Counting(best, tuple(anchors))


@dataclass(frozen=True, slots=True)
class CreateGradeScales:
    """Grade scales to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    grade_scales: Annotated[
        list[GradeScaleToCreate], "The scales, at most 200; `previewGradeScale` shows each."
    ]


@sets_up(GRADE_SCALE, "Create grade scales, all of them or none.", items="grade_scales", by=HEADS)
async def create_grade_scales(
    transaction: Transaction, given: Parsed[CreateGradeScales], school: School
) -> Sequence[Row]:
    scales = [(draft.id, scale_from(draft.given)) for draft in given.items["grade_scales"]]
    return [{"id": id_, "name": scale.name, "definition": scale.to_data()} for id_, scale in scales]


@dataclass(frozen=True, slots=True)
class ChangeGradeScale(Edit):
    """What changes of a grade scale."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    to: Annotated[
        GradeScaleToCreate | UnsetType,
        "What it is from now on, with its name; refused once there are marks in it.",
    ] = UNSET

    def error(self) -> UserError | None:
        if isinstance(self.to, GradeScaleToCreate):
            found = self.to.error()
            return found and found.at("to", *found.path)
        return None


@edits(
    GRADE_SCALE,
    "Change a grade scale. Its name may always change, its marks until the first is given in it. "
    "One that was put away is in use again.",
    Code.IN_USE,
    step=Step.CHANGED,
    by=HEADS,
)
async def change_grade_scale(
    transaction: Transaction, given: Parsed[ChangeGradeScale], scale: GradeScale
) -> Row:
    await held(transaction)
    new = scale_of(scale.definition)
    if isinstance(given.given.to, GradeScaleToCreate):
        await _without_marks(transaction, scale, "to")
        new = scale_from(given.given.to)
    name = given.given.name if isinstance(given.given.name, str) else new.name
    definition = new.to_data() | {"name": name}
    return {"name": name, "definition": definition, "active": True}


@edits(
    GRADE_SCALE,
    "Put a grade scale out of use. There are no marks in it, no course is graded in it, and it is "
    "not the school's.",
    Code.IN_USE,
    step=Step.PUT_AWAY,
    by=HEADS,
)
async def put_away_grade_scale(
    transaction: Transaction, given: Parsed[Edit], scale: GradeScale
) -> Row:
    school = await held(transaction)
    if school.grade_scale_id == scale.id:
        raise refused(Code.IN_USE, "This is the school's own scale: choose another first.", "id")
    await unused(transaction, courses_in_scale, scale, "Courses are graded in this scale.", "id")
    await _without_marks(transaction, scale, "id")
    return {"active": False}


async def _without_marks(transaction: Transaction, scale: GradeScale, *path: str) -> None:
    """IN_USE where there is a mark in the scale; whoever is giving one is waited for."""
    await transaction.reader.run(periods_to_hold, school=transaction.school_id)
    message = f"There are marks in the scale {scale.name}: make another one instead."
    await unused(transaction, marks_in_scale, scale, message, *path)
