"""Class groups: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import class_groups
from db.tables.class_groups import ClassGroup
from domain.audience import ACQUAINTED, MEMBER, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, class_group, relate, student

CLASS_GROUP = Noun(
    ClassGroup,
    code="Cg",
    visible_to=MEMBER,
    ties=class_group("id"),
    joined=Source(ClassGroup),
)
ClassGroupById = CLASS_GROUP.by_id
ClassGroupsByStudent = Loader(
    "ClassGroupsByStudent", class_groups.class_groups_of_students, "student_id", many=True
)
ClassGroupsByAcademicYear = Loader(
    "ClassGroupsByAcademicYear",
    class_groups.class_groups_of_academic_years,
    "academic_year_id",
    many=True,
)
ClassGroupsByTeacher = Loader(
    "ClassGroupsByTeacher", class_groups.class_groups_of_teachers, "leader_id", many=True
)
# Who was in which: who teaches somebody in a course is told of today's.
relate(
    "ClassGroupOfStudent",
    (*student("student_id"), Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "taught_id")),
    ACQUAINTED,
)
