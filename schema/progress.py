"""How a student's marks go: series by day, week, month or period, with their trend; and years."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.tables.students import Student
from domain.audience import ANYONE, CONCERNED
from domain.averages import averages as exact_averages
from domain.counting import Best, counting_of
from domain.errors import bad_input
from domain.grading import counts, rounded
from domain.progress import Direction, Point, SeriesStep, TrendMethod, begins, moving, trend
from resolvers.courses import CourseById
from resolvers.readings import Items, LoadArguments
from resolvers.schools import AcademicYearById, PeriodById, SubjectById
from schema.averages import COUNTED, Average, averages
from schema.declare import column, loaded, tell
from schema.nouns import AcademicYearRef, CourseRef, PeriodRef, SubjectRef

for codes in (SeriesStep, Direction, TrendMethod):
    tell(codes)
LONGEST_WINDOW = 50
READ = ("course_id", "subject_id", "day", "period_id", *COUNTED)
READ_OF_YEARS = ("course_id", "subject_id", "day", "academic_year_id", *COUNTED)


@strawberry.enum(description="What each series is of.")
class SeriesBy(Enum):
    COURSE = strawberry.enum_value("course_id", description="One course.")
    SUBJECT = strawberry.enum_value("subject_id", description="All courses of one subject.")
    WHOLE = strawberry.enum_value("whole", description="All courses together.")


By = Annotated[
    SeriesBy,
    strawberry.argument(
        description="What each series is of. All but those of one course are for those who may "
        "read all of the student's grades."
    ),
]
EachStep = Annotated[SeriesStep, strawberry.argument(description="What each point is of.")]
Window = Annotated[
    int,
    strawberry.argument(
        description=f"Of how many marks the moving average is, from 1 to {LONGEST_WINDOW}."
    ),
]


@dataclass(frozen=True, slots=True)
class PointRecord:
    school_id: int
    day: date
    period_id: UUID | None
    average: Any
    so_far: Decimal
    moving: Decimal | None
    count: int


@strawberry.type(description="A point of a series: a day, week, month or period that has marks.")
class ProgressPoint:
    day: date = column(ANYONE, "Its first day; of a period, that of its first mark.", called="date")
    period: PeriodRef | None = loaded(
        ANYONE, "The period; null where the series is not by periods.", PeriodById, "period_id"
    )
    average: Average = column(ANYONE, "The average of its marks.")
    so_far: Decimal = column(
        ANYONE, "The average of all marks of the series up to its end, to two places."
    )
    moving_average: Decimal | None = column(
        ANYONE,
        "The average of the last marks up to its end, as many as the window, to two places; null "
        "where only bonuses count.",
        name="moving",
    )
    count: int = column(ANYONE, "How many of its marks count.")


@dataclass(frozen=True, slots=True)
class TrendRecord:
    method: TrendMethod
    per_month: Decimal
    direction: Direction
    count: int


@strawberry.type(description="Where the marks of a series are going.")
class Trend:
    method: TrendMethod = column(ANYONE, "How it is found.")
    per_month: Decimal = column(
        ANYONE, "By how much the numbers rise in thirty days, to two places."
    )
    direction: Direction = column(ANYONE, "Whether that is to the better.")
    count: int = column(ANYONE, "How many marks it is found of.")


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    school_id: int
    student_id: UUID
    course_id: UUID | None
    subject_id: UUID | None
    points: list[PointRecord]
    trend: TrendRecord | None
    days: tuple[date, ...]


@strawberry.type(
    description="How a student's marks go in a course, in a subject or in all; there is one more "
    "for each scale of which the school has not said how it converts."
)
class Progress:
    course: CourseRef | None = loaded(
        CONCERNED, "The course; null where it is not of one.", CourseById, "course_id"
    )
    subject: SubjectRef | None = loaded(
        CONCERNED, "The subject; null where it is not of one.", SubjectById, "subject_id"
    )
    points: list[ProgressPoint] = column(
        CONCERNED, "Its points that have marks, in order.", items=Items(20)
    )
    trend: Trend | None = column(
        CONCERNED, "Its trend; null with fewer than four marks, and of one day."
    )


@dataclass(frozen=True, slots=True)
class YearRecord:
    school_id: int
    student_id: UUID
    year_id: UUID
    course_id: UUID | None
    subject_id: UUID | None
    average: Any
    days: tuple[date, ...]


@strawberry.type(
    description="A student's average in a year: in a course, a subject, or all of them."
)
class YearAverage:
    academic_year: AcademicYearRef = loaded(CONCERNED, "The year.", AcademicYearById, "year_id")
    course: CourseRef | None = loaded(
        CONCERNED, "The course; null where it is not of one.", CourseById, "course_id"
    )
    subject: SubjectRef | None = loaded(
        CONCERNED, "The subject; null where it is of all.", SubjectById, "subject_id"
    )
    average: Average = column(CONCERNED, "The weighted average of the year's marks.")


def progress_of(
    student: Student, span: dict[str, object], by: SeriesBy, step: SeriesStep, window: int
) -> LoadArguments:
    """The series of each course, subject or of the whole, in the order first met."""
    if not 1 <= window <= LONGEST_WINDOW:
        raise bad_input(f"A moving average is of 1 to {LONGEST_WINDOW} marks.")

    def of_rows(grades: list[Any]) -> list[SeriesRecord]:
        found: dict[Any, list[Any]] = defaultdict(list)
        for grade in grades:
            found[_of(grade, by)].append(grade)
        return [
            _series(student, by, each, step, window)
            for own in found.values()
            for each in _by_scale(own)
        ]

    return LoadArguments(span, of_rows)


def _of(grade: Any, by: SeriesBy) -> UUID | None:
    """What the grade's series is of."""
    return None if by is SeriesBy.WHOLE else grade[by.value]


