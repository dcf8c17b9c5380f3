"""The schema, put together."""

from schema import (
    class_group,
    course,
    grade,
    guardian,
    history,
    homework,
    lesson,
    period,
    school,
    student,
    teacher,
    webhook,
)
from schema.binding import build
from schema.changes import TYPES
from schema.mutations import Mutation
from schema.query import Query
from schema.subscription import Subscription

NODES = (
    class_group.ClassGroup,
    course.Course,
    grade.Grade,
    guardian.Guardian,
    history.HomeworkRevision,
    history.LessonRevision,
    homework.Homework,
    lesson.Lesson,
    period.AcademicYear,
    period.Period,
    school.School,
    school.Subject,
    student.Student,
    teacher.Teacher,
    webhook.Webhook,
    webhook.WebhookDelivery,
)

schema = build(Query, Mutation, Subscription, types=(*NODES, *TYPES.values()))
