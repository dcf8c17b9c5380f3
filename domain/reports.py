"""Documents that a school prints: of what they are, and in which formats."""

from collections.abc import Mapping

from domain.enums import DescribedEnum


class ReportFormat(DescribedEnum):
    """How a report is written."""

    PDF = "PDF", "Pages of A4, to print."
    XLSX = "XLSX", "A workbook, with a sheet for each table."
    CSV = "CSV", "Tables of text, for other programs."


class StudentReport(DescribedEnum):
    """A report of a student."""

    REPORT_CARD = "REPORT_CARD", "The courses of a year by its periods, with grades and absences."
    DIARY_WEEK = "DIARY_WEEK", "A week of the diary, in two columns as on paper."


class ClassReport(DescribedEnum):
    """A report of a class group."""

    CLASS_REGISTER = (
        "CLASS_REGISTER",
        "Who is in the class, with guardians, and who teaches it.",
    )
    ATTENDANCE_SHEET = "ATTENDANCE_SHEET", "Who missed what on which day of a span."
    CLASS_REPORT = "CLASS_REPORT", "The grades of a period in all courses, with their rates."
    REPORT_CARDS = "REPORT_CARDS", "The report card of each student, on pages of its own."


class CourseReport(DescribedEnum):
    """A report of a course."""

    JOURNAL = "JOURNAL", "The marks and absences of a span by lessons, and what was taught."


REPORTS: Mapping[str, str] = {
    **{each.value: "Student" for each in StudentReport},
    **{each.value: "ClassGroup" for each in ClassReport},
    **{each.value: "Course" for each in CourseReport},
}
"""Of which noun each is, by its name."""


class ExportKind(DescribedEnum):
    """What an export is of."""

    STUDENT_DATA = "STUDENT_DATA", "All that the school keeps of a student."
    REPORT_CARD = "REPORT_CARD", StudentReport.REPORT_CARD.description
    DIARY_WEEK = "DIARY_WEEK", StudentReport.DIARY_WEEK.description
    CLASS_REGISTER = "CLASS_REGISTER", ClassReport.CLASS_REGISTER.description
    ATTENDANCE_SHEET = "ATTENDANCE_SHEET", ClassReport.ATTENDANCE_SHEET.description
    CLASS_REPORT = "CLASS_REPORT", ClassReport.CLASS_REPORT.description
    REPORT_CARDS = "REPORT_CARDS", ClassReport.REPORT_CARDS.description
    JOURNAL = "JOURNAL", CourseReport.JOURNAL.description


ALWAYS_LONG = frozenset({ClassReport.REPORT_CARDS.value})
"""What is made in the background, however short it is."""
LONGEST_AT_ONCE = 62
"""Days of a span that are put into a report at once; a longer one is made in the background."""
MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
