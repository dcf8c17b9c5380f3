"""What a frontend developer reads in the schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.binding import MisdeclaredField, checked
from schema.build import schema
from schema.declare import declaration_of


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


def _nullable(noun: str, name: str, description: str) -> None:
    """Check the field again as it would be if it were nullable."""
    type_ = schema._schema.type_map[noun]
    assert isinstance(type_, GraphQLObjectType)
    field = type_.fields[name]
    named = get_named_type(field.type)
    assert isinstance(named, GraphQLObjectType)
    declaration = declaration_of(field.extensions["strawberry-definition"])
    checked(f"{noun}.{name}", noun, GraphQLField(named, description=description), declaration)


def test_a_relation_that_always_exists_is_not_nullable_and_another_says_when_it_is_null() -> None:
    with pytest.raises(MisdeclaredField, match=r"Grade\.lesson is never null"):
        _nullable("Grade", "lesson", "The lesson it is of; null for no reason.")
    with pytest.raises(MisdeclaredField, match=r"Grade\.student may be null: say"):
        _nullable("Grade", "student", "Whose it is.")
    _nullable("Grade", "student", "Whose it is; null where the viewer may not know of them.")
