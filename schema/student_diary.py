"""What a student's diary holds of their days, as fields of the student."""

from collections.abc import Callable
from typing import Annotated, Any

import strawberry

from db.tables.students import Student as StudentRecord
from domain.attendance import AttendanceKind
from domain.audience import ACQUAINTED, FAMILY, KEEPERS
from domain.homework import LEARNERS_OF
from resolvers.absence_notices import AbsenceNoticesByStudent
from resolvers.attendance import (
    AttendanceByStudent,
    AttendanceCountedByStudent,
    LessonsMissedByStudent,
)
from resolvers.context import Context
from resolvers.diary_signatures import READERS as SIGNATURE_READERS
from resolvers.diary_signatures import SignaturesByStudent
from resolvers.homework_statuses import HomeworkByStudent, HomeworkCountedByStudent
from resolvers.lessons import LessonsByStudent, TimetableByStudent
from resolvers.materials import MaterialsByStudent, MaterialsCountedByStudent
from resolvers.readings import Items, LoadArguments, daily
from resolvers.remarks import RemarksByStudent
from schema.attendance_counts import student_counts
from schema.declare import asking
from schema.diary import OF_DAYS, DiaryEntry, days, entries
from schema.homework_lists import (
    BY_DUE_DAY,
    OF_LISTS,
    HomeworkCompletion,
    InState,
    OfSubject,
    StudentHomeworkConnection,
    completion,
    homework_asked_for,
)
from schema.homework_statuses import standing
from schema.material_lists import IN_ORDER, MaterialConnection, Search, asked_of_student
from schema.nouns import AbsenceNoticeRef, AttendanceRef, DiaryDayRef, DiarySignatureRef, RemarkRef
from schema.spans import From, InYear, To, span
from schema.timetable_days import OF_DAYS as OF_TIMETABLE
from schema.timetable_days import OF_STUDENT, FromToday, TimetableDay, ToTomorrow
from schema.timetable_days import timetable as timetable_days

OfKinds = Annotated[
    list[AttendanceKind] | None, strawberry.argument(description="Only of these kinds.")
]


def _of_kinds(kinds: list[AttendanceKind] | None) -> Callable[[list[Any]], list[Any]] | None:
    if kinds is None:
        return None
    wanted = {each.value for each in kinds}
    return lambda rows: [row for row in rows if row.kind in wanted]


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


@BY_DUE_DAY.paging(
    LEARNERS_OF,
    "The homework that is due in a span of days, a page at a time, by the days by which it is "
    "due. What was set for longer than a year is on no list.",
    StudentHomeworkConnection | None,
    HomeworkByStudent,
    HomeworkCountedByStudent,
    OF_LISTS,
    standing,
)
def homework(
    record: StudentRecord,
    context: Context,
    first_day: From,
    last_day: To,
    subject: OfSubject = None,
    state: InState = None,
) -> dict[str, object]:
    days = dict(span(first_day, last_day).parameters)
    return homework_asked_for(record, days, subject, state)


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
    return timetable_days(first, last)


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
    "Notices of their absence of which a day is in the span, in order; none that was taken back.",
    list[AbsenceNoticeRef] | None,
    AbsenceNoticesByStudent,
    "id",
    items=daily(0.05),
)
def absence_notices(record: StudentRecord, first: From, last: To) -> LoadArguments:
    return span(first, last)


@IN_ORDER.paging(
    LEARNERS_OF,
    "The materials that they learn with, a page at a time, in the order in which they were "
    "added: of the courses of today or of a year, of their lessons that the student had, and "
    "of their subjects.",
    MaterialConnection | None,
    MaterialsByStudent,
    MaterialsCountedByStudent,
)
def materials(
    record: StudentRecord,
    context: Context,
    search: Search = None,
    subject: OfSubject = None,
    year: InYear = None,
) -> dict[str, object]:
    return asked_of_student(record, search, subject, year)
