"""Who may introspect the schema, and the size of the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_named_type,
)


class Introspection(StrEnum):
    """Who may introspect; to others errors suggest no names either."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    NOBODY = "nobody"

    def may_introspect(self, viewer: object | None) -> bool:
        """Whether the viewer may; None is a client that has not signed in."""
        if self is Introspection.SIGNED_IN:
            return viewer is not None
        return self is Introspection.ANYONE


MetaField = tuple[str, str]
"""A type of the introspection system, and one of its fields."""
WHOLE = frozenset({("__Schema", "types"), ("__Schema", "directives")})
"""Fields that list everything of a kind in the schema."""
OWN = frozenset(
    {
        ("__Type", "fields"),
        ("__Type", "inputFields"),
        ("__Type", "enumValues"),
        ("__Field", "args"),
        ("__Directive", "args"),
    }
)
"""Fields whose items belong to one parent: over the whole schema, each item is listed once."""
WRAPPABLE = frozenset({("__Field", "type"), ("__InputValue", "type")})


def is_introspective(type_: GraphQLNamedType) -> bool:
    return type_.name.startswith("__")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The lengths of introspection lists in one schema: the average below the whole schema, whose
    sum is exact, and the maximum below a single type."""

    average: Mapping[MetaField, float]
    most: Mapping[MetaField, int]
    wraps: int
    """The maximum number of list and non-null wrappers of a type in the schema."""

    @classmethod
    def of(cls, schema: GraphQLSchema) -> "Sizes":
        types = list(schema.type_map.values())
        fields = [field for type_ in types for field in fields_of(type_)]
        typed: list[GraphQLField | GraphQLArgument | GraphQLInputField] = [*fields]
        typed += [one for type_ in types for one in inputs_of(type_)]
        typed += [one for field in fields for one in field.args.values()]
        typed += [one for directive in schema.directives for one in directive.args.values()]
        lengths: dict[MetaField, list[int]] = {
            ("__Schema", "types"): [len(types)],
            ("__Schema", "directives"): [len(schema.directives)],
            ("__Type", "fields"): [len(fields_of(type_)) for type_ in types],
            ("__Type", "inputFields"): [len(inputs_of(type_)) for type_ in types],
            ("__Type", "enumValues"): [
                len(type_.values) if isinstance(type_, GraphQLEnumType) else 0 for type_ in types
            ],
            ("__Type", "interfaces"): [len(getattr(type_, "interfaces", ())) for type_ in types],
            ("__Type", "possibleTypes"): [
                len(schema.get_possible_types(type_)) if is_abstract_type(type_) else 0
                for type_ in types
            ],
            ("__Field", "args"): [len(field.args) for field in fields],
            ("__Directive", "args"): [len(directive.args) for directive in schema.directives],
        }
        return cls(
            {field_name: sum(each) / max(len(each), 1) for field_name, each in lengths.items()},
            {field_name: max(each, default=0) for field_name, each in lengths.items()},
            max(_wraps(one.type) for one in typed),
        )

    def length(self, field_name: MetaField, *, whole: bool) -> float:
        """The number of items below a parent; one if the field is not a list."""
        return (self.average if whole else self.most).get(field_name, 1)

    def is_whole(self, field_name: MetaField, whole: bool) -> bool:
        """Whether the field lists everything of its kind."""
        return field_name in WHOLE or (whole and field_name in OWN)

    def wrapped(self, field_name: MetaField, before: int) -> int:
        """The number of wrapped types below the field."""
        return self.wraps if field_name in WRAPPABLE else max(before - 1, 0)


def fields_of(type_: GraphQLNamedType) -> list[GraphQLField]:
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return list(type_.fields.values())
    return []


def inputs_of(type_: GraphQLNamedType) -> list[GraphQLInputField]:
    return list(type_.fields.values()) if isinstance(type_, GraphQLInputObjectType) else []


def _wraps(type_: object) -> int:
    count = 0
    while not is_named_type(type_):
        type_ = type_.of_type  # type: ignore[attr-defined]
        count += 1
    return count
