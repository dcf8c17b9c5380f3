"""Guardians: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import guardians
from db.tables.guardians import Guardian
from domain.audience import KEEPERS, SELF, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie

GUARDIAN = Noun(
    Guardian,
    code="Gu",
    visible_to=SELF | Audience.GUARDIAN | KEEPERS,
    ties=(
        Tie(Audience.SELF, TieName.GUARDIAN, "id"),
        Tie(Audience.CLASS_TEACHER, TieName.GUARDIAN_OF_LED, "id"),
        Tie(Audience.GUARDIAN, TieName.GUARDIAN_OF_CHILD, "id"),
        Tie(Audience.GUARDIAN, TieName.GUARDIAN_OF_SELF, "id"),
    ),
    joined=Source(Guardian),
)
GuardianById = GUARDIAN.by_id
GuardiansByStudent = Loader(
    "GuardiansByStudent", guardians.guardians_of_students, "student_id", many=True
)
GuardianshipsByStudent = Loader(
    "GuardianshipsByStudent", guardians.guardianships_of_students, "student_id", many=True
)
