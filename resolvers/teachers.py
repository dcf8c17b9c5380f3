"""Teachers: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import teachers
from db.tables.teachers import Teacher
from domain.audience import MEMBER, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie

TEACHER = Noun(
    Teacher,
    code="Te",
    visible_to=MEMBER,
    ties=(Tie(Audience.SELF, TieName.TEACHER, "id"),),
    joined=Source(Teacher),
)
TeacherById = TEACHER.by_id
TeachersByCourse = Loader("TeachersByCourse", teachers.teachers_of_courses, "course_id", many=True)
TeachingsByCourse = Loader(
    "TeachingsByCourse", teachers.teachings_of_courses, "course_id", many=True
)
