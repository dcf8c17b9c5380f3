"""Mutations, one a file."""

import strawberry

from schema.mutations.sessions import SessionMutations


@strawberry.type(description="What may be changed.")
class Mutation(SessionMutations):
    pass
