"""The grade of a year, made of the decided grades of its periods and of exams; and the grade point
average of several courses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from domain.calendar import PeriodKind
from domain.grading_rules import Exams, GradingRule
from domain.period_results import ONE, ZERO, Result, Setting, proposed
from domain.scales import Mark


class Part(Protocol):
    """A period as a part of a year."""

    @property
    def kind(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


P = TypeVar("P", bound=Part)


def parts_of_year(periods: Iterable[P], kind: PeriodKind | None) -> list[P]:
    """The periods that a year's grade is made of, in order: those of the kind, or else the shortest
    ones, which hold no others."""
    parts = [each for each in periods if each.kind != PeriodKind.YEAR]
    if kind is not None:
        parts = [each for each in parts if each.kind == kind]
    else:
        parts = [each for each in parts if not any(_holds(each, other) for other in parts)]
    return sorted(parts, key=lambda each: (each.starts_on, each.ends_on))


def _holds(outer: Part, inner: Part) -> bool:
    around = outer.starts_on <= inner.starts_on and inner.ends_on <= outer.ends_on
    return around and (inner.ends_on - inner.starts_on) < (outer.ends_on - outer.starts_on)


@dataclass(frozen=True, slots=True)
class Decided:
    """The grade of a period: its number; None where it is not decided, or has none, as where the
    student was not attested."""

    number: Decimal | None
    decided: bool


@dataclass(frozen=True, slots=True)
class YearPart:
    """What a period contributes to the year; or what exams do, where `period` is None. `period` is
    its place among those of the year."""

    period: int | None
    number: Fraction | None
    share: Fraction
    exact: Fraction


@dataclass(frozen=True, slots=True)
class YearResult:
    """The average is exactly the sum of the contributions of its parts. It is `provisional` until
    every period is decided."""

    parts: tuple[YearPart, ...]
    average: Fraction | None
    proposal: Mark | None
    provisional: bool


def year_result(grades: Sequence[Decided], exams: Result, setting: Setting) -> YearResult:
    """The year's grade by the decided grades of its periods, in order, and the result of exams."""
    rule = setting.rule
    exam = exams.average if rule.exams is not Exams.AS_OTHERS else None
    of_exams = ZERO
    if exam is not None and exams.in_scale:
        of_exams = ONE if rule.exams is Exams.DECIDE else Fraction(rule.exam_share or 0)
    weights = [_weight(rule, place) for place, _ in enumerate(grades)]
    whole = sum(
        (weight for weight, each in zip(weights, grades, strict=True) if each.number is not None),
        ZERO,
    )
    if not whole and of_exams:
        of_exams = ONE
    parts = [
        _part(place, each.number, ZERO if not whole else (ONE - of_exams) * weight / whole)
        for place, (weight, each) in enumerate(zip(weights, grades, strict=True))
    ]
    if of_exams and exam is not None:
        parts.append(YearPart(None, exam, of_exams, exam * of_exams))
    average = sum((each.exact for each in parts), ZERO) if whole or of_exams else None
    proposal = None
    if average is not None:
        proposal = proposed(average, setting.scale.counting, True, setting)
    provisional = not all(each.decided for each in grades)
    return YearResult(tuple(parts), average, proposal, provisional)


def _weight(rule: GradingRule, place: int) -> Fraction:
    weights = rule.period_weights
    return Fraction(weights[place]) if place < len(weights) else ONE


def _part(place: int, number: Decimal | None, share: Fraction) -> YearPart:
    if number is None:
        return YearPart(place, None, ZERO, ZERO)
    return YearPart(place, Fraction(number), share, Fraction(number) * share)


@dataclass(frozen=True, slots=True)
class CourseGrade:
    """The grade of a course, as far as it counts in the grade point average."""

    mark: Mark
    rule: GradingRule
    scale: object
    """The same of all courses that are graded in one scale."""


def grade_point_average(grades: Iterable[CourseGrade]) -> Fraction | None:
    """The average of the points of marks, by the credits of their courses; of their numbers where
    the rules give no points, and all are in one scale."""
    counted = [each for each in grades if each.rule.credit]
    points = [_points(each) for each in counted]
    with_points = [bool(each.rule.gpa) for each in counted]
    if len({each.scale for each in counted}) > 1 and not all(with_points):
        return None
    pairs = [
        (point, Fraction(each.rule.credit))
        for point, each in zip(points, counted, strict=True)
        if point is not None
    ]
    whole = sum((credit for _, credit in pairs), ZERO)
    return sum((point * credit for point, credit in pairs), ZERO) / whole if whole else None


def _points(of: CourseGrade) -> Fraction | None:
    if not of.rule.gpa:
        return None if of.mark.number is None else Fraction(of.mark.number)
    points = {each.mark: each.points for each in of.rule.gpa}
    found = points.get(of.mark.token, points.get(of.mark.token.rstrip("+-")))
    return None if found is None else Fraction(found)
