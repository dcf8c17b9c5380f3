"""The schema's nouns by name, so that one file a noun does not mean imports in a circle.

This is the list of them: whoever adds a noun names it here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, get_args

import strawberry

if TYPE_CHECKING:
    # Made of the types of their nouns, where no checker can see them.
    from schema.absence_notices import AbsenceNotice
    from schema.access_codes import AccessCode
    from schema.announcements import Announcement
    from schema.attendance import Attendance
    from schema.attendance_codes import AttendanceCode
    from schema.audit import AuditEntry
    from schema.bell_schedules import BellSchedule
    from schema.class_groups import ClassGroup
    from schema.courses import Course
    from schema.diary import DiaryDay, SubjectAverage
    from schema.diary_signatures import DiarySignature
    from schema.events import SchoolEvent
    from schema.faq import FaqEntry
    from schema.forum import ForumAnswer, ForumBoard, ForumTopic
    from schema.glossaries import GlossaryTerm
    from schema.grade_scales import GradeScale
    from schema.grades import Grade
    from schema.grading_rules import GradingRule
    from schema.guardians import Guardian
    from schema.homework import Homework
    from schema.homework_statuses import HomeworkStatus
    from schema.journal import Journal
    from schema.lesson_patterns import LessonPattern
    from schema.lessons import Lesson
    from schema.materials import Material
    from schema.messages import Conversation, Message
    from schema.moderation import ChildRestriction, ModerationCase
    from schema.node import Node as AbsenceNoticeRevision
    from schema.node import Node as AcademicYearRevision
    from schema.node import Node as AnnouncementRevision
    from schema.node import Node as AttendanceCodeRevision
    from schema.node import Node as AttendanceRevision
    from schema.node import Node as BellScheduleRevision
    from schema.node import Node as ChildRestrictionRevision
    from schema.node import Node as ConversationRevision
    from schema.node import Node as DayOffRevision
    from schema.node import Node as DiarySignatureRevision
    from schema.node import Node as FaqEntryRevision
    from schema.node import Node as ForumAnswerRevision
    from schema.node import Node as ForumBoardRevision
    from schema.node import Node as ForumTopicRevision
    from schema.node import Node as GlossaryTermRevision
    from schema.node import Node as GradeRevision
    from schema.node import Node as GradeScaleRevision
    from schema.node import Node as GradingRuleRevision
    from schema.node import Node as HomeworkRevision
    from schema.node import Node as HomeworkStatusRevision
    from schema.node import Node as LessonPatternRevision
    from schema.node import Node as LessonRevision
    from schema.node import Node as MaterialRevision
    from schema.node import Node as MessageRevision
    from schema.node import Node as ModerationCaseRevision
    from schema.node import Node as PeriodGradeRevision
    from schema.node import Node as PeriodRevision
    from schema.node import Node as QuizQuestionRevision
    from schema.node import Node as QuizRevision
    from schema.node import Node as QuizTryRevision
    from schema.node import Node as RemarkRevision
    from schema.node import Node as RoomRevision
    from schema.node import Node as SchoolEventRevision
    from schema.node import Node as SchoolRevision
    from schema.node import Node as SubjectRevision
    from schema.node import Node as SurveyRevision
    from schema.node import Node as SwappedDayRevision
    from schema.node import Node as WorkTypeRevision
    from schema.notices import Notice
    from schema.own_data import DataExport
    from schema.period_grades import PeriodGrade
    from schema.periods import AcademicYear, DayOff, Period
    from schema.quizzes import Quiz, QuizQuestion, QuizTry
    from schema.remarks import Remark
    from schema.rooms import Room
    from schema.schools import School, Subject, WorkType
    from schema.students import Student
    from schema.surveys import Survey
    from schema.swapped_days import SwappedDay
    from schema.teachers import Teacher
    from schema.timetables import Timetable
    from schema.webhooks import Webhook, WebhookDelivery

AbsenceNoticeRef = Annotated["AbsenceNotice", strawberry.lazy("schema.absence_notices")]
AbsenceNoticeRevisionRef = Annotated[
    "AbsenceNoticeRevision", strawberry.lazy("schema.absence_notices")
]
AccessCodeRef = Annotated["AccessCode", strawberry.lazy("schema.access_codes")]
AcademicYearRef = Annotated["AcademicYear", strawberry.lazy("schema.periods")]
AcademicYearRevisionRef = Annotated["AcademicYearRevision", strawberry.lazy("schema.periods")]
AnnouncementRef = Annotated["Announcement", strawberry.lazy("schema.announcements")]
AnnouncementRevisionRef = Annotated["AnnouncementRevision", strawberry.lazy("schema.announcements")]
AttendanceCodeRef = Annotated["AttendanceCode", strawberry.lazy("schema.attendance_codes")]
AttendanceCodeRevisionRef = Annotated[
    "AttendanceCodeRevision", strawberry.lazy("schema.attendance_codes")
]
AttendanceRef = Annotated["Attendance", strawberry.lazy("schema.attendance")]
AttendanceRevisionRef = Annotated["AttendanceRevision", strawberry.lazy("schema.attendance")]
AuditEntryRef = Annotated["AuditEntry", strawberry.lazy("schema.audit")]
BellScheduleRef = Annotated["BellSchedule", strawberry.lazy("schema.bell_schedules")]
BellScheduleRevisionRef = Annotated[
    "BellScheduleRevision", strawberry.lazy("schema.bell_schedules")
]
ChildRestrictionRef = Annotated["ChildRestriction", strawberry.lazy("schema.moderation")]
ChildRestrictionRevisionRef = Annotated[
    "ChildRestrictionRevision", strawberry.lazy("schema.moderation")
]
ClassGroupRef = Annotated["ClassGroup", strawberry.lazy("schema.class_groups")]
ConversationRef = Annotated["Conversation", strawberry.lazy("schema.messages")]
ConversationRevisionRef = Annotated["ConversationRevision", strawberry.lazy("schema.messages")]
CourseRef = Annotated["Course", strawberry.lazy("schema.courses")]
DataExportRef = Annotated["DataExport", strawberry.lazy("schema.own_data")]
DayOffRef = Annotated["DayOff", strawberry.lazy("schema.periods")]
DayOffRevisionRef = Annotated["DayOffRevision", strawberry.lazy("schema.periods")]
DiaryDayRef = Annotated["DiaryDay", strawberry.lazy("schema.diary")]
DiarySignatureRef = Annotated["DiarySignature", strawberry.lazy("schema.diary_signatures")]
DiarySignatureRevisionRef = Annotated[
    "DiarySignatureRevision", strawberry.lazy("schema.diary_signatures")
]
FaqEntryRef = Annotated["FaqEntry", strawberry.lazy("schema.faq")]
FaqEntryRevisionRef = Annotated["FaqEntryRevision", strawberry.lazy("schema.faq")]
ForumAnswerRef = Annotated["ForumAnswer", strawberry.lazy("schema.forum")]
ForumAnswerRevisionRef = Annotated["ForumAnswerRevision", strawberry.lazy("schema.forum")]
ForumBoardRef = Annotated["ForumBoard", strawberry.lazy("schema.forum")]
ForumBoardRevisionRef = Annotated["ForumBoardRevision", strawberry.lazy("schema.forum")]
ForumTopicRef = Annotated["ForumTopic", strawberry.lazy("schema.forum")]
ForumTopicRevisionRef = Annotated["ForumTopicRevision", strawberry.lazy("schema.forum")]
GlossaryTermRef = Annotated["GlossaryTerm", strawberry.lazy("schema.glossaries")]
GlossaryTermRevisionRef = Annotated["GlossaryTermRevision", strawberry.lazy("schema.glossaries")]
GradeRef = Annotated["Grade", strawberry.lazy("schema.grades")]
GradeRevisionRef = Annotated["GradeRevision", strawberry.lazy("schema.grades")]
GradeScaleRef = Annotated["GradeScale", strawberry.lazy("schema.grade_scales")]
GradeScaleRevisionRef = Annotated["GradeScaleRevision", strawberry.lazy("schema.grade_scales")]
GradingRuleRef = Annotated["GradingRule", strawberry.lazy("schema.grading_rules")]
GradingRuleRevisionRef = Annotated["GradingRuleRevision", strawberry.lazy("schema.grading_rules")]
GuardianRef = Annotated["Guardian", strawberry.lazy("schema.guardians")]
HomeworkRef = Annotated["Homework", strawberry.lazy("schema.homework")]
HomeworkRevisionRef = Annotated["HomeworkRevision", strawberry.lazy("schema.homework")]
HomeworkStatusRef = Annotated["HomeworkStatus", strawberry.lazy("schema.homework_statuses")]
HomeworkStatusRevisionRef = Annotated[
    "HomeworkStatusRevision", strawberry.lazy("schema.homework_statuses")
]
JournalRef = Annotated["Journal", strawberry.lazy("schema.journal")]
LessonPatternRef = Annotated["LessonPattern", strawberry.lazy("schema.lesson_patterns")]
LessonPatternRevisionRef = Annotated[
    "LessonPatternRevision", strawberry.lazy("schema.lesson_patterns")
]
LessonRef = Annotated["Lesson", strawberry.lazy("schema.lessons")]
LessonRevisionRef = Annotated["LessonRevision", strawberry.lazy("schema.lessons")]
MaterialRef = Annotated["Material", strawberry.lazy("schema.materials")]
MaterialRevisionRef = Annotated["MaterialRevision", strawberry.lazy("schema.materials")]
MessageRef = Annotated["Message", strawberry.lazy("schema.messages")]
MessageRevisionRef = Annotated["MessageRevision", strawberry.lazy("schema.messages")]
ModerationCaseRef = Annotated["ModerationCase", strawberry.lazy("schema.moderation")]
ModerationCaseRevisionRef = Annotated[
    "ModerationCaseRevision", strawberry.lazy("schema.moderation")
]
NoticeRef = Annotated["Notice", strawberry.lazy("schema.notices")]
PeriodGradeRef = Annotated["PeriodGrade", strawberry.lazy("schema.period_grades")]
PeriodGradeRevisionRef = Annotated["PeriodGradeRevision", strawberry.lazy("schema.period_grades")]
PeriodRef = Annotated["Period", strawberry.lazy("schema.periods")]
PeriodRevisionRef = Annotated["PeriodRevision", strawberry.lazy("schema.periods")]
QuizRef = Annotated["Quiz", strawberry.lazy("schema.quizzes")]
QuizQuestionRef = Annotated["QuizQuestion", strawberry.lazy("schema.quizzes")]
QuizQuestionRevisionRef = Annotated["QuizQuestionRevision", strawberry.lazy("schema.quizzes")]
QuizRevisionRef = Annotated["QuizRevision", strawberry.lazy("schema.quizzes")]
QuizTryRef = Annotated["QuizTry", strawberry.lazy("schema.quizzes")]
QuizTryRevisionRef = Annotated["QuizTryRevision", strawberry.lazy("schema.quizzes")]
RemarkRef = Annotated["Remark", strawberry.lazy("schema.remarks")]
RemarkRevisionRef = Annotated["RemarkRevision", strawberry.lazy("schema.remarks")]
RoomRef = Annotated["Room", strawberry.lazy("schema.rooms")]
RoomRevisionRef = Annotated["RoomRevision", strawberry.lazy("schema.rooms")]
SchoolEventRef = Annotated["SchoolEvent", strawberry.lazy("schema.events")]
SchoolEventRevisionRef = Annotated["SchoolEventRevision", strawberry.lazy("schema.events")]
SchoolRef = Annotated["School", strawberry.lazy("schema.schools")]
SchoolRevisionRef = Annotated["SchoolRevision", strawberry.lazy("schema.schools")]
StudentRef = Annotated["Student", strawberry.lazy("schema.students")]
SubjectAverageRef = Annotated["SubjectAverage", strawberry.lazy("schema.diary")]
SubjectRef = Annotated["Subject", strawberry.lazy("schema.schools")]
SubjectRevisionRef = Annotated["SubjectRevision", strawberry.lazy("schema.schools")]
SurveyRef = Annotated["Survey", strawberry.lazy("schema.surveys")]
SurveyRevisionRef = Annotated["SurveyRevision", strawberry.lazy("schema.surveys")]
SwappedDayRef = Annotated["SwappedDay", strawberry.lazy("schema.swapped_days")]
SwappedDayRevisionRef = Annotated["SwappedDayRevision", strawberry.lazy("schema.swapped_days")]
TeacherRef = Annotated["Teacher", strawberry.lazy("schema.teachers")]
TimetableRef = Annotated["Timetable", strawberry.lazy("schema.timetables")]
WorkTypeRef = Annotated["WorkType", strawberry.lazy("schema.schools")]
WorkTypeRevisionRef = Annotated["WorkTypeRevision", strawberry.lazy("schema.schools")]
WebhookDeliveryRef = Annotated["WebhookDelivery", strawberry.lazy("schema.webhooks")]
WebhookRef = Annotated["Webhook", strawberry.lazy("schema.webhooks")]


def types() -> dict[str, type]:
    """The types of all nouns by their names, in alphabetical order; their modules are imported."""
    found = {}
    for ref in [value for name, value in sorted(globals().items()) if name.endswith("Ref")]:
        name, lazy = get_args(ref)
        found[name.__forward_arg__] = getattr(import_module(lazy.module), name.__forward_arg__)
    return found
