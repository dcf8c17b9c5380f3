"""What a frontend developer reads in the schema."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.build import schema


def undescribed() -> Iterator[str]:
    for name, type_ in schema._schema.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        parts: dict[str, Any] = {name: type_}
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            parts |= {f"{name}.{field}": found for field, found in type_.fields.items()}
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            parts |= {
                f"{name}.{field}({arg}:)": found
                for field, of in type_.fields.items()
                for arg, found in of.args.items()
            }
        if isinstance(type_, GraphQLEnumType):
            parts |= {f"{name}.{value}": found for value, found in type_.values.items()}
        yield from (where for where, part in parts.items() if not part.description)


def test_every_type_field_argument_and_value_is_described() -> None:
    assert list(undescribed()) == []
