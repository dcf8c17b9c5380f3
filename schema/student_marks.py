"""A student's marks and what is worked out of them, as fields of the student."""

from db.tables.students import Student as StudentRecord
from domain.audience import ACQUAINTED, CONCERNED
from domain.progress import SeriesStep
from resolvers.grades import GradesByStudentWhere, GradesOfYearsByStudent, ProgressByStudent
from resolvers.period_grades import ResultsByStudent
from resolvers.readings import Items, LoadArguments, daily
from resolvers.results import READ as OF_RESULTS
from schema.declare import asking
from schema.diary import OF_AVERAGES, AverageBy, By, averages_of
from schema.marks import ORDERED, OrderBy, Where, in_order, kept
from schema.nouns import GradeRef, SubjectAverageRef
from schema.progress import READ as OF_PROGRESS
from schema.progress import READ_OF_YEARS as OF_YEARS
from schema.progress import By as SeriesOf
from schema.progress import EachStep, Progress, SeriesBy, Window, YearAverage, progress_of, years_of
from schema.report_cards import ReportCard, card
from schema.spans import (
    From,
    FromUnlessPeriod,
    InPeriod,
    InYear,
    To,
    ToUnlessPeriod,
    id_in,
    span,
    span_or_period,
)


@asking(
    ACQUAINTED,
    "The grades of a span of days or of a period, by day unless told.",
    list[GradeRef],
    GradesByStudentWhere,
    "id",
    ORDERED,
    items=daily(1),
)
def grades(
    record: StudentRecord,
    first: FromUnlessPeriod = None,
    last: ToUnlessPeriod = None,
    period: InPeriod = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> LoadArguments:
    span_ = span_or_period(record.school_id, first, last, period)
    return LoadArguments(span_ | kept(record.school_id, where), in_order(order_by))


@asking(
    ACQUAINTED,
    "The averages of a span of days or of a period, of a course each unless told.",
    list[SubjectAverageRef],
    GradesByStudentWhere,
    "id",
    OF_AVERAGES,
    items=Items(15),
)
def averages(
    record: StudentRecord,
    first: FromUnlessPeriod = None,
    last: ToUnlessPeriod = None,
    period: InPeriod = None,
    where: Where = None,
    by: By = AverageBy.COURSE,
) -> LoadArguments:
    span_ = span_or_period(record.school_id, first, last, period)
    return averages_of(record, span_ | kept(record.school_id, where), by)


@asking(
    CONCERNED,
    "Their report card of a year, or unless one is told of today's: averages, proposals and "
    "grades of each course in each period; null where they learn in none today.",
    ReportCard | None,
    ResultsByStudent,
    "id",
    OF_RESULTS,
)
def report_card(record: StudentRecord, year: InYear = None) -> LoadArguments:
    named = None if year is None else id_in(record.school_id, year, "AcademicYear")
    return card(record, named)


@asking(
    ACQUAINTED,
    "How their marks go in a span of days: a series of each course unless told, by week.",
    list[Progress],
    ProgressByStudent,
    "id",
    OF_PROGRESS,
    items=Items(15),
)
def progress(
    record: StudentRecord,
    first: From,
    last: To,
    by: SeriesOf = SeriesBy.COURSE,
    step: EachStep = SeriesStep.WEEK,
    window: Window = 5,
) -> LoadArguments:
    return progress_of(record, dict(span(first, last).parameters), by, step, window)


@asking(
    ACQUAINTED,
    "Their averages in each year in which they have marks, of each course unless told.",
    list[YearAverage],
    GradesOfYearsByStudent,
    "id",
    OF_YEARS,
    items=Items(30),
)
def year_averages(record: StudentRecord, by: SeriesOf = SeriesBy.COURSE) -> LoadArguments:
    return years_of(record, by)
