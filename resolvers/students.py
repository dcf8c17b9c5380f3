"""Students: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import students
from db.tables.students import Student
from domain.audience import CONCERNED, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, relate, student

STUDENT = Noun(
    Student,
    code="St",
    visible_to=CONCERNED,
    # Who led them before is told who they are, and no more than who taught them.
    ties=(
        *student("id"),
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
EnrolmentsByStudent = Loader(
    "EnrolmentsByStudent", students.enrolments_of_students, "student_id", many=True
)
# Who was in a class: who teaches somebody in a course is told of today's.
relate(
    "StudentOfClassGroup",
    (*student("id"), Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "taught_id")),
    CONCERNED,
)
