"""The schema, put together."""

from strawberry.types.base import has_object_definition

from resolvers.declarations.noun import NOUNS, MisdeclaredNoun
from schema import nouns
from schema.binding import build
from schema.changes import TYPES
from schema.mutations import Mutation
from schema.query import Query
from schema.subscription import Subscription


def nodes() -> list[type]:
    """The types of all nouns; MisdeclaredNoun where a noun has no type, or is not in the list."""
    types = nouns.types()
    if missing := NOUNS.keys() - types.keys():
        raise MisdeclaredNoun(
            f"{', '.join(sorted(missing))}: no type is named so in schema/nouns.py. Declare it in "
            "schema/ and add its Ref there."
        )
    return [type_ for type_ in types.values() if has_object_definition(type_)]


schema = build(Query, Mutation, Subscription, types=(*nodes(), *TYPES.values()))
