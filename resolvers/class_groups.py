"""Class groups: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import class_groups
from db.tables.class_groups import ClassGroup
from domain.audience import MEMBER
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import class_group

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
ClassGroupsByTeacher = Loader(
    "ClassGroupsByTeacher", class_groups.class_groups_of_teachers, "leader_id", many=True
)
