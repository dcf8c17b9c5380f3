"""How the marks of a student move: a moving average, and the trend of a span of days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from domain.counting import Best
from domain.enums import DescribedEnum

MONTH = 30
STEADY = Fraction(1, 40)
"""Of the range of the numbers: a trend that moves less in a month is none."""
FEWEST = 4
"""Marks of which there is a trend at least."""


class SeriesStep(DescribedEnum):
    """What each point of a series is of."""

    DAY = "DAY", "A day."
    WEEK = "WEEK", "A week, from Monday on."
    MONTH = "MONTH", "A month of the calendar."
    PERIOD = "PERIOD", "The shortest period that the day is in; days in none are left out."


class TrendMethod(DescribedEnum):
    """How a trend is found."""

    LEAST_SQUARES = (
        "LEAST_SQUARES",
        (
            "The straight line that is nearest to the marks over their days, by the squares of the "
            "distances, each as often as it weighs."
        ),
    )


class Direction(DescribedEnum):
    """Where marks are going."""

    BETTER = "BETTER", "To the better."
    STEADY = "STEADY", "Neither way: by less than a fortieth of the scale in a month."
    WORSE = "WORSE", "To the worse."


@dataclass(frozen=True, slots=True)
class Point:
    """A mark that counts: its number, its weight and its day."""

    day: date
    number: Fraction
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Trend:
    """`per_month` is by how much the line rises in thirty days, in numbers of the scale."""

    method: TrendMethod
    per_month: Fraction
    direction: Direction
    count: int


def begins(day: date, step: SeriesStep) -> date:
    """The first day of the day's point in a series."""
    if step is SeriesStep.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is SeriesStep.MONTH else day


def mean(points: Iterable[Point]) -> Fraction | None:
    total = whole = Fraction(0)
    for each in points:
        total, whole = total + each.number * each.weight, whole + each.weight
    return total / whole if whole else None


def moving(points: Sequence[Point], until: date, window: int) -> Fraction | None:
    """The average of the last marks, as many as the window, up to the day; the points are in the
    order of their days."""
    there = [each for each in points if each.day <= until]
    return mean(there[-window:])


def trend(points: Sequence[Point], best: Best, width: Fraction) -> Trend | None:
    """The trend of marks on a scale whose numbers are so far apart; None of fewer than four marks,
    or of marks of one day."""
    whole = sum((each.weight for each in points), Fraction(0))
    if len(points) < FEWEST or not whole:
        return None
    first = points[0].day
    days = [Fraction((each.day - first).days) for each in points]
    middle = sum((d * p.weight for d, p in zip(days, points, strict=True)), Fraction(0)) / whole
    average = mean(points) or Fraction(0)
    spread = along = Fraction(0)
    for day, point in zip(days, points, strict=True):
        spread += point.weight * (day - middle) ** 2
        along += point.weight * (day - middle) * (point.number - average)
    if not spread:
        return None
    per_month = along / spread * MONTH
    return Trend(
        TrendMethod.LEAST_SQUARES, per_month, _towards(per_month, best, width), len(points)
    )


def _towards(per_month: Fraction, best: Best, width: Fraction) -> Direction:
    if abs(per_month) < width * STEADY:
        return Direction.STEADY
    rises = per_month > 0
    return Direction.BETTER if rises is (best is Best.HIGHEST) else Direction.WORSE
