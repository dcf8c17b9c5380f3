"""The reference executor: each declaration as a resolver function for graphql-core."""

import inspect
from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.arguments import convert_arguments

from domain.audience import Audience
from domain.errors import Code, Problem
from resolvers.context import Context
from resolvers.readings import Column, Computed, Declaration, Fused, Loaded, Reading, Resolved
from resolvers.relations import RELATIONS, may_know, relation

Info = GraphQLResolveInfo[Any]
Resolver = Callable[..., Any]
CONFIG = StrawberryConfig()


def resolver_of(declaration: Declaration, definition: Any, noun: str, of: str) -> Resolver:
    """The function that graphql-core calls for a field of `noun` that answers `of`."""
    read = _reader(declaration.reading, definition)
    if of in RELATIONS:
        read = _without_unknown(read, of)
    audience = declaration.audience
    if Audience.ANYONE in audience or noun not in RELATIONS or not RELATIONS[noun][1] & ~audience:
        return read
    return _guarded(read, noun, audience)


def _guarded(read: Resolver, noun: str, audience: Audience) -> Resolver:
    def guarded(record: Any, info: Info, **arguments: Any) -> Any:
        if not relation(info.context.viewer, noun, record) & audience:
            raise Problem(Code.FORBIDDEN, "You may not read this field.")
        return read(record, info, **arguments)

    return guarded


def _without_unknown(read: Resolver, noun: str) -> Resolver:
    """Leave out what the viewer may not know of, as if it did not exist."""

    def known(context: Context, found: Any) -> Any:
        if isinstance(found, list):
            return [record for record in found if may_know(context.viewer, noun, record)]
        return found if found is not None and may_know(context.viewer, noun, found) else None

    async def awaited(context: Context, coming: Any) -> Any:
        return known(context, await coming)

    def filtered(record: Any, info: Info, **arguments: Any) -> Any:
        found = read(record, info, **arguments)
        if inspect.isawaitable(found):
            return awaited(info.context, found)
        return known(info.context, found)

    return filtered


def _reader(reading: Reading | None, definition: Any) -> Resolver:
    match reading:
        case Column(name):
            return lambda record, info: getattr(record, name)
        case Fused():
            return lambda record, info: reading.read(record)
        case Computed(function):
            if not definition.arguments:
                return lambda record, info: function(record)
            return lambda record, info, **given: function(record, **_python(definition, given))
        case Loaded():
            return _loading(reading, definition)
        case Resolved(function):
            return lambda record, info, **given: function(
                record, info.context, **_python(definition, given)
            )
        case None:
            raise TypeError(f"{definition.python_name} has no reading")


def _loading(reading: Loaded, definition: Any) -> Resolver:
    async def then(coming: Any, step: Callable[[Any], Any]) -> Any:
        return step(await coming)

    def load(record: Any, info: Info, **given: Any) -> Any:
        if (key := reading.key_of(record)) is None:
            return None
        if reading.ask is None:
            return info.context.loaders.of(reading.loader).load(key)
        asked = reading.ask(record, **_python(definition, given))
        coming = info.context.loaders.of(reading.loader, asked.arguments).load(key)
        return coming if asked.then is None else then(coming, asked.then)

    return load


def _python(definition: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Arguments as Python values: inputs become their dataclasses."""
    if not given:
        return given
    return convert_arguments(given, definition.arguments, DEFAULT_SCALAR_REGISTRY, CONFIG)
