"""What clients see of a mutation, made of its declaration: its input, its payload, its field."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING
from enum import Enum
from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import strawberry

from domain.audience import ANYONE
from domain.enums import DescribedEnum
from resolvers.context import Context
from resolvers.declarations.inputs import (
    Called,
    Field,
    FileIds,
    GlobalId,
    GlobalIds,
    Reference,
    Topics,
    fields_of,
)
from resolvers.declarations.mutation import Mutation, Services
from resolvers.declarations.naming import camel, pascal
from resolvers.declarations.transaction import Outcome
from resolvers.readings import Items
from schema import nouns, topics
from schema.binding import ARRIVE
from schema.declare import column, computed, mutation, tell
from schema.mutations.payloads import Payload, errors_of

KEY = (
    "Names the request, so that it is safe to retry: with the same key it is done once. "
    "A key is of one account in one school."
)


def field_of(declared: Mutation[Any]) -> Any:
    """Stands as a field of the mutation type."""
    payload = _payload_of(declared)

    async def act(record: Any, context: Context, input: Arrived) -> Outcome:  # noqa: A002
        networks = () if context.webhooks is None else context.webhooks.sender.networks
        given, key = input
        viewer, services = context.signed_in(), Services(networks)
        outcome = await declared(context.store, viewer, given, key, services)
        context.become(context.viewer)  # what the request has read so far is read anew
        if not outcome.errors:
            context.wake_feed()
            if context.webhooks is not None:
                context.webhooks.wake()
        return outcome

    about = strawberry.argument(description=_prose(declared.input, declared.noun.word))
    act.__annotations__["input"] = Annotated[_input_of(declared), about]
    act.__name__ = declared.name
    return mutation(declared.description, payload | None, errors_of(*declared.codes))(act)


class Arrived(NamedTuple):
    """The declared input that a client has sent, and the request's key."""

    given: Any
    idempotency_key: str | None


def _arriving(input_: type) -> Callable[[dict[str, Any]], Any]:
    """A function that makes the declared input of the client's values."""
    types = {each.name: each.of for each in fields_of(input_)}
    absent = {each.name: None for each in fields_of(input_) if each.default is MISSING}

    def arrive(values: dict[str, Any]) -> Any:
        sent = {name: _declared(types[name], value) for name, value in values.items()}
        return input_(**(absent | sent))

    return arrive


def _declared(of: Any, value: Any) -> Any:
    """The value with the declared enum in place of the schema's."""
    if isinstance(value, list):
        return [_declared(get_args(of)[0], each) for each in value]
    return of(value.value) if isinstance(value, Enum) else value


def _payload_of(declared: Mutation[Any]) -> type:
    body: dict[str, Any] = {"__module__": __name__, "__annotations__": {}}
    if declared.answer is not None:
        ref = getattr(nouns, f"{declared.noun.name}Ref")
        name = declared.noun.name[0].lower() + declared.noun.name[1:]
        if declared.many:
            name, of = plural(name), list[ref]  # type: ignore[valid-type]
            body[name] = column(ANYONE, declared.answer, name="records", items=Items(30))
        else:
            of = ref | None
            body[name] = column(ANYONE, declared.answer, name="record")
        body["__annotations__"][name] = of
    for name, told in declared.more.items():
        description, kind = told if isinstance(told, tuple) else (told, str)
        body[name] = computed(ANYONE, description, _more(name), "more")
        body["__annotations__"][name] = kind | None
    made = type(f"{pascal(declared.name)}Payload", (Payload,), body)
    return strawberry.type(made, description=f"The outcome of `{camel(declared.name)}`.")


def plural(name: str) -> str:
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


def _more(name: str) -> Any:  # a function of what an outcome tells besides its records
    return lambda more: more.get(name)


def _input_of(declared: Mutation[Any]) -> type:
    made = _fields_as_sent(declared.input, declared.noun.word)
    made["__annotations__"]["idempotency_key"] = str | None
    made["idempotency_key"] = strawberry.field(default=None, description=KEY)
    arrive = _arriving(declared.input)

    def with_key(values: dict[str, Any]) -> Arrived:
        key = values.pop("idempotency_key", None)
        return Arrived(arrive(values), key)

    made[ARRIVE] = staticmethod(with_key)
    name = f"{pascal(declared.name)}Input"
    return strawberry.input(
        type(name, (), made), description=_prose(declared.input, declared.noun.word)
    )


@cache
def input_below(input_: type) -> type:
    """An input that others hold: it is called as its dataclass, and has no key of its own."""
    body = _fields_as_sent(input_, "") | {ARRIVE: staticmethod(_arriving(input_))}
    made = type(input_.__name__, (), body)
    return strawberry.input(made, description=_prose(input_, ""))


def _fields_as_sent(input_: type, word: str) -> dict[str, Any]:
    body: dict[str, Any] = {"__module__": __name__, "__annotations__": {}}
    for each in fields_of(input_):
        how = _default(each)
        called = each.marker(Called)
        body[each.name] = strawberry.field(
            name=called.name if called else None,
            description=each.description.format(noun=word),
            **how,
        )
        body["__annotations__"][each.name] = _hint(each)
    return body


def _default(of: Field) -> dict[str, Any]:
    """How Strawberry is told of the default, which may be an empty list."""
    if of.default is MISSING:
        return {}
    return {"default_factory": list} if of.default == [] else {"default": of.default}


def _hint(of: Field) -> Any:
    if of.marker(GlobalId) or of.marker(Reference):
        hint: Any = strawberry.ID
    elif of.marker(GlobalIds) or of.marker(FileIds):
        hint = list[strawberry.ID]
    elif of.marker(Topics):
        hint = list[topics.WebhookTopic]
    else:
        hint = _as_sent(of.of)
    return hint | None if of.nullable or of.optional else hint


def _as_sent(of: Any) -> Any:
    if get_origin(of) in (list, Sequence):
        return list[_as_sent(get_args(of)[0])]  # type: ignore[misc]
    if isinstance(of, type) and issubclass(of, DescribedEnum):
        tell(of)
    return input_below(of) if hasattr(of, "__dataclass_fields__") else of


def _prose(input_: type, word: str) -> str:
    return cleandoc(input_.__doc__ or "").format(noun=word)
