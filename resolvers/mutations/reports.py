"""Reports of students, class groups and courses, made in the background."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, cast
from uuid import UUID

from db.reading.own_data import reports_of_account
from db.reading.schools import schools_by_id
from db.store import Reader, Store
from db.tables.own_data import DataExport
from db.writing.own_data import ask_for_export
from domain.attendance import MARKERS
from domain.audience import CONCERNED, KEEPERS, STAFF_OF
from domain.clock import now
from domain.ids import uuid7
from domain.languages import language_of
from domain.own_data import ExportState
from domain.refusals import UserErrorCode, refused
from domain.reports import ClassReport, CourseReport, ReportFormat, StudentReport
from resolvers.class_groups import CLASS_GROUP
from resolvers.courses import COURSE
from resolvers.declarations.inputs import GlobalId, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.naming import camel
from resolvers.declarations.noun import Noun
from resolvers.declarations.parsing import rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.own_data import DATA_EXPORT, REPORT_KEPT
from resolvers.relations import relation
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code = UserErrorCode
MOST_WAITING = 5
"""Reports of an account that wait to be made, or are made."""
MOST_KEPT = 50
"""Reports of an account that are kept: those of a day."""
FORMAT = "How it is written."
LANGUAGE = "In which language, by BCP 47; the school's unless told."
FIRST, LAST = "The first day, where it is of a span.", "The last day, at most 400 days on."
PERIOD = "The period, by global id, instead of days."
MADE = (
    "It is made in the background (`dataExportChanged` tells how far it is), and kept for a day "
    "for whoever asked for it."
)


@dataclass(frozen=True, slots=True)
class ExportStudentReport:
    """What is put into a report of a student."""

    student: Annotated[str, "The student, by global id.", GlobalId("Student")]
    report: Annotated[StudentReport, "What it is."]
    format: Annotated[ReportFormat, FORMAT] = ReportFormat.PDF
    year: Annotated[
        str | None, "The year of a report card, by global id; today's unless told.",
        GlobalId("AcademicYear"),
    ] = None  # fmt: skip
    week: Annotated[date | None, "A day of the week of the diary; today unless told."] = None
    language: Annotated[str | None, LANGUAGE, Text(32)] = None


@dataclass(frozen=True, slots=True)
class ExportClassReport:
    """What is put into a report of a class group."""

    class_group: Annotated[str, "The class group, by global id.", GlobalId("ClassGroup")]
    report: Annotated[ClassReport, "What it is."]
    format: Annotated[ReportFormat, FORMAT] = ReportFormat.PDF
    first_day: Annotated[date | None, FIRST] = None
    last_day: Annotated[date | None, LAST] = None
    period: Annotated[str | None, PERIOD, GlobalId("Period")] = None
    year: Annotated[
        str | None, "The year of report cards, by global id; today's unless told.",
        GlobalId("AcademicYear"),
    ] = None  # fmt: skip
    language: Annotated[str | None, LANGUAGE, Text(32)] = None


@dataclass(frozen=True, slots=True)
class ExportCourseReport:
    """What is put into a report of a course."""

    course: Annotated[str, "The course, by global id.", GlobalId("Course")]
    report: Annotated[CourseReport, "What it is."] = CourseReport.JOURNAL
    format: Annotated[ReportFormat, FORMAT] = ReportFormat.PDF
    first_day: Annotated[date | None, FIRST] = None
    last_day: Annotated[date | None, LAST] = None
    period: Annotated[str | None, PERIOD, GlobalId("Period")] = None
    language: Annotated[str | None, LANGUAGE, Text(32)] = None


@mutation(
    DATA_EXPORT, f"Have a report of a student made. {MADE}", Code.FORBIDDEN, Code.TOO_MANY,
    answer="The export.", by=CONCERNED, at="Student",
)  # fmt: skip
async def export_student_report(
    store: Store, viewer: Viewer, given: ExportStudentReport, key: str | None, services: Services
) -> Outcome:
    asked = {"of": given.student, "year": given.year, "from": given.week}
    request = Request("export_student_report", given, key)
    return await _asked(store, viewer, STUDENT, "student", given, asked, request)


@mutation(
    DATA_EXPORT, f"Have a report of a class group made. {MADE}", Code.FORBIDDEN, Code.TOO_MANY,
    answer="The export.", by=KEEPERS, at="ClassGroup",
)  # fmt: skip
async def export_class_report(
    store: Store, viewer: Viewer, given: ExportClassReport, key: str | None, services: Services
) -> Outcome:
    asked = _days(given) | {"of": given.class_group, "year": given.year}
    request = Request("export_class_report", given, key)
    return await _asked(store, viewer, CLASS_GROUP, "class_group", given, asked, request)


@mutation(
    DATA_EXPORT, f"Have a report of a course made. {MADE}", Code.FORBIDDEN, Code.TOO_MANY,
    answer="The export.", by=STAFF_OF, at="Course",
)  # fmt: skip
async def export_course_report(
    store: Store, viewer: Viewer, given: ExportCourseReport, key: str | None, services: Services
) -> Outcome:
    request = Request("export_course_report", given, key)
    asked = _days(given) | {"of": given.course}
    return await _asked(store, viewer, COURSE, "course", given, asked, request)


def _days(given: ExportClassReport | ExportCourseReport) -> dict[str, Any]:
    return {"from": given.first_day, "to": given.last_day, "period": given.period}


async def _asked(
    store: Store,
    viewer: Viewer,
    noun: Noun[Any],
    name: str,
    given: ExportStudentReport | ExportClassReport | ExportCourseReport,
    asked: dict[str, Any],
    request: Request,
) -> Outcome:
    async def act(reader: Reader) -> list[DataExport]:
        school, ref = parse(given).keys[name]
        path = camel(name)
        rights_in(viewer, school, noun.word, path)
        transaction = Transaction(reader, viewer, school)
        record = await transaction.known(noun, ref, path)
        _allowed(viewer, noun, record, given.report, path)
        id_ = uuid7()
        done = await earlier(reader, viewer, school, request, [id_])
        if done is not None:
            return await transaction.shown(DATA_EXPORT, done)
        account = viewer.account.id
        await _room(reader, school, account)
        (of,) = await reader.fetch(schools_by_id, schools=[school])
        told = {key: str(value) for key, value in asked.items() if value is not None}
        await reader.run(
            ask_for_export,
            school=school,
            account=account,
            new_id=id_,
            new_student_id=ref if noun is STUDENT else None,
            new_kind=given.report.value,
            new_format=given.format.value,
            new_asked=told,
            new_language=language_of(given.language, of.language),
            new_parts=1,
            new_expires_at=now() + REPORT_KEPT,
        )
        return cast("list[DataExport]", await transaction.shown(DATA_EXPORT, [id_]))

    return await attempt(store, viewer, DATA_EXPORT, act)


BY = {"Student": CONCERNED, "ClassGroup": MARKERS, "Course": STAFF_OF}


def _allowed(viewer: Viewer, noun: Noun[Any], record: Any, report: Any, path: str) -> None:
    """Refused to whom the fields that it is made of are not shown; who only reads on has it."""
    by = KEEPERS if report is ClassReport.CLASS_REGISTER else BY[noun.name]
    if not relation(viewer, noun.name, record) & by:
        raise refused(Code.FORBIDDEN, "This report is not for you.", path)


async def _room(reader: Reader, school: int, account: UUID) -> None:
    kept: list[Any] = await reader.fetch(reports_of_account, school=school, author=account)
    waiting = (ExportState.QUEUED.value, ExportState.RUNNING.value)
    if len(kept) >= MOST_KEPT:
        message = f"You have asked for {MOST_KEPT} reports today."
        raise refused(Code.TOO_MANY, message, "report")
    if sum(each.state in waiting for each in kept) >= MOST_WAITING:
        message = f"{MOST_WAITING} of your reports are being made: wait for one."
        raise refused(Code.TOO_MANY, message, "report")
