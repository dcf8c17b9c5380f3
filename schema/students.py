"""Students, and all that a diary joins to them."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from db.reading.own_data import data_exports_of_account
from db.tables.students import Student as StudentRecord
from domain.attendance import AttendanceKind
from domain.audience import ACQUAINTED, ANYONE, CONCERNED, FAMILY, HEAD, KEEPERS, REACHING
from domain.audit import Sensitive
from domain.homework import LEARNERS_OF
from domain.progress import SeriesStep
from resolvers.absence_notices import AbsenceNoticesByStudent
from resolvers.access_codes import AccessCodesByStudent
from resolvers.attendance import (
    AttendanceByStudent,
    AttendanceCountedByStudent,
    LessonsMissedByStudent,
)
from resolvers.audit import AUDIT_ENTRY
from resolvers.class_groups import ClassGroupById, ClassGroupsByStudent
from resolvers.context import Context
from resolvers.courses import CourseById, CoursesByStudent
from resolvers.diary_signatures import READERS as SIGNATURE_READERS
from resolvers.diary_signatures import SignaturesByStudent
from resolvers.grades import GradesByStudentWhere, GradesOfYearsByStudent, ProgressByStudent
from resolvers.guardians import GuardiansByStudent, GuardianshipsByStudent
from resolvers.homework_statuses import HomeworkByStudent
from resolvers.lessons import LessonsByStudent, TimetableByStudent
from resolvers.own_data import ErasuresByStudent
from resolvers.period_grades import PeriodGradesByStudent, ResultsByStudent
from resolvers.readings import Items, LoadArguments, daily
from resolvers.remarks import RemarksByStudent
from resolvers.results import READ as OF_RESULTS
from resolvers.schools import AcademicYearsByStudent
from resolvers.students import EnrolmentsByStudent, LevelByStudent
from schema.attendance_counts import student_counts
from schema.audit import OfKinds as AuditKinds
from schema.audit import entries_of_student
from schema.charts import student_attendance_chart, student_progress_chart
from schema.connections import (
    After,
    Before,
    First,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
)
from schema.declare import asking, column, loaded, resolver
from schema.diary import OF_AVERAGES, OF_DAYS, AverageBy, By, DiaryEntry, averages_of, days, entries
from schema.guardians import Guardianship
from schema.homework_lists import (
    OF_LISTS,
    HomeworkCompletion,
    InState,
    OfSubject,
    StudentHomeworkConnection,
    completion,
    homework_page,
)
from schema.marks import ORDERED, OrderBy, Where, in_order, kept
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AbsenceNoticeRef,
    AcademicYearRef,
    AccessCodeRef,
    AttendanceRef,
    ClassGroupRef,
    CourseRef,
    DataExportRef,
    DiaryDayRef,
    DiarySignatureRef,
    GradeRef,
    GuardianRef,
    PeriodGradeRef,
    RemarkRef,
    SchoolRef,
    SubjectAverageRef,
)
from schema.own_data import Erasure, ErasurePlan, plan_for
from schema.people import family_name, given_name, shown_name
from schema.permissions import viewer_may
from schema.progress import READ as OF_PROGRESS
from schema.progress import READ_OF_YEARS as OF_YEARS
from schema.progress import By as SeriesOf
from schema.progress import (
    EachStep,
    Progress,
    SeriesBy,
    Window,
    YearAverage,
    progress_of,
    years_of,
)
from schema.report_cards import ReportCard, card
from schema.spans import (
    From,
    FromUnlessPeriod,
    InPeriod,
    InYear,
    To,
    ToUnlessPeriod,
    id_in,
    of_year,
    span,
    span_or_period,
)
from schema.timetable_days import OF_DAYS as OF_TIMETABLE
from schema.timetable_days import OF_STUDENT, FromToday, TimetableDay, ToTomorrow, timetable


@strawberry.type(
    description="A student's place in a class group or in a course; open where a day is null."
)
class Enrolment:
    begins_on: date | None = column(ANYONE, "Its first day.")
    ends_on: date | None = column(ANYONE, "Its last day; null until the end of the year.")
    class_group: ClassGroupRef | None = loaded(
        ANYONE, "The class group; null where it is in a course.", ClassGroupById, "class_group_id"
    )
    course: CourseRef | None = loaded(
        ANYONE, "The course; null where it is in a class group.", CourseById, "course_id"
    )


OfKinds = Annotated[
    list[AttendanceKind] | None, strawberry.argument(description="Only of these kinds.")
]


def _of_kinds(kinds: list[AttendanceKind] | None) -> Callable[[list[Any]], list[Any]] | None:
    if kinds is None:
        return None
    wanted = {each.value for each in kinds}
    return lambda rows: [row for row in rows if row.kind in wanted]


@strawberry.type(description="A student of the school.")
class Student(Node):
    id: strawberry.ID = id_of("Student", ACQUAINTED)
    school: SchoolRef | None = school_of(ACQUAINTED)
    viewer_may = viewer_may()
    given_name: str = given_name(ACQUAINTED)
    family_name: str = family_name(ACQUAINTED)
    display_name: str = shown_name(ACQUAINTED)
    grade_level: str | None = loaded(
        ACQUAINTED,
        "The year of school: that of their class group today, or else of their record; null where "
        "neither says one.",
        LevelByStudent,
        "id",
        then=lambda _, found: found and found.grade_level,
        reads=("grade_level",),
    )
    born_on: date | None = column(
        FAMILY | KEEPERS, "The day of birth.", sensitive=Sensitive.BIRTH_DATE
    )
    email: str | None = column(
        REACHING | KEEPERS, "The address the school writes to.", sensitive=Sensitive.CONTACTS
    )
    phone: str | None = column(
        REACHING | KEEPERS, "The number the school calls.", sensitive=Sensitive.CONTACTS
    )
    years: list[AcademicYearRef] | None = loaded(
        FAMILY | KEEPERS,
        "The academic years in which they have learnt and learn, by their first day.",
        AcademicYearsByStudent,
        "id",
        items=Items(5),
    )

    @resolver(
        HEAD | REACHING,
        "The audit of what is theirs, a page at a time, the newest first: who did what with it, "
        "and who outside the family read what is sensitive.",
        connection_of(AUDIT_ENTRY, plural="audit entries") | None,
    )
    async def audit(
        record: StudentRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        kinds: AuditKinds = None,
    ) -> Any:
        return await entries_of_student(context, record.school_id, record.id, first, after, kinds)

    @resolver(
        FAMILY | HEAD,
        "The exports of their data that the viewer asked for, the newest first.",
        list[DataExportRef] | None,
        items=Items(1),
    )
    async def data_exports(record: StudentRecord, context: Context) -> Any:
        return await context.store.fetch(
            data_exports_of_account,
            school=record.school_id,
            student=record.id,
            author=context.account,
        )

    erasures: list[Erasure] | None = loaded(
        HEAD,
        "What was erased of what the school kept of them, the first before the second.",
        ErasuresByStudent,
        "id",
        items=Items(1),
    )

    @resolver(
        HEAD,
        "What may be erased of what the school keeps of them by now, and what a law keeps; null to "
        "others.",
        ErasurePlan | None,
    )
    async def erasure_plan(record: StudentRecord, context: Context) -> Any:
        return await plan_for(context, record.school_id, record.id)

    @asking(
        ACQUAINTED,
        "The class groups of today; or all that they were in during a year, for the family, the "
        "class teacher and the office.",
        list[ClassGroupRef],
        ClassGroupsByStudent,
        "id",
        items=Items(1),
        known_as="ClassGroupOfStudent",
    )
    def class_groups(record: StudentRecord, year: InYear = None) -> LoadArguments:
        return of_year(record.school_id, year)

    @asking(
        ACQUAINTED,
        "The courses of today, by title, or all that they were in during a year; to who teaches "
        "some of them, only those.",
        list[CourseRef],
        CoursesByStudent,
        "id",
        items=Items(15),
        known_as="CourseOfStudent",
    )
    def courses(record: StudentRecord, year: InYear = None) -> LoadArguments:
        return of_year(record.school_id, year)

    guardians: list[GuardianRef] | None = loaded(
        REACHING | KEEPERS,
        "The guardians of today, by name.",
        GuardiansByStudent,
        "id",
        items=Items(2),
        sensitive=Sensitive.GUARDIANS,
    )

    enrolments: list[Enrolment] | None = loaded(
        FAMILY | KEEPERS,
        "Where they have learnt and learn, the first before the second; with a whole class they "
        "take its courses too.",
        EnrolmentsByStudent,
        "id",
        items=Items(10),
    )
    guardianships: list[Guardianship] | None = loaded(
        KEEPERS,
        "What guardians are and were to them, the first before the second.",
        GuardianshipsByStudent,
        "id",
        items=Items(3),
        sensitive=Sensitive.GUARDIANS,
    )

    access_codes: list[AccessCodeRef] | None = loaded(
        KEEPERS,
        "The access codes that were made for them, the newest first.",
        AccessCodesByStudent,
        "id",
        items=Items(2),
    )

    @asking(
        ACQUAINTED,
        "The remarks of a span of days, in order; only what the viewer may know of.",
        list[RemarkRef],
        RemarksByStudent,
        "id",
        items=daily(0.1),
    )
    def remarks(record: StudentRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

    @asking(
        SIGNATURE_READERS,
        "The signatures of weeks of which a day is in the span, in the order of the weeks; those "
        "of guardians, for guardians and staff alone.",
        list[DiarySignatureRef] | None,
        SignaturesByStudent,
        "id",
        items=daily(0.2),
    )
    def diary_signatures(record: StudentRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

    @asking(
        LEARNERS_OF,
        "The homework that is due in a span of days, a page at a time, by the days by which it is "
        "due. What was set for longer than a year is on no list.",
        StudentHomeworkConnection | None,
        HomeworkByStudent,
        "id",
        OF_LISTS,
    )
    def homework(
        record: StudentRecord,
        context: Context,
        first_day: From,
        last_day: To,
        subject: OfSubject = None,
        state: InState = None,
        first: FirstUnlessLast = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> LoadArguments:
        days = dict(span(first_day, last_day).parameters)
        window = PageWindow.of(first, after, last, before)
        return homework_page(context, record, days, subject, state, window)

    @asking(
        LEARNERS_OF,
        "How much of the homework that is due in a span of days they have done, of each subject.",
        list[HomeworkCompletion] | None,
        HomeworkByStudent,
        "id",
        OF_LISTS,
        items=Items(15),
    )
    def homework_completion(record: StudentRecord, first: From, last: To) -> LoadArguments:
        return completion(record, dict(span(first, last).parameters))

    @asking(
        ACQUAINTED,
        "The diary of a span of days: each day that has lessons, as far as the viewer may know of "
        "them.",
        list[DiaryDayRef],
        LessonsByStudent,
        "id",
        OF_DAYS,
        items=daily(1),
    )
    def diary(record: StudentRecord, first: From, last: To) -> LoadArguments:
        return days(record, dict(span(first, last).parameters))

    @asking(
        OF_STUDENT,
        "Their timetable: the days of a span that have lessons, today and tomorrow unless told.",
        list[TimetableDay] | None,
        TimetableByStudent,
        "id",
        OF_TIMETABLE,
        items=daily(1),
    )
    def timetable(
        record: StudentRecord, first: FromToday = None, last: ToTomorrow = None
    ) -> LoadArguments:
        return timetable(first, last)

    @asking(
        ACQUAINTED,
        "What was entered of their attendance in a span of days, in order; only what the viewer "
        "may know of.",
        list[AttendanceRef],
        AttendanceByStudent,
        "id",
        ("kind",),
        items=daily(0.3),
    )
    def attendance(
        record: StudentRecord, first: From, last: To, kinds: OfKinds = None
    ) -> LoadArguments:
        return LoadArguments(span(first, last).parameters, _of_kinds(kinds))

    attendance_counts = student_counts(
        ACQUAINTED,
        "Their attendance counted in a span of days or in a period, in each course unless told; "
        "empty where none was taken.",
        AttendanceCountedByStudent,
    )

    @asking(
        ACQUAINTED,
        "The lessons of a span of days that they missed, in order, with topics, homework and "
        "grades; only those that the viewer may know of.",
        list[DiaryEntry],
        LessonsMissedByStudent,
        "id",
        OF_DAYS,
        items=daily(0.3),
    )
    def missed(record: StudentRecord, first: From, last: To) -> LoadArguments:
        return entries(record, dict(span(first, last).parameters))

    @asking(
        FAMILY | KEEPERS,
        "Notices of their absence of which a day is in the span, in order; none that was taken "
        "back.",
        list[AbsenceNoticeRef] | None,
        AbsenceNoticesByStudent,
        "id",
        items=daily(0.05),
    )
    def absence_notices(record: StudentRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

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

    final_grades: list[PeriodGradeRef] = loaded(
        ACQUAINTED,
        "Their grades of all years, by the years; also those that they brought from other schools.",
        PeriodGradesByStudent,
        "id",
        items=Items(30),
    )

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

    progress_chart = student_progress_chart
    attendance_chart = student_attendance_chart

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
