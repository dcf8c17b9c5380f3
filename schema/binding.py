"""Every field checked for its audience, then bound to its reading."""

from dataclasses import MISSING
from typing import Any

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)
from strawberry.schema.config import StrawberryConfig

from db.rows import noun_of
from domain.audience import Audience
from resolvers.declarations.noun import NOUNS
from resolvers.execution import reference
from resolvers.readings import BOUND, Bound, Column, Declaration, Loaded
from resolvers.relations import RELATIONS
from schema.declare import declaration_of
from schema.scalars import SCALARS


class MisdeclaredField(TypeError):
    """A field that the schema can't be built with."""


def build(
    query: type, mutation: type | None = None, subscription: type | None = None, **options: Any
) -> strawberry.Schema:
    """A Strawberry schema whose fields are all declared; raises MisdeclaredField otherwise."""
    config = StrawberryConfig(auto_camel_case=True, scalar_map=SCALARS)
    schema = strawberry.Schema(query, mutation, subscription, config=config, **options)
    bind(schema._schema, subscription_name=subscription.__name__ if subscription else None)
    return schema


def bind(schema: GraphQLSchema, subscription_name: str | None) -> None:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            arrive_as_declared(type_)
        if isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = lambda value, *_: noun_of(value)
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        type_.is_type_of = None
        for name, field in type_.fields.items():
            where = f"{type_.name}.{name}"
            definition = field.extensions["strawberry-definition"]
            declaration = checked(where, type_.name, field, declaration_of(definition))
            for given, argument in zip(field.args.values(), definition.arguments, strict=True):
                given.out_name = argument.python_name
            bound = field.extensions[BOUND] = Bound(
                type_.name,
                declaration.audience,
                declaration.reading or Column(definition.python_name),
                declaration.items,
                declaration.known_as,
                declaration.sensitive,
            )
            resolve = reference.resolver_of(bound, get_named_type(field.type).name)
            if type_.name == subscription_name:
                field.subscribe, field.resolve = resolve, lambda event, info, **_: event
            else:
                field.resolve = resolve


ARRIVE = "arrive"
"""The attribute of an input's class that makes of its values what a resolver is given instead."""


def arrive_as_declared(type_: GraphQLInputObjectType) -> None:
    """Have graphql-core make the input's dataclass where it coerces its value: Strawberry would
    look its declaration up again for every request, which costs more than all of the coercion."""
    definition = type_.extensions["strawberry-definition"]
    for field in type_.fields.values():
        field.out_name = field.extensions["strawberry-definition"].python_name
    arrive = getattr(definition.origin, ARRIVE, None)
    if arrive is not None:
        type_.out_type = arrive  # type: ignore[method-assign]
        return
    # What has no default and may be left out is None then, as Strawberry has it.
    absent = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    checked = type_.out_type
    type_.out_type = lambda value: definition.origin(**absent | checked(value))  # type: ignore[method-assign]


def checked(
    where: str, noun: str, field: GraphQLField, declaration: Declaration | None
) -> Declaration:
    """The field's declaration, or the reason why it can't be."""
    if declaration is None or not declaration.audience:
        raise MisdeclaredField(f"{where} declares no audience.")
    if not field.description:
        raise MisdeclaredField(f"{where} has no description.")
    narrower = restricts(noun, declaration.audience)
    if narrower and isinstance(field.type, GraphQLNonNull):
        raise MisdeclaredField(
            f"{where} is kept from some who may know its {noun}, so it has to be nullable."
        )
    if narrower and noun not in RELATIONS:
        raise MisdeclaredField(f"{where}: nothing says what a viewer is to a {noun}.")
    if declaration.sensitive is not None and not isinstance(
        declaration.reading, Column | Loaded | None
    ):
        raise MisdeclaredField(f"{where} is sensitive: only a column or loaded records may be.")
    if isinstance(declaration.reading, Loaded) and not declaration.reading.loader.many:
        check_null(where, noun, field, declaration, declaration.reading)
    return declaration


def check_null(
    where: str, noun: str, field: GraphQLField, declaration: Declaration, reading: Loaded
) -> None:
    """A record that is always there, and visible to all, may not be null; else it is said when."""
    if isinstance(field.type, GraphQLNonNull):
        return
    of = RELATIONS.get(declaration.known_as or get_named_type(field.type).name)
    columns = NOUNS[noun].model.__table__.c if noun in NOUNS else {}
    names_it = reading.loader.by == "id" and reading.key in columns
    always = names_it and not columns[reading.key].nullable
    if (
        always
        and of is not None
        and of.visible_to & Audience.MEMBER
        and not restricts(noun, declaration.audience)
    ):
        raise MisdeclaredField(f"{where} is never null: declare it without None.")
    if "null" not in (field.description or "").lower():
        raise MisdeclaredField(f"{where} may be null: say in its description when it is.")


def restricts(noun: str, audience: Audience) -> bool:
    """Whether somebody who may know the record may still not read the field."""
    if Audience.ANYONE in audience:
        return False
    return noun not in RELATIONS or bool(RELATIONS[noun].visible_to & ~audience)
