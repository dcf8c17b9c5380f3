"""Rules by which grades are made of marks: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.grading_rules import GradingRule as GradingRuleRecord
from db.tables.schools import School
from db.writing.versioned import Row
from domain.audience import HEADS
from domain.calendar import PeriodKind
from domain.grading_rules import (
    AbsencesCounted,
    BadRule,
    Category,
    Drop,
    Exams,
    GpaPoints,
    GradingMethod,
    GradingRule,
    OverdueMarks,
    Threshold,
    YearGrades,
)
from domain.history import Step
from domain.homework import LONGEST_LEVEL
from domain.names import LONGEST_NAME
from domain.refusals import UserError, UserErrorCode
from domain.scales import LONGEST_TOKEN
from domain.works import WorkTypeKind
from resolvers.courses import COURSE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, sets_up
from resolvers.declarations.transaction import Transaction
from resolvers.grading_rules import GRADING_RULE
from resolvers.mutations.school_rules import RoundingRule, rounding_from

Code = UserErrorCode
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)


@dataclass(frozen=True, slots=True)
class ShareOfCategory:
    """The share of a kind of work in an average by categories."""

    kind: Annotated[WorkTypeKind, "The kind of work."]
    share: Annotated[Decimal, "Its share, above 0; the shares of all kinds are the whole."]


@dataclass(frozen=True, slots=True)
class MarksToDrop:
    """How many marks of a kind of work are left out."""

    kind: Annotated[WorkTypeKind, "The kind of work."]
    worst: Annotated[int, "How many from the worst on; never all of them."] = 0
    best: Annotated[int, "How many from the best on; never all of them."] = 0


@dataclass(frozen=True, slots=True)
class PercentOfMark:
    """From which percentage on a mark is proposed."""

    mark: Annotated[str, "The mark, as it is written.", Text(LONGEST_TOKEN)]
    percent: Annotated[Decimal, "The percentage."]


@dataclass(frozen=True, slots=True)
class PointsOfMark:
    """The points of a mark in the grade point average."""

    mark: Annotated[str, "The mark, as it is written.", Text(LONGEST_TOKEN)]
    points: Annotated[Decimal, "Its points."]


@dataclass(frozen=True, slots=True)
class TermsOfGrading:
    """What a rule says; what is left out is as usual."""

    method: Annotated[GradingMethod, "What an average is."] = GradingMethod.WEIGHTED
    rounding: Annotated[
        RoundingRule | None, "When an average is rounded up; unless told, as the school has it."
    ] = None
    signs: Annotated[bool, "Whether + and - count: if not, 4+ is worth what 4 is."] = True
    minimum_marks: Annotated[int, "With fewer marks the student is not attested."] = 0
    marks_per_weekly_lesson: Annotated[
        Decimal, "How many marks there have to be for each lesson a week, beside the minimum."
    ] = ZERO
    overdue: Annotated[OverdueMarks, "What becomes of marks that are overdue."] = (
        OverdueMarks.IGNORED
    )
    overdue_mark: Annotated[
        str | None, "The mark as which one counts that is overdue.", Text(LONGEST_TOKEN)
    ] = None
    absence_share: Annotated[
        Decimal | None,
        "From which share of the lessons on, if they are missed, the student is not attested.",
    ] = None
    absences: Annotated[AbsencesCounted, "Which absences these are."] = AbsencesCounted.UNEXCUSED
    required: Annotated[list[WorkTypeKind], "Kinds of work of which there has to be a mark."] = (
        field(default_factory=list)
    )
    categories: Annotated[
        list[ShareOfCategory], "The shares of kinds of work, where the average goes by them."
    ] = field(default_factory=list)
    drops: Annotated[list[MarksToDrop], "Marks that are left out."] = field(default_factory=list)
    thresholds: Annotated[
        list[PercentOfMark],
        "From which percentage on marks are proposed, instead of by rounding; for averages that "
        "are a share of the best.",
    ] = field(default_factory=list)
    period_kind: Annotated[
        PeriodKind | None, "The periods that a year is made of; unless told, the shortest ones."
    ] = None
    period_weights: Annotated[
        list[Decimal], "Their weights in the year, in order; one that is not listed weighs 1."
    ] = field(default_factory=list)
    year: Annotated[YearGrades, "What the grade of a year is made of."] = YearGrades.PERIODS
    exams: Annotated[Exams, "What becomes of exams."] = Exams.AS_OTHERS
    exam_share: Annotated[Decimal | None, "Their share of the year's grade."] = None
    gpa: Annotated[
        list[PointsOfMark], "The points of marks in the grade point average; else their numbers."
    ] = field(default_factory=list)
    credit: Annotated[Decimal, "The weight of a course in the grade point average."] = ONE
    late_percent: Annotated[
        Decimal,
        "How many percent of the way to the worst mark work loses for each day that it comes late.",
    ] = ZERO
    late_most: Annotated[Decimal, "How many percent it loses at most."] = HUNDRED
    must_pass: Annotated[
        list[WorkTypeKind],
        "Kinds of work that must be passed: with a mark of one that does not pass, the student is "
        "not attested.",
    ] = field(default_factory=list)

    def error(self) -> UserError | None:
        try:
            rule_of_terms(self)
        except ValueError as error:
            return UserError(Code.BAD_INPUT, f"{error}.")
        return None


def rule_of_terms(given: TermsOfGrading) -> GradingRule:
    """The rule that is described; a ValueError says why it is none."""
    period_kind = given.period_kind
    if period_kind is PeriodKind.YEAR:
        raise BadRule("A year is made of shorter periods")
    return GradingRule(
        given.method,
        None if given.rounding is None else rounding_from(given.rounding),
        given.signs,
        given.minimum_marks,
        given.marks_per_weekly_lesson,
        given.overdue,
        given.overdue_mark,
        given.absence_share,
        given.absences,
        tuple(given.required),
        tuple(Category(each.kind, each.share) for each in given.categories),
        tuple(Drop(each.kind, each.worst, each.best) for each in given.drops),
        tuple(Threshold(each.mark.strip(), each.percent) for each in given.thresholds),
        period_kind,
        tuple(given.period_weights),
        given.year,
        given.exams,
        given.exam_share,
        tuple(GpaPoints(each.mark.strip(), each.points) for each in given.gpa),
        given.credit,
        given.late_percent,
        given.late_most,
        tuple(given.must_pass),
    )


MOST_LEVELS = 30


def levels_error(levels: object) -> UserError | None:
    """What is wrong with the grade levels of a rule."""
    if not isinstance(levels, list):
        return None
    if len(levels) > MOST_LEVELS or any(not 0 < len(each) <= LONGEST_LEVEL for each in levels):
        message = f"A rule is for at most {MOST_LEVELS} grade levels."
        return UserError(Code.BAD_INPUT, message, ("gradeLevels",))
    return None


@dataclass(frozen=True, slots=True)
class GradingRuleToCreate:
    """A rule by which grades are made of marks."""

    name: Annotated[str, "Its name.", Text(LONGEST_NAME)]
    definition: Annotated[TermsOfGrading, "What it says."]
    course: Annotated[
        str | None,
        "The course that it is for, by global id; unless told, it is for all.",
        GlobalId("Course"),
    ] = None
    grade_levels: Annotated[
        list[str], "The grade levels that it is for, as class groups have them; none for all."
    ] = field(default_factory=list)

    def error(self) -> UserError | None:
        if self.course is not None and self.grade_levels:
            message = "A rule is for a course or for grade levels."
            return UserError(Code.BAD_INPUT, message, ("gradeLevels",))
        found = self.definition.error()
        return levels_error(self.grade_levels) or (found and found.at("definition", *found.path))


@dataclass(frozen=True, slots=True)
class CreateGradingRules:
    """Rules to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    grading_rules: Annotated[list[GradingRuleToCreate], "The rules, at most 200."]


