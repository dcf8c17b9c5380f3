"""A student's report card: the courses of a year by its periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import strawberry

from db.tables.students import Student
from domain.audience import ANYONE, CONCERNED, FAMILY, HEADS, Audience
from domain.year_results import CourseGrade, grade_point_average
from resolvers.period_grades import PeriodGradesByStudent
from resolvers.readings import Items, LoadArguments
from resolvers.results import CourseResults
from resolvers.schools import AcademicYearById, PeriodById, SubjectById
from schema.declare import column, loaded
from schema.nouns import AcademicYearRef, CourseRef, PeriodGradeRef, PeriodRef, SubjectRef
from schema.results import PeriodResult, shown

OF_ALL = FAMILY | HEADS | Audience.CLASS_TEACHER
"""Who reads the marks of all courses of a student."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    school_id: int
    student_id: UUID
    course_id: UUID
    subject_id: UUID | None
    course: Any
    results: list[Any]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class TotalRecord:
    school_id: int
    period_id: UUID
    average: Decimal | None
    gpa: Decimal | None


@dataclass(frozen=True, slots=True)
class CardRecord:
    school_id: int
    student_id: UUID
    year_id: UUID
    rows: list[RowRecord]
    totals: list[TotalRecord]

    @property
    def of_year(self) -> dict[str, object]:
        return {"year": self.year_id}


@strawberry.type(description="A course in a report card.")
class ReportCardRow:
    course: CourseRef = column(CONCERNED, "The course.")
    subject: SubjectRef | None = loaded(
        CONCERNED, "Its subject; null where it has none.", SubjectById, "subject_id"
    )
    results: list[PeriodResult] = column(
        CONCERNED,
        "Its results in the periods that the year is made of, in order, and in the year itself, if "
        "the school has that as a period.",
        items=Items(5),
    )


@strawberry.type(description="All courses of a student together, in a period.")
class ReportCardTotal:
    period: PeriodRef = loaded(ANYONE, "The period.", PeriodById, "period_id")
    average: Decimal | None = column(
        ANYONE,
        "The weighted average of all marks that count, to two places; null without any, and where "
        "they are in more than one scale.",
    )
    gpa: Decimal | None = column(
        ANYONE,
        "The grade point average of the grades that were decided, or else are proposed, by the "
        "credits of their courses, to two places; null without any, and where some are in another "
        "scale and the rules give no points.",
    )


@strawberry.type(
    description="A student's report card of a year. Who teaches some of the courses finds those."
)
class ReportCard:
    academic_year: AcademicYearRef = loaded(CONCERNED, "The year.", AcademicYearById, "year_id")
    rows: list[ReportCardRow] = column(
        CONCERNED, "The courses of the year, by title.", items=Items(15)
    )
    totals: list[ReportCardTotal] | None = column(
        OF_ALL, "All courses together, in each period, and in the year.", items=Items(5)
    )
    transferred: list[PeriodGradeRef] = loaded(
        CONCERNED,
        "The grades of the year that were given in another school.",
        PeriodGradesByStudent,
        "student_id",
        given="of_year",
        then=lambda _, grades: [each for each in grades if each.elsewhere is not None],
        reads=("elsewhere",),
        items=Items(1),
    )


def card(student: Student, year: UUID | None) -> LoadArguments:
    """The card of a year, or of today's courses, made of their rows."""

    def of_rows(rows: list[Any]) -> CardRecord | None:
        courses = [CourseResults(row) for row in rows]
        of_year = year or (courses[0].row.year_id if courses else None)
        if of_year is None:
            return None
        return CardRecord(
            student.school_id,
            student.id,
            of_year,
            [
                RowRecord(
                    each.school_id,
                    each.student_id,
                    each.course_id,
                    each.subject_id,
                    each.row,
                    each.results,
                    each.days,
                )
                for each in courses
            ],
            totals(courses),
        )

    return LoadArguments({} if year is None else {"year": year}, of_rows)


def totals(courses: Sequence[CourseResults]) -> list[TotalRecord]:
    """All courses together in each period, by the days of periods."""
    periods = {result.period.id: result.period for course in courses for result in course.results}
    ordered = sorted(periods.values(), key=lambda each: (each.is_year, each.starts_on))
    return [_total(courses, each.id) for each in ordered]


def _total(courses: Sequence[CourseResults], period: UUID) -> TotalRecord:
    results = [each for course in courses for each in course.results if each.period.id == period]
    grades = [
        CourseGrade(mark, each.of.rule, each.of.row.scale_id)
        for each in results
        if (mark := each.of.grade_in(each)) is not None
    ]
    return TotalRecord(
        courses[0].school_id,
        period,
        shown(_average(results)),
        shown(grade_point_average(grades)),
    )


def _average(results: Sequence[Any]) -> Fraction | None:
    """Of all marks of the results that count, by their weights."""
    scales = {each.of.row.scale_id for each in results if each.own.counted}
    if len(scales) != 1 or not all(each.own.in_scale for each in results if each.own.counted):
        return None
    total = whole = Fraction(0)
    for result in results:
        for each in result.own.counted:
            weight = Fraction(each.mark.weight)
            total, whole = total + (each.number or 0) * weight, whole + weight
    return total / whole if whole else None