def _by_scale(grades: Sequence[Any]) -> list[list[Any]]:
    """The grades of each average that there is of them."""
    counted = [grade for grade in grades if counts(grade)]
    found: dict[Any, list[Any]] = defaultdict(list)
    for grade in counted:
        joins = counting_of(grade["scale_counting"]).converts
        found[None if joins else grade["grade_scale_id"]].append(grade)
    return [own for own in found.values() if exact_averages(own)]


def _series(
    student: Student, by: SeriesBy, grades: list[Any], step: SeriesStep, window: int
) -> SeriesRecord:
    buckets: dict[Any, list[Any]] = defaultdict(list)
    for grade in grades:
        if step is not SeriesStep.PERIOD:
            buckets[begins(grade["day"], step)].append(grade)
        elif grade["period_id"] is not None:
            buckets[grade["period_id"]].append(grade)
    whole = exact_averages(grades)[0]
    line = _points(grades, whole)
    made: list[PointRecord] = []
    so_far: list[Any] = []
    for own in buckets.values():
        so_far += own
        average = averages(own)
        upto = exact_averages(so_far)
        if not average or not upto:
            continue
        last = moving(line, own[-1]["day"], window)
        first = own[0]["day"] if step is SeriesStep.PERIOD else begins(own[0]["day"], step)
        made.append(
            PointRecord(
                student.school_id,
                first,
                own[0]["period_id"] if step is SeriesStep.PERIOD else None,
                average[0],
                upto[0].average.rounded(),
                None if last is None else rounded(last, 2),
                average[0].count,
            )
        )
    return SeriesRecord(
        student.school_id,
        student.id,
        grades[0]["course_id"] if by is SeriesBy.COURSE else None,
        grades[0]["subject_id"] if by is not SeriesBy.WHOLE else None,
        made,
        _trend(line, whole.counting.best),
        tuple({grade["day"] for grade in grades}),
    )


def _points(grades: Sequence[Any], shown: Any) -> list[Point]:
    """The marks without bonuses, in numbers of the scale that the average is shown in."""
    joined = len({grade["grade_scale_id"] for grade in grades}) > 1
    joined = joined or shown.scale != grades[0]["grade_scale_id"]
    found = []
    for grade in grades:
        if grade["bonus"] or not grade["weight"]:
            continue
        number = Fraction(grade["number"])
        if joined:
            number = shown.counting.number(counting_of(grade["scale_counting"]).share(number))
        found.append(Point(grade["day"], number, Fraction(grade["weight"])))
    return found


def _trend(points: Sequence[Point], best: Best) -> TrendRecord | None:
    numbers = [each.number for each in points]
    if not numbers:
        return None
    # What is told as steady goes by how far apart the numbers are that were given.
    width = max(max(numbers) - min(numbers), Fraction(1))
    found = trend(points, best, width)
    if found is None:
        return None
    return TrendRecord(found.method, rounded(found.per_month, 2), found.direction, found.count)


def years_of(student: Student, by: SeriesBy) -> LoadArguments:
    """The average of each year, by its first day, in each subject or of all."""

    def of_rows(grades: list[Any]) -> list[YearRecord]:
        found: dict[Any, list[Any]] = defaultdict(list)
        for grade in grades:
            of = _of(grade, by)
            found[grade["academic_year_id"], of].append(grade)
        return [
            YearRecord(
                student.school_id,
                student.id,
                year,
                own[0]["course_id"] if by is SeriesBy.COURSE else None,
                own[0]["subject_id"] if by is not SeriesBy.WHOLE else None,
                average,
                tuple({grade["day"] for grade in own}),
            )
            for (year, _), own in found.items()
            for average in averages(own)
        ]

    return LoadArguments({}, of_rows)
