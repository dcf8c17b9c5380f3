"""The tables, one story a file; `metadata` is what the migrations must agree with."""

from sqlmodel import SQLModel

from db.tables.accounts import Account, Membership, Session, SignInTries
from db.tables.courses import ClassGroup, Course, Enrolment, Teaching
from db.tables.diary import (
    Grade,
    GradeRevision,
    Homework,
    HomeworkRevision,
    Lesson,
    LessonRevision,
)
from db.tables.feed import FeedKey, Outbox, Receipt
from db.tables.people import Guardian, Guardianship, Student, Teacher
from db.tables.remarks import Remark, RemarkReply, RemarkRevision
from db.tables.roster import LineItem
from db.tables.school import AcademicYear, GradeScale, Period, School, Subject, WorkType
from db.tables.webhooks import Webhook, WebhookDelivery

metadata = SQLModel.metadata

__all__ = [
    "AcademicYear",
    "Account",
    "ClassGroup",
    "Course",
    "Enrolment",
    "FeedKey",
    "Grade",
    "GradeRevision",
    "GradeScale",
    "Guardian",
    "Guardianship",
    "Homework",
    "HomeworkRevision",
    "Lesson",
    "LessonRevision",
    "LineItem",
    "Membership",
    "Outbox",
    "Period",
    "Receipt",
    "Remark",
    "RemarkReply",
    "RemarkRevision",
    "School",
    "Session",
    "SignInTries",
    "Student",
    "Subject",
    "Teacher",
    "Teaching",
    "Webhook",
    "WebhookDelivery",
    "WorkType",
    "metadata",
]