@sets_up(
    GRADING_RULE,
    "Create rules by which grades are made of marks, all of them or none. What was decided stays "
    "as it was; what is proposed follows the rule at once.",
    items="grading_rules",
    by=HEADS,
)
async def create_grading_rules(
    transaction: Transaction, given: Parsed[CreateGradingRules], _: School
) -> Sequence[Row]:
    refusals, rows = Refusals(), list[Row]()
    for draft in given.items["grading_rules"]:
        course = draft.id_of("course")
        with refusals.noting():
            if course is not None:
                await transaction.known(COURSE, course, *draft.at("course"))
            rows.append(
                {
                    "id": draft.id,
                    "name": draft.given.name,
                    "definition": rule_of_terms(draft.given.definition).to_data(),
                    "course_id": course,
                    "grade_levels": list(draft.given.grade_levels),
                }
            )
    refusals.check()
    return rows


@dataclass(frozen=True, slots=True)
class ChangeGradingRule(Edit):
    """What changes of a rule."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    definition: Annotated[
        TermsOfGrading | UnsetType, "What it says from now on, all of it; as it is, if left out."
    ] = UNSET
    grade_levels: Annotated[
        list[str] | UnsetType, "The grade levels that it is for; as they are, if left out."
    ] = UNSET

    def error(self) -> UserError | None:
        if error := levels_error(self.grade_levels):
            return error
        if isinstance(self.definition, TermsOfGrading):
            found = self.definition.error()
            return found and found.at("definition", *found.path)
        return None


@edits(
    GRADING_RULE,
    "Change a rule by which grades are made of marks. What was decided stays as it was; what is "
    "proposed follows the rule at once. One that was put away is in use again.",
    by=HEADS,
    step=Step.CHANGED,
)
async def change_grading_rule(
    transaction: Transaction, given: Parsed[ChangeGradingRule], rule: GradingRuleRecord
) -> Row:
    new = given.columns(changes=True)
    if isinstance(given.given.definition, TermsOfGrading):
        new["definition"] = rule_of_terms(given.given.definition).to_data()
    if rule.course_id is not None and new.get("grade_levels"):
        message = "This rule is for a course."
        transaction.insist(UserError(Code.BAD_INPUT, message, ("gradeLevels",)))
    return new | {"active": True}


@edits(
    GRADING_RULE,
    "Put a rule out of use: its courses go by another one at once.",
    by=HEADS,
    step=Step.PUT_AWAY,
)
async def put_away_grading_rule(
    _: Transaction, given: Parsed[Edit], rule: GradingRuleRecord
) -> Row:
    return {"active": False}
