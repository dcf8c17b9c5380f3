"""Attendance: who it is visible to, and how it is loaded, changed, counted and told of."""

from db.reading import attendance
from db.reading.records import by_id
from db.tables.attendance import Attendance, AttendanceTaking
from db.writing.attendance import ATTENDANCE as WRITTEN
from domain.audience import CONCERNED
from domain.history import Step
from domain.notice_kinds import FAMILY, NoticeKind, Said
from resolvers.declarations.noticing import noticed, recent, to_student
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import mark, on_day, relate

ATTENDANCE = Noun(
    Attendance,
    code="At",
    visible_to=CONCERNED,
    ties=mark(),
    written=WRITTEN,
    history=History("Ar", CONCERNED),
    day="day",
    event=Event(
        "Attendance that was entered or corrected.",
        "Attendance that is entered or corrected",
        "Attendance entered and corrected: `attendance.taken` etc.",
    ),
)
AttendanceByStudent = ATTENDANCE.by("student_id", "day", "taken_at", spanning=True)
AttendanceByCourse = ATTENDANCE.by("course_id", "day", "taken_at", spanning=True)
AttendanceByLesson = ATTENDANCE.by("lesson_id", "taken_at")
TakingByLesson = Loader("TakingByLesson", by_id(AttendanceTaking))
AttendanceCountedByStudent = Loader(
    "AttendanceCountedByStudent",
    attendance.attendance_counted_of_students,
    "student_id",
    many=True,
)
AttendanceCountedByCourse = Loader(
    "AttendanceCountedByCourse", attendance.attendance_counted_of_courses, "course_id", many=True
)
AttendanceCountedByClassGroup = Loader(
    "AttendanceCountedByClassGroup",
    attendance.attendance_counted_of_class_groups,
    "class_group_id",
    many=True,
)
LessonsMissedByStudent = Loader(
    "LessonsMissedByStudent", attendance.lessons_missed_of_students, "student_id", many=True
)
# What is counted of a student in several courses is for those who may read all of them.
relate("AttendanceSummary", on_day(mark(), "days"), CONCERNED)
noticed(
    ATTENDANCE,
    NoticeKind.ABSENCE,
    {
        step: Said(
            "[{student}: ]absent or late[ in {subject}]",
            "[{student}: ]отсутствие или опоздание[, {subject}]",
        )
        for step in (Step.TAKEN, Step.CHANGED)
    },
    to_student(FAMILY),
    whom=FAMILY,
    leads="/diary/absences?child={student}",
    when=lambda each, today: (each.absence or each.lateness) and recent("day")(each, today),
)
