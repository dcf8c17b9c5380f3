"""What clients see of a mutation, made of its declaration: its input, its payload, its field."""

from collections.abc import Sequence
from dataclasses import MISSING
from enum import Enum
from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, get_args, get_origin

import strawberry
from strawberry import UNSET

from domain.audience import ANYONE
from domain.enums import DescribedEnum
from resolvers.context import Context
from resolvers.declarations.inputs import (
    Called,
    Field,
    GlobalId,
    GlobalIds,
    Reference,
    Topics,
    fields_of,
)
from resolvers.declarations.mutation import Mutation, Services
from resolvers.declarations.naming import camel, pascal
from resolvers.readings import Items
from schema import nouns, topics
from schema.declare import column, computed, mutation, tell
from schema.mutations.payloads import Payload, PayloadRecord, answered, errors_of

KEY = (
    "Names the request, so that it is safe to retry: with the same key it is done once. "
    "A key is of one account in one school."
)


def field_of(declared: Mutation[Any]) -> Any:
    """Stands as a field of the mutation type."""
    payload = _payload_of(declared)

    async def act(record: Any, context: Context, input: Any) -> PayloadRecord:  # noqa: A002
        networks = () if context.webhooks is None else context.webhooks.sender.networks
        outcome = await declared(
            context.store,
            context.signed_in(),
            given_of(declared.input, input),
            input.idempotency_key,
            Services(networks),
        )
        return answered(context, outcome)

    about = strawberry.argument(description=_prose(declared.input, declared.noun.word))
    act.__annotations__["input"] = Annotated[_input_of(declared), about]
    act.__name__ = declared.name
    return mutation(declared.description, payload | None, errors_of(*declared.codes))(act)


def given_of(input_: type, sent: Any) -> Any:
    """The declared input of what Strawberry made of the client's."""
    values = {each.name: _given(each.of, getattr(sent, each.name)) for each in fields_of(input_)}
    return input_(**values)


def _given(of: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_given(get_args(of)[0], each) for each in value]
    if isinstance(value, Enum):
        return of(value.value)
    if hasattr(of, "__dataclass_fields__") and value is not None and value is not UNSET:
        return given_of(of, value)
    return value


def _payload_of(declared: Mutation[Any]) -> type:
    body: dict[str, Any] = {"__module__": __name__, "__annotations__": {}}
    if declared.answer is not None:
        ref = getattr(nouns, f"{declared.noun.name}Ref")
        name = declared.noun.name[0].lower() + declared.noun.name[1:]
        if declared.many:
            name, of = f"{name}s", list[ref]  # type: ignore[valid-type]
            body[name] = column(ANYONE, declared.answer, name="records", items=Items(30))
        else:
            of = ref | None
            body[name] = column(ANYONE, declared.answer, name="record")
        body["__annotations__"][name] = of
    for name, description in declared.more.items():
        body[name] = computed(ANYONE, description, _more(name), "more")
        body["__annotations__"][name] = str | None
    made = type(f"{pascal(declared.name)}Payload", (Payload,), body)
    return strawberry.type(made, description=f"The outcome of `{camel(declared.name)}`.")


def _more(name: str) -> Any:  # a function of what an outcome tells besides its records
    return lambda more: more.get(name)


def _input_of(declared: Mutation[Any]) -> type:
    made = _fields_as_sent(declared.input, declared.noun.word)
    made["__annotations__"]["idempotency_key"] = str | None
    made["idempotency_key"] = strawberry.field(default=None, description=KEY)
    name = f"{pascal(declared.name)}Input"
    return strawberry.input(
        type(name, (), made), description=_prose(declared.input, declared.noun.word)
    )


@cache
def input_below(input_: type) -> type:
    """An input that others hold: it is called as its dataclass, and has no key of its own."""
    made = type(input_.__name__, (), _fields_as_sent(input_, ""))
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
    elif of.marker(GlobalIds):
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
