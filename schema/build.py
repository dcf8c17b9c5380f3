"""The schema, put together."""

from difflib import get_close_matches

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.types.base import has_object_definition

from resolvers.declarations.noun import NOUNS, MisdeclaredNoun
from resolvers.readings import BOUND, Bound, Column, Computed, Loaded
from schema import nouns
from schema.binding import MisdeclaredField, build
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


def _check(schema: GraphQLSchema) -> None:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and type_.name in NOUNS:
            for name, field in type_.fields.items():
                check_columns(f"{type_.name}.{name}", field.extensions[BOUND])


def check_columns(where: str, bound: Bound) -> None:
    """MisdeclaredField where the field reads a column that records of the noun do not have."""
    noun, reading = NOUNS.get(bound.noun), bound.reading
    if noun is None:
        return
    read: tuple[str, ...] = ()
    if isinstance(reading, Column):
        read = (reading.name,)
    elif isinstance(reading, Computed):
        read = reading.of or ()
    elif isinstance(reading, Loaded):
        read = (reading.key,)
    selected = {str(each.key) for each in noun.read.select.selected_columns}
    if missing := sorted(set(read) - selected):
        near = get_close_matches(missing[0], selected, 1)
        hint = f" Is it {near[0]}?" if near else ""
        raise MisdeclaredField(
            f"{where} reads {', '.join(missing)}, which {noun.read.name} does not select.{hint}"
        )


schema = build(Query, Mutation, Subscription, types=(*nodes(), *TYPES.values()))
_check(schema._schema)
