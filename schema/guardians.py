"""Guardians: who may read a child's diary."""

from datetime import date

import strawberry

from domain.audience import ANYONE, KEEPERS, SELF, Audience
from domain.audit import Sensitive
from domain.office import GuardianshipKind
from domain.ties import Restriction
from resolvers.access_codes import AccessCodesByGuardian
from resolvers.guardians import GuardianById
from resolvers.pages import PageByGuardian
from resolvers.readings import Items
from resolvers.students import StudentsByGuardian
from resolvers.tie_steps import StepsByTie
from schema.declare import column, computed, loaded, tell
from schema.node import Node, id_of, school_of
from schema.nouns import AccessCodeRef, GuardianRef, PageRef, SchoolRef, StudentRef
from schema.offices import TieStep
from schema.pages import page_of
from schema.people import family_name, first_day, given_name, last_day, middle_name, shown_name
from schema.permissions import viewer_may

tell(GuardianshipKind)
KNOWN = SELF | Audience.GUARDIAN | KEEPERS


@strawberry.type(description="A guardian of a student: a parent, or who stands for one.")
class Guardian(Node):
    id: strawberry.ID = id_of("Guardian", KNOWN)
    school: SchoolRef | None = school_of(KNOWN)
    viewer_may = viewer_may()
    page: PageRef | None = page_of(PageByGuardian, SELF | Audience.GUARDIAN | KEEPERS)
    given_name: str = given_name(KNOWN)
    family_name: str = family_name(KNOWN)
    display_name: str = shown_name(KNOWN)
    middle_name: str | None = middle_name(SELF | KEEPERS)
    begins_on: date | None = first_day(SELF | KEEPERS)
    ends_on: date | None = last_day(SELF | KEEPERS)
    email: str | None = column(
        SELF | KEEPERS, "The address the school writes to.", sensitive=Sensitive.CONTACTS
    )
    phone: str | None = column(
        SELF | KEEPERS, "The number the school calls.", sensitive=Sensitive.CONTACTS
    )
    leaving_history: list[TieStep] | None = loaded(
        SELF | KEEPERS,
        "When it was said that they leave the school, or do not after all, and why; in order.",
        StepsByTie,
        "id",
        items=Items(1),
    )
    children: list[StudentRef] = loaded(
        KNOWN,
        "Whose guardian they are today, by name; only those whom the viewer may know of.",
        StudentsByGuardian,
        "id",
        items=Items(2),
        sensitive=Sensitive.GUARDIANS,
    )
    access_codes: list[AccessCodeRef] | None = loaded(
        KEEPERS,
        "The access codes that were made for them, the newest first.",
        AccessCodesByGuardian,
        "id",
        items=Items(2),
    )


def _kind(relation: str) -> str:
    known = GuardianshipKind.__members__
    return relation if relation in known else GuardianshipKind.OTHER.name


@strawberry.type(description="What a guardian is, or was, to a child; open where a day is null.")
class Guardianship:
    kind: GuardianshipKind = computed(ANYONE, "What they are to the child.", _kind, "relation")
    restriction: Restriction | None = column(
        ANYONE, "What is kept from the guardian; null where nothing is."
    )
    begins_on: date | None = column(ANYONE, "Its first day.")
    ends_on: date | None = column(ANYONE, "Its last day.")
    guardian: GuardianRef | None = loaded(
        ANYONE,
        "The guardian; null where the viewer may not know of them.",
        GuardianById,
        "guardian_id",
    )
    history: list[TieStep] = loaded(
        ANYONE,
        "What was done to it, in order; not what a roster did.",
        StepsByTie,
        "id",
        items=Items(2),
    )
