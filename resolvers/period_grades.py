"""Grades of periods: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import period_grades
from db.tables.period_grades import WITHDRAWAL, PeriodGrade
from db.writing.period_grades import PERIOD_GRADES
from domain.audience import CONCERNED, STAFF_OF, Audience
from domain.history import Step
from domain.notice_kinds import FAMILY, NoticeKind, Said
from domain.ties import TieName
from resolvers.declarations.noticing import noticed, to_student
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, mark, on_day, relate, student

PERIOD_GRADE = Noun(
    PeriodGrade,
    code="Pg",
    visible_to=CONCERNED,
    ties=on_day(mark(), "day"),
    withdrawal=WITHDRAWAL,
    written=PERIOD_GRADES,
    history=History("Pq", CONCERNED),
    event=Event(
        "A grade of a period that was decided, changed, overridden or withdrawn.",
        "Grades of periods that are decided, changed, overridden or withdrawn",
        "Grades of periods and years: `period_grade.decided` etc.",
    ),
)
PeriodGradeById = PERIOD_GRADE.by_id
PeriodGradesByStudent = Loader(
    "PeriodGradesByStudent", period_grades.period_grades_of_students, "student_id", many=True
)
ResultsByStudent = Loader(
    "ResultsByStudent", period_grades.results_of_students, "student_id", many=True
)
ResultsByCourse = Loader("ResultsByCourse", period_grades.results_of_courses, many=True)
ResultsByClassGroup = Loader(
    "ResultsByClassGroup", period_grades.results_of_class_groups, "of_class_group_id", many=True
)
# A card is known to whom the student is; its rows are for those who read the marks in them.
relate(
    "ReportCard",
    (
        *student("student_id"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "student_id"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_WAS_LED, "student_id"),
    ),
    CONCERNED,
)
relate("ReportCardRow", on_day(mark(), "days"), CONCERNED)
relate("CourseResult", on_day(mark(), "days"), STAFF_OF)
noticed(
    PERIOD_GRADE,
    NoticeKind.PERIOD_GRADE,
    {
        Step.DECIDED: Said(
            "[{student}: ]the grade of a period was decided[ in {subject}]",
            "[{student}: ]выставлена отметка за период[, {subject}]",
        ),
        Step.OVERRIDDEN: Said(
            "[{student}: ]the grade of a period was changed[ in {subject}]",
            "[{student}: ]изменена отметка за период[, {subject}]",
        ),
    },
    to_student(FAMILY),
    whom=FAMILY,
    leads="/diary/grades?child={student}",
)
