"""Grades: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import grades
from db.tables.grades import WITHDRAWAL, Grade
from db.writing.grades import GRADES
from domain.audience import CONCERNED
from domain.history import Step
from domain.notice_kinds import FAMILY as NOTICED_FAMILY
from domain.notice_kinds import NoticeKind, Said
from resolvers.declarations.noticing import noticed, recent, to_student
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import mark, on_day, relate

GRADE = Noun(
    Grade,
    code="Gr",
    visible_to=CONCERNED,
    ties=mark(),
    withdrawal=WITHDRAWAL,
    written=GRADES,
    history=History("Re", CONCERNED),
    day="day",
    event=Event(
        "A grade that was given, revised, withdrawn or restored.",
        "Grades that are given, revised, withdrawn or restored",
        "Grades given, revised, withdrawn and restored: `grade.given` etc.",
    ),
)
GradeById = GRADE.by_id
GradesByStudent = Loader("GradesByStudent", grades.grades_of_students, "student_id", many=True)
GradesByStudentWhere = Loader(
    "GradesByStudentWhere", grades.grades_of_students_where, "student_id", many=True
)
GradesByCourse = Loader("GradesByCourse", grades.grades_of_courses, "course_id", many=True)
CountedGradesByCourse = Loader(
    "CountedGradesByCourse", grades.counted_grades_of_courses, "course_id", many=True
)
GradesByLesson = GRADE.by("lesson_id", "given_at")
WithdrawnGradesByCourse = Loader(
    "WithdrawnGradesByCourse", grades.withdrawn_grades_of_courses, "course_id", many=True
)
ProgressByStudent = Loader(
    "ProgressByStudent", grades.progress_of_students, "student_id", many=True
)
GradesOfYearsByStudent = Loader(
    "GradesOfYearsByStudent", grades.grades_of_years_of_students, "student_id", many=True
)
# What is worked out of several courses is for those who may read all of them.
relate("Progress", on_day(mark(), "days"), CONCERNED)
relate("YearAverage", on_day(mark(), "days"), CONCERNED)
noticed(
    GRADE,
    NoticeKind.MARK,
    {
        Step.GIVEN: Said(
            "[{student}: ]a new mark[ in {subject}]", "[{student}: ]новая отметка[, {subject}]"
        ),
        Step.REVISED: Said(
            "[{student}: ]a mark was changed[ in {subject}]",
            "[{student}: ]отметка изменена[, {subject}]",
        ),
    },
    to_student(NOTICED_FAMILY),
    whom=NOTICED_FAMILY,
    leads="/diary/grades?child={student}",
    when=recent("day"),
)
