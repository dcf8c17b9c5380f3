"""Courses: a class group, or a part of one, learning a subject."""

from datetime import date

import strawberry

from db.tables.courses import Course as CourseRecord
from domain.audience import ACQUAINTED, ANYONE, CONCERNED, MEMBER, OFFICE, STAFF_OF
from domain.policy import WRITERS
from resolvers.announcements import AnnouncementsByCourse, AnnouncementsCountedByCourse
from resolvers.attendance import AttendanceCountedByCourse
from resolvers.class_groups import ClassGroupById
from resolvers.grades import WithdrawnGradesByCourse
from resolvers.lesson_patterns import LessonPatternsByCourse
from resolvers.lessons import LessonsByCourse
from resolvers.materials import (
    LessonMaterialsByCourse,
    LessonMaterialsCountedByCourse,
    MaterialsByCourse,
    MaterialsCountedByCourse,
)
from resolvers.period_grades import ResultsByCourse
from resolvers.readings import Items, LoadArguments, daily
from resolvers.results import READ as OF_RESULTS
from resolvers.schools import AcademicYearByCourse, GradeScaleById, SubjectById
from resolvers.students import StudentsByCourse
from resolvers.teachers import TeacherById, TeachersByCourse, TeachingsByCourse
from resolvers.tie_steps import StepsByTie
from schema.announcements import announcements_by
from schema.attendance_counts import group_counts
from schema.charts import course_distribution_chart
from schema.declare import asking, column, computing, loaded
from schema.group_results import (
    CourseFigures,
    CourseResult,
    OfPeriod,
    ToldFigures,
    figures,
    members,
    told,
)
from schema.journal import Journal, JournalRecord
from schema.material_lists import materials_by, withdrawn_materials
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AcademicYearRef,
    ClassGroupRef,
    GradeRef,
    GradeScaleRef,
    LessonPatternRef,
    LessonRef,
    SchoolRef,
    StudentRef,
    SubjectRef,
    TeacherRef,
)
from schema.offices import TieStep
from schema.permissions import viewer_may
from schema.quizzes import quizzes
from schema.spans import (
    From,
    To,
    checked_span,
    span,
)


@strawberry.type(description="A teacher's part in a course; open where a day is null.")
class Teaching:
    begins_on: date | None = column(ANYONE, "Its first day.")
    ends_on: date | None = column(ANYONE, "Its last day; null until the end of the year.")
    main: bool = column(ANYONE, "Whether they are its main teacher.")
    teacher: TeacherRef | None = loaded(
        ANYONE,
        "Who teaches; null where the viewer may not know of them.",
        TeacherById,
        "teacher_id",
    )
    stands_in_for: TeacherRef | None = loaded(
        ANYONE, "For whom they stand in; null where for nobody.", TeacherById, "stands_in_for_id"
    )


