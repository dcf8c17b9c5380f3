"""The schema's nouns by name, so that one file a noun does not mean imports in a circle.

This is the list of them: whoever adds a noun names it here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, get_args

import strawberry

if TYPE_CHECKING:
    # Made of the types of their nouns, where no checker can see them.
    from schema.class_group import ClassGroup
    from schema.course import Course
    from schema.diary import DiaryDay, SubjectAverage
    from schema.grade import Grade
    from schema.guardian import Guardian
    from schema.homework import Homework
    from schema.journal import Journal
    from schema.lesson import Lesson
    from schema.node import Node as GradeRevision
    from schema.node import Node as HomeworkRevision
    from schema.node import Node as LessonRevision
    from schema.node import Node as RemarkRevision
    from schema.period import AcademicYear, Period
    from schema.remarks import Remark
    from schema.school import GradeScale, School, Subject, WorkType
    from schema.student import Student
    from schema.teacher import Teacher
    from schema.webhook import Webhook, WebhookDelivery

AcademicYearRef = Annotated["AcademicYear", strawberry.lazy("schema.period")]
ClassGroupRef = Annotated["ClassGroup", strawberry.lazy("schema.class_group")]
CourseRef = Annotated["Course", strawberry.lazy("schema.course")]
DiaryDayRef = Annotated["DiaryDay", strawberry.lazy("schema.diary")]
GradeRef = Annotated["Grade", strawberry.lazy("schema.grade")]
GradeRevisionRef = Annotated["GradeRevision", strawberry.lazy("schema.grade")]
GradeScaleRef = Annotated["GradeScale", strawberry.lazy("schema.school")]
GuardianRef = Annotated["Guardian", strawberry.lazy("schema.guardian")]
HomeworkRef = Annotated["Homework", strawberry.lazy("schema.homework")]
HomeworkRevisionRef = Annotated["HomeworkRevision", strawberry.lazy("schema.homework")]
JournalRef = Annotated["Journal", strawberry.lazy("schema.journal")]
LessonRef = Annotated["Lesson", strawberry.lazy("schema.lesson")]
LessonRevisionRef = Annotated["LessonRevision", strawberry.lazy("schema.lesson")]
PeriodRef = Annotated["Period", strawberry.lazy("schema.period")]
RemarkRef = Annotated["Remark", strawberry.lazy("schema.remarks")]
RemarkRevisionRef = Annotated["RemarkRevision", strawberry.lazy("schema.remarks")]
SchoolRef = Annotated["School", strawberry.lazy("schema.school")]
StudentRef = Annotated["Student", strawberry.lazy("schema.student")]
SubjectAverageRef = Annotated["SubjectAverage", strawberry.lazy("schema.diary")]
SubjectRef = Annotated["Subject", strawberry.lazy("schema.school")]
TeacherRef = Annotated["Teacher", strawberry.lazy("schema.teacher")]
WorkTypeRef = Annotated["WorkType", strawberry.lazy("schema.school")]
WebhookDeliveryRef = Annotated["WebhookDelivery", strawberry.lazy("schema.webhook")]
WebhookRef = Annotated["Webhook", strawberry.lazy("schema.webhook")]


def types() -> dict[str, type]:
    """The types of all nouns by their names, in alphabetical order; their modules are imported."""
    found = {}
    for ref in [value for name, value in sorted(globals().items()) if name.endswith("Ref")]:
        name, lazy = get_args(ref)
        found[name.__forward_arg__] = getattr(import_module(lazy.module), name.__forward_arg__)
    return found
