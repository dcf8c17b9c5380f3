"""Students: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import students
from db.tables.students import Student
from domain.audience import ACQUAINTED, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, on_day, relate, student

STUDENT = Noun(
    Student,
    code="St",
    visible_to=ACQUAINTED,
    # Who led them before is told who they are, and no more than who taught them.
    ties=(
        *student("id"),
        Tie(Audience.CUSTODIAN, TieName.CHILD_IN_CUSTODY, "id"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "id"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_WAS_LED, "id"),
    ),
    joined=Source(Student),
)
StudentById = STUDENT.by_id
StudentsByClassGroup = Loader(
    "StudentsByClassGroup", students.students_of_class_groups, "class_group_id", many=True
)
StudentsByCourse = Loader("StudentsByCourse", students.students_of_courses, "course_id", many=True)
StudentsByGuardian = Loader(
    "StudentsByGuardian", students.students_of_guardians, "guardian_id", many=True
)
LevelByStudent = Loader(
    "LevelByStudent", students.levels_of_students, derived=students.LEVEL_OF_TODAY
)
EnrolmentsByStudent = Loader(
    "EnrolmentsByStudent", students.enrolments_of_students, "student_id", many=True
)
# Who was in a class: who led it to its end still is told, and who teaches somebody in a course is
# told of today's.
relate(
    "StudentOfClassGroup",
    (
        *on_day(student("id"), "as_of"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "taught_id"),
    ),
    ACQUAINTED,
)
