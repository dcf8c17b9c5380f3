"""Relay's Node: whatever has an id of its own and can be asked for by it."""

from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from domain.audience import Audience
from resolvers import global_id
from resolvers.schools import SchoolById
from schema.declare import computed, keyed


def id_of(noun: str, audience: Audience) -> Any:  # stands as the default of a field
    """The global id of a record of the noun, for whoever may know of it."""
    return computed(
        audience,
        f"The {noun}'s global id, opaque and lasting.",
        partial(global_id.make, noun),
        "school_id",
        "id",
    )


def school_of(audience: Audience) -> Any:  # stands as the default of a field
    """The school of a record of any noun."""
    return keyed(audience, "The school that it is of.", SchoolById, _school)


def _school(record: Any) -> tuple[int, UUID]:
    return record.school_id, global_id.NIL


@strawberry.interface(description="Whatever has a global id and can be asked for by it.")
class Node:
    id: strawberry.ID = strawberry.field(description="The global id, opaque and lasting.")
