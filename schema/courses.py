"""Courses: a class group, or a part of one, learning a subject."""

import strawberry

from db.tables.courses import Course as CourseRecord
from domain.audience import MEMBER, STAFF_OF
from domain.policy import WRITERS
from resolvers.class_groups import ClassGroupById
from resolvers.grades import WithdrawnGradesByCourse
from resolvers.lessons import LessonsByCourse
from resolvers.readings import Asked, Items, daily
from resolvers.schools import GradeScaleById, SubjectById
from resolvers.students import StudentsByCourse
from resolvers.teachers import TeachersByCourse
from schema.declare import asking, column, computing, loaded
from schema.journal import Journal, JournalRecord
from schema.node import Node, id_of
from schema.nouns import (
    ClassGroupRef,
    GradeRef,
    GradeScaleRef,
    LessonRef,
    StudentRef,
    SubjectRef,
    TeacherRef,
)
from schema.spans import From, To, checked_span, span


@strawberry.type(description="A class group, or a part of one, learning a subject with teachers.")
class Course(Node):
    id: strawberry.ID = id_of("Course", MEMBER)
    title: str = column(MEMBER, "Its title, such as Mathematics 7B.")
    code: str | None = column(MEMBER, "The school's own code for it.")
    subject: SubjectRef | None = loaded(MEMBER, "What is learnt.", SubjectById, "subject_id")
    class_group: ClassGroupRef | None = loaded(
        MEMBER, "The class group that it belongs to.", ClassGroupById, "class_group_id"
    )
    grade_scale: GradeScaleRef | None = loaded(
        MEMBER, "The scale of its grades.", GradeScaleById, "grade_scale_id"
    )
    teachers: list[TeacherRef] = loaded(
        MEMBER,
        "Who teaches it today, the main teacher first.",
        TeachersByCourse,
        "id",
        items=Items(2),
    )
    students: list[StudentRef] = loaded(
        MEMBER,
        "Who learns in it today by name; only those whom the viewer may know of.",
        StudentsByCourse,
        "id",
        items=Items(30),
        known_as="StudentOfCourse",
    )

    @asking(
        MEMBER,
        "Its lessons in a span of days.",
        list[LessonRef],
        LessonsByCourse,
        "id",
        items=daily(1),
    )
    def lessons(record: CourseRecord, first: From, last: To) -> Asked:
        return span(first, last)

    @asking(
        WRITERS,
        "Its grades of a span of days that were withdrawn, as they were, for who may restore them.",
        list[GradeRef] | None,
        WithdrawnGradesByCourse,
        "id",
        items=daily(0.5),
    )
    def withdrawn_grades(record: CourseRecord, first: From, last: To) -> Asked:
        return span(first, last)

    @computing(
        STAFF_OF,
        "Its journal for a span of days: students by lessons, with grades.",
        Journal | None,
    )
    def journal(record: CourseRecord, first: From, last: To) -> JournalRecord:
        checked_span(first, last)
        return JournalRecord(record.school_id, record.id, first, last)