@strawberry.type(description="A class group, or a part of one, learning a subject with teachers.")
class Course(Node):
    id: strawberry.ID = id_of("Course", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    title: str = column(MEMBER, "Its title, such as Mathematics 7B.")
    code: str | None = column(MEMBER, "The school's own code for it.")
    room: str | None = column(
        MEMBER, "Where it is held, unless an hour says otherwise; null where nobody said."
    )
    whole_class: bool = column(
        MEMBER, "Whether everybody in its class group takes it, and nobody is enrolled by name."
    )
    active: bool = column(MEMBER, "Whether it is in use; what was put away is kept.")
    subject: SubjectRef | None = loaded(
        MEMBER, "What is learnt; null where no roster said.", SubjectById, "subject_id"
    )
    academic_year: AcademicYearRef | None = loaded(
        MEMBER,
        "The year that it is of, by its own word or by its class group's; null where neither "
        "says one.",
        AcademicYearByCourse,
        "id",
    )
    class_group: ClassGroupRef | None = loaded(
        MEMBER,
        "The class group that it belongs to; null where it is of several or of none.",
        ClassGroupById,
        "class_group_id",
    )
    grade_scale: GradeScaleRef | None = loaded(
        MEMBER,
        "The scale of its grades; null where it is the school's five-point.",
        GradeScaleById,
        "grade_scale_id",
    )
    teachers: list[TeacherRef] = loaded(
        MEMBER,
        "Who teaches it, the main teacher first: today, or on the last day of its year where that "
        "is over.",
        TeachersByCourse,
        "id",
        items=Items(2),
    )
    teachings: list[Teaching] = loaded(
        MEMBER,
        "Who has taught it and teaches it, the earliest first.",
        TeachingsByCourse,
        "id",
        items=Items(2),
    )
    teacher_history: list[TieStep] | None = loaded(
        OFFICE,
        "Who was let to teach it or to stand in, and when that was ended, in order; not what a "
        "roster did.",
        StepsByTie,
        "id",
        items=Items(2),
    )
    students: list[StudentRef] = loaded(
        MEMBER,
        "Who learns in it by name, today, or on the last day of its year where that is over; only "
        "those whom the viewer may know of.",
        StudentsByCourse,
        "id",
        items=Items(30),
        known_as="StudentOfCourse",
    )

    lesson_patterns: list[LessonPatternRef] = loaded(
        MEMBER,
        "The hours of its week, as they were and are, the earliest first.",
        LessonPatternsByCourse,
        "id",
        items=Items(6),
    )

    @asking(
        MEMBER,
        "Its lessons in a span of days.",
        list[LessonRef],
        LessonsByCourse,
        "id",
        items=daily(1),
    )
    def lessons(record: CourseRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

    @asking(
        WRITERS,
        "Its grades of a span of days that were withdrawn, as they were, for whoever may "
        "restore them.",
        list[GradeRef] | None,
        WithdrawnGradesByCourse,
        "id",
        items=daily(0.5),
    )
    def withdrawn_grades(record: CourseRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

    @computing(
        STAFF_OF,
        "Its journal for a span of days: students by lessons, with grades.",
        Journal | None,
    )
    def journal(record: CourseRecord, first: From, last: To) -> JournalRecord:
        checked_span(first, last)
        return JournalRecord(record.school_id, record.id, first, last)

    announcements = announcements_by(
        ACQUAINTED, AnnouncementsByCourse, AnnouncementsCountedByCourse
    )
    materials = materials_by(
        CONCERNED,
        "The materials of the course itself, in the order in which they were added.",
        MaterialsByCourse,
        MaterialsCountedByCourse,
    )
    lesson_materials = materials_by(
        WRITERS,
        "The materials of all its lessons, in the order in which they were added.",
        LessonMaterialsByCourse,
        LessonMaterialsCountedByCourse,
    )
    withdrawn_materials = withdrawn_materials
    quizzes = quizzes
    attendance_counts = group_counts(
        STAFF_OF,
        "The attendance in it counted in a span of days or in a period, of each student unless "
        "told; empty where none was taken.",
        AttendanceCountedByCourse,
    )

    @asking(
        STAFF_OF,
        "The results of all who learnt in it in a period, by name: averages, proposals, and the "
        "grades that were decided.",
        list[CourseResult] | None,
        ResultsByCourse,
        "id",
        OF_RESULTS,
        items=Items(30),
    )
    def results(record: CourseRecord, period: OfPeriod = None) -> LoadArguments:
        return members(record.school_id, period)

    distribution_chart = course_distribution_chart

    @asking(
        STAFF_OF,
        "The marks of all who learnt in it in a period, taken together; empty where nobody did.",
        list[CourseFigures] | None,
        ResultsByCourse,
        "id",
        OF_RESULTS,
        items=Items(1),
    )
    def figures(record: CourseRecord, period: OfPeriod = None) -> LoadArguments:
        return figures(record.school_id, period)

    @asking(
        CONCERNED,
        "What families are told of the marks of all who learnt in it in a period; null before the "
        "period is over and all its grades are decided, of fewer than five marks, and where the "
        "marks of some would follow.",
        ToldFigures | None,
        ResultsByCourse,
        "id",
        OF_RESULTS,
    )
    def told_figures(record: CourseRecord, period: OfPeriod = None) -> LoadArguments:
        return told(record.school_id, period)
