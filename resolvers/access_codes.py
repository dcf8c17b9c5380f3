"""Access codes: to the school's office, and to the class teachers of those whom they are for."""

from db.reading import access_codes
from db.tables.access_codes import AccessCode
from domain.audience import OFFICE, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie

MAKERS = OFFICE | Audience.CLASS_TEACHER
ACCESS_CODE = Noun(
    AccessCode,
    code="Ax",
    visible_to=MAKERS,
    ties=(
        Tie(Audience.CLASS_TEACHER, TieName.STUDENT_LED, "student_id"),
        Tie(Audience.CLASS_TEACHER, TieName.GUARDIAN_OF_LED, "guardian_id"),
    ),
    read=access_codes.access_codes_by_id,
)
AccessCodesByStudent = Loader(
    "AccessCodesByStudent", access_codes.access_codes_of_students, "student_id", many=True
)
AccessCodesByGuardian = Loader(
    "AccessCodesByGuardian", access_codes.access_codes_of_guardians, "guardian_id", many=True
)
AccessCodesByTeacher = Loader(
    "AccessCodesByTeacher", access_codes.access_codes_of_teachers, "teacher_id", many=True
)
AccessCodesByClassGroup = Loader(
    "AccessCodesByClassGroup",
    access_codes.access_codes_of_class_groups,
    "class_group_id",
    many=True,
)
