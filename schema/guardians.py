"""Guardians: who may read a child's diary."""

import strawberry

from domain.audience import KEEPERS, SELF, Audience
from schema.declare import column
from schema.node import Node, id_of
from schema.people import family_name, given_name, shown_name

KNOWN = SELF | Audience.GUARDIAN | KEEPERS


@strawberry.type(description="A guardian of a student: a parent, or who stands for one.")
class Guardian(Node):
    id: strawberry.ID = id_of("Guardian", KNOWN)
    given_name: str = given_name(KNOWN)
    family_name: str = family_name(KNOWN)
    display_name: str = shown_name(KNOWN)
    email: str | None = column(SELF | KEEPERS, "The address the school writes to.")
    phone: str | None = column(SELF | KEEPERS, "The number the school calls.")
