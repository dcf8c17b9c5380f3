"""What may be changed: signing in and out, and a field for each mutation that is declared."""

from typing import Any

import strawberry

from resolvers.declarations.mutation import MUTATIONS
from resolvers.mutations import grades, homework, lessons, webhooks
from schema.mutations.derivation import field_of
from schema.mutations.sessions import SessionMutations

SUBJECTS = (grades, homework, lessons, webhooks)
"""Modules that declare mutations: to import one declares them."""


def _fields() -> dict[str, Any]:  # fields of any type
    return {name: field_of(declared) for name, declared in MUTATIONS.items()}


Mutation = strawberry.type(
    type("Mutation", (SessionMutations,), {"__module__": __name__, **_fields()}),
    description="What may be changed.",
)
