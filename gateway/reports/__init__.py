"""Documents that a school prints: report cards, diaries, journals and the like.

What a report is made of is asked of the schema for who is to have it (`asking.py`), put into tables
by a function for each kind (`of_students.py` and so on), and written by `gateway/drawing`.
"""

from collections.abc import Awaitable, Callable, Mapping

from domain.reports import ClassReport, CourseReport, StudentReport
from gateway.drawing.layout import Report
from gateway.reports.of_classes import (
    attendance_sheet,
    class_register,
    class_report,
    report_cards,
)
from gateway.reports.of_courses import journal
from gateway.reports.of_students import diary_week, report_card
from gateway.reports.parts import Making

MADE: Mapping[str, Callable[[Making], Awaitable[Report]]] = {
    StudentReport.REPORT_CARD.value: report_card,
    StudentReport.DIARY_WEEK.value: diary_week,
    ClassReport.CLASS_REGISTER.value: class_register,
    ClassReport.ATTENDANCE_SHEET.value: attendance_sheet,
    ClassReport.CLASS_REPORT.value: class_report,
    ClassReport.REPORT_CARDS.value: report_cards,
    CourseReport.JOURNAL.value: journal,
}
"""By its name, what makes a report."""
