"""The reference: each declaration as a resolver function for graphql-core."""

import inspect
from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from domain.audience import Audience
from domain.errors import Code, Problem
from resolvers.context import Context
from resolvers.cursors import know_seal
from resolvers.readings import Bound, Column, Computed, Keyed, LoadArguments, Loaded, Resolved
from resolvers.relations import RELATIONS, may_know, relation

Info = GraphQLResolveInfo[Any]
Resolver = Callable[..., Any]


def forbidden() -> Problem:
    return Problem(Code.FORBIDDEN, "You may not read this field.")


def is_guarded(noun: str, audience: Audience) -> bool:
    """Whether a record of the noun may be visible to viewers who may not read the field."""
    if Audience.ANYONE in audience or noun not in RELATIONS:
        return False
    return bool(RELATIONS[noun].visible_to & ~audience)


def resolver_of(bound: Bound, of: str) -> Resolver:
    """The function that graphql-core calls for a field that answers the type `of`."""
    read = _reader(bound)
    noun = bound.known_as or of
    if noun in RELATIONS:
        read = _only_visible(read, noun)
    if bound.sensitive is not None:
        read = _noted(read, bound)
    return _guarded(read, bound) if is_guarded(bound.noun, bound.audience) else read


def _noted(read: Resolver, bound: Bound) -> Resolver:
    """Note for the audit whose field is read."""

    def noted(record: Any, info: Info, **arguments: Any) -> Any:
        info.context.reads.note(info.context.viewer, bound, record.school_id, record.id)
        return read(record, info, **arguments)

    return noted


def _guarded(read: Resolver, bound: Bound) -> Resolver:
    def guarded(record: Any, info: Info, **arguments: Any) -> Any:
        if not relation(info.context.viewer, bound.noun, record) & bound.audience:
            raise forbidden()
        return read(record, info, **arguments)

    return guarded


def _only_visible(read: Resolver, noun: str) -> Resolver:
    """Leave out the records that are not visible to the viewer, as if they did not exist."""

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


def _reader(bound: Bound) -> Resolver:
    match bound.reading:
        case Column(name):
            return lambda record, info: getattr(record, name)
        case Computed() as computed:
            return lambda record, info, **given: computed.read(record, given)
        case Loaded() as loaded:
            return _loading(loaded)
        case Keyed() as keyed:
            return _keyed(keyed)
        case Resolved(function, _):
            return lambda record, info, **given: function(record, info.context, **given)


def _loading(reading: Loaded) -> Resolver:
    async def value(record: Any, arguments: LoadArguments, coming: Any) -> Any:
        return reading.value(record, arguments, await coming)

    def load(record: Any, info: Info, **given: Any) -> Any:
        if (key := reading.key_of(record)) is None:
            return None
        arguments = reading.load_arguments(record, given, info.context)
        loader = info.context.loaders.of(reading.loader, arguments.key)
        return value(record, arguments, loader.load(key))

    async def load_in_context(record: Any, info: Info, **given: Any) -> Any:
        await know_seal(info.context)
        coming = load(record, info, **given)
        return None if coming is None else await coming

    return load_in_context if reading.in_context else load


def _keyed(reading: Keyed) -> Resolver:
    async def load(record: Any, info: Info, **given: Any) -> Any:
        keys = reading.keys(record, **given)
        loader = info.context.loaders.of(reading.loader)
        if keys is None:
            return None
        if isinstance(keys, tuple):
            found = await loader.load(keys)
        else:
            found = [each for each in await loader.load_many(keys) if each is not None]
        return found if reading.then is None or found is None else reading.then(found)

    return load
