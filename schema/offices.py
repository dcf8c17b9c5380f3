"""Who is in a school's office, and the steps of what ties people to a school."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from domain.audience import ANYONE
from domain.history import Step
from domain.roles import OfficeRole
from domain.ties import Restriction
from resolvers.class_groups import ClassGroupById
from resolvers.courses import CourseById
from resolvers.readings import Items
from resolvers.teachers import TeacherById
from resolvers.tie_steps import StepsByTie
from schema.declare import column, computed, loaded, tell
from schema.nouns import ClassGroupRef, CourseRef, TeacherRef

tell(OfficeRole)
tell(Restriction)


@strawberry.type(
    description="One step of a role, a guardianship, an enrolment, or of who teaches a course or "
    "leads a class."
)
class TieStep:
    change: Step = column(ANYONE, "What was done.")
    at: datetime = column(ANYONE, "When it was done.")
    by: str = column(ANYONE, "Who did it.", name="account_name")
    reason: str | None = column(ANYONE, "Why it was done.")
    kind: str = column(
        ANYONE,
        "From then on the role, what the guardian was to the child, of a teacher TEACHER, "
        "STAND_IN, CLASS_TEACHER or DEPUTY, or STUDENT; of who leaves, what they were.",
    )
    teacher: TeacherRef | None = loaded(
        ANYONE, "Who teaches or leads; null where it is another's.", TeacherById, "teacher_id"
    )
    class_group: ClassGroupRef | None = loaded(
        ANYONE,
        "In which class group a student was enrolled; null where it is another's.",
        ClassGroupById,
        "class_group_id",
    )
    course: CourseRef | None = loaded(
        ANYONE, "Or in which course; null where it is another's.", CourseById, "course_id"
    )
    restriction: Restriction | None = column(
        ANYONE, "What was kept from the guardian from then on; null where nothing was."
    )
    begins_on: date | None = column(ANYONE, "The first day, as it was from then on.")
    ends_on: date | None = column(ANYONE, "The last day, as it was from then on.")


@strawberry.type(description="A role in a school's office; open where a day is null.")
class HeldRole:
    id: strawberry.ID = computed(ANYONE, "Names it for `endRole` and `grantRole`.", str, "id")
    role: OfficeRole = column(ANYONE, "The role.")
    name: str = column(ANYONE, "Who has it.")
    begins_on: date | None = column(ANYONE, "Its first day.")
    ends_on: date | None = column(ANYONE, "Its last day.")
    history: list[TieStep] = loaded(
        ANYONE, "What was done to it, in order.", StepsByTie, "id", items=Items(2)
    )


def each_once(rows: list[object]) -> list[object]:
    """The roles that are told once for each teacher whom their holder is."""
    found: dict[UUID, object] = {}
    for row in rows:
        found.setdefault(row.id, row)  # type: ignore[attr-defined]
    return list(found.values())
