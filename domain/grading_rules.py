"""How a school makes the grade of a period or of a year: a rule, as data of the school."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from domain.calendar import PeriodKind
from domain.enums import DescribedEnum
from domain.grading import Rounding
from domain.scales import LARGEST, LONGEST_TOKEN, PLACES, canonical, fits
from domain.works import WorkTypeKind

MOST_LISTED = 30
"""Entries of a list of a rule, such as its categories."""
MOST_MARKS_ASKED = 100
WHOLE = Decimal(1)
HUNDRED = Decimal(100)


class BadRule(ValueError):
    """A rule that contradicts itself."""


class GradingMethod(DescribedEnum):
    """What an average is."""

    WEIGHTED = "WEIGHTED", "The sum of value times weight over the weights."
    CATEGORIES = "CATEGORIES", "The average of each kind of work that has marks, by their shares."
    POINTS = "POINTS", "The sum of all points over the sum of their maxima."


class OverdueMarks(DescribedEnum):
    """What becomes of a mark that is still due after its day."""

    IGNORED = "IGNORED", "It does not count."
    AS_MARK = "AS_MARK", "It counts as the mark that the rule names."
    NOT_ATTESTED = "NOT_ATTESTED", "There is no grade before it is there."


class AbsencesCounted(DescribedEnum):
    """Which absences keep a student from being attested."""

    UNEXCUSED = "UNEXCUSED", "Those that nobody has excused."
    ALL = "ALL", "All of them."


class YearGrades(DescribedEnum):
    """What the grade of a year is made of."""

    PERIODS = "PERIODS", "The grades of its periods, as they were decided."
    MARKS = "MARKS", "All marks of the year."


class Exams(DescribedEnum):
    """What becomes of the marks of exams."""

    AS_OTHERS = "AS_OTHERS", "They count in their period, as all marks do."
    SHARE = "SHARE", "Their average has a share of the year's grade, and counts in no period."
    DECIDE = "DECIDE", "Their average is the year's grade, and counts in no period."


@dataclass(frozen=True, slots=True)
class Category:
    """The share that the marks of a kind of work have."""

    kind: WorkTypeKind
    share: Decimal


@dataclass(frozen=True, slots=True)
class Drop:
    """How many marks of a kind of work are left out, from the worst and from the best on."""

    kind: WorkTypeKind
    worst: int = 0
    best: int = 0


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which percentage on a mark is proposed."""

    mark: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class GpaPoints:
    """The points of a mark on the scale of the grade point average."""

    mark: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class GradingRule:
    """`rounding` is the school's where it is None. Without `signs`, 4+ counts as 4.

    There is no grade (the student is not attested) with fewer than `minimum_marks`, or fewer than
    `marks_per_weekly_lesson` for each lesson a week; from an `absence_share` of the lessons on; or
    without a mark of each kind in `required`, or with one of a kind in `must_pass` that does not
    pass. Work that was handed in late loses `late_percent` a day, and at most `late_most`, of the
    way from its mark to the worst one. A year is made of periods of `period_kind`, or else
    of the shortest ones, in order with their `period_weights`. `credit` is the weight of a course
    in the grade point average.
    """

    method: GradingMethod = GradingMethod.WEIGHTED
    rounding: Rounding | None = None
    signs: bool = True
    minimum_marks: int = 0
    marks_per_weekly_lesson: Decimal = Decimal(0)
    overdue: OverdueMarks = OverdueMarks.IGNORED
    overdue_mark: str | None = None
    absence_share: Decimal | None = None
    absences: AbsencesCounted = AbsencesCounted.UNEXCUSED
    required: tuple[WorkTypeKind, ...] = ()
    categories: tuple[Category, ...] = ()
    drops: tuple[Drop, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    period_kind: PeriodKind | None = None
    period_weights: tuple[Decimal, ...] = ()
    year: YearGrades = YearGrades.PERIODS
    exams: Exams = Exams.AS_OTHERS
    exam_share: Decimal | None = None
    gpa: tuple[GpaPoints, ...] = ()
    credit: Decimal = WHOLE
    late_percent: Decimal = Decimal(0)
    late_most: Decimal = HUNDRED
    must_pass: tuple[WorkTypeKind, ...] = ()

    def __post_init__(self) -> None:
        _check_counts(self)
        _check_lists(self)
        if (self.method is GradingMethod.CATEGORIES) is not bool(self.categories):
            raise BadRule("A rule has the shares of kinds of work if it goes by them")
        if (self.overdue is OverdueMarks.AS_MARK) is not bool(self.overdue_mark):
            raise BadRule("A rule names the mark of overdue work if that counts as one")
        if (self.exams is Exams.SHARE) is not (self.exam_share is not None):
            raise BadRule("A rule has a share of exams if they weigh by it")

    def to_data(self) -> dict[str, Any]:
        """As JSON, without defaults; numbers are strings, so that they stay exact."""
        found: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value != getattr(USUAL, name, None):
                found[name] = _written(value)
        return found

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The rule that `to_data` wrote."""
        try:
            return cls(**{name: READ[name](value) for name, value in data.items()})
        except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise BadRule("A rule is not as it was written") from error


def _check_counts(rule: GradingRule) -> None:
    if not 0 <= rule.minimum_marks <= MOST_MARKS_ASKED:
        raise BadRule(f"A rule asks for at most {MOST_MARKS_ASKED} marks")
    if not 0 <= rule.marks_per_weekly_lesson <= MOST_MARKS_ASKED:
        raise BadRule(f"A rule asks for at most {MOST_MARKS_ASKED} marks")
    for share in (rule.absence_share, rule.exam_share):
        if share is not None and not 0 < share <= 1:
            raise BadRule("A share is above 0 and at most 1")
    if rule.overdue_mark is not None and len(rule.overdue_mark) > LONGEST_TOKEN:
        raise BadRule(f"A mark has at most {LONGEST_TOKEN} characters")
    if not 0 <= rule.credit <= LARGEST:
        raise BadRule("The credit of a course is not below 0")
    if not all(0 <= each <= HUNDRED for each in (rule.late_percent, rule.late_most)):
        raise BadRule("Work that comes late loses at most 100 percent")
    numbers = (
        rule.late_percent, rule.late_most,
        rule.marks_per_weekly_lesson, rule.credit, *rule.period_weights,
        *(share for share in (rule.absence_share, rule.exam_share) if share is not None),
        *(each.share for each in rule.categories), *(each.percent for each in rule.thresholds),
        *(each.points for each in rule.gpa),
    )  # fmt: skip
    if not all(fits(each, PLACES) and abs(each) <= LARGEST for each in numbers):
        raise BadRule(f"A number of a rule is within ±{LARGEST}, with at most {PLACES} decimals")


def _check_lists(rule: GradingRule) -> None:
    for listed in (rule.categories, rule.drops, rule.gpa, rule.thresholds, rule.period_weights):
        if len(listed) > MOST_LISTED:
            raise BadRule(f"A list of a rule has at most {MOST_LISTED} entries")
    for keys, what in (
        ([each.kind for each in rule.categories], "A kind of work has one share"),
        ([each.kind for each in rule.drops], "Marks of a kind of work are left out once"),
        ([each.mark for each in rule.thresholds], "A mark has one threshold"),
        ([each.mark for each in rule.gpa], "A mark has its points once"),
    ):
        if len(set(keys)) < len(keys):
            raise BadRule(what)
    if any(each.share <= 0 for each in rule.categories):
        raise BadRule("The share of a kind of work is above 0")
    if any(each <= 0 for each in rule.period_weights):
        raise BadRule("The weight of a period is above 0")
    if any(not 0 <= each.worst + each.best <= MOST_MARKS_ASKED for each in rule.drops):
        raise BadRule(f"At most {MOST_MARKS_ASKED} marks are left out")
    if any(each.worst < 0 or each.best < 0 for each in rule.drops):
        raise BadRule("How many marks are left out is not below 0")


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return canonical(value)
    if isinstance(value, Rounding):
        return value.to_data()
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    if isinstance(value, Category | Drop | Threshold | GpaPoints):
        return [_written(getattr(value, name)) for name in value.__slots__]
    return value if isinstance(value, bool | int) or value is None else str(value)


def _or_none(read: Any) -> Any:  # the same reading, of what may be null
    return lambda value: None if value is None else read(value)


READ: Mapping[str, Any] = {
    "method": GradingMethod,
    "rounding": _or_none(Rounding.from_data),
    "signs": bool,
    "minimum_marks": int,
    "marks_per_weekly_lesson": Decimal,
    "overdue": OverdueMarks,
    "overdue_mark": _or_none(str),
    "absence_share": _or_none(Decimal),
    "absences": AbsencesCounted,
    "required": lambda of: tuple(WorkTypeKind(each) for each in of),
    "categories": lambda of: tuple(Category(WorkTypeKind(a), Decimal(b)) for a, b in of),
    "drops": lambda of: tuple(Drop(WorkTypeKind(a), b, c) for a, b, c in of),
    "thresholds": lambda of: tuple(Threshold(a, Decimal(b)) for a, b in of),
    "period_kind": _or_none(PeriodKind),
    "period_weights": lambda of: tuple(Decimal(each) for each in of),
    "year": YearGrades,
    "exams": Exams,
    "exam_share": _or_none(Decimal),
    "gpa": lambda of: tuple(GpaPoints(a, Decimal(b)) for a, b in of),
    "credit": Decimal,
    "late_percent": Decimal,
    "late_most": Decimal,
    "must_pass": lambda of: tuple(WorkTypeKind(each) for each in of),
}
"""How each part of a rule is read from JSON."""
USUAL = GradingRule()
"""The rule of a school that has set none: weighted averages, and nothing asked for besides."""
