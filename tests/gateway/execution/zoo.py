"""Pets: a small schema with an interface, a union, arguments and fields that fail."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, make_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from db.rows import noun_of
from domain.audience import ANYONE
from schema.binding import build
from schema.declare import column, computed, computing, followed, resolver

# Records are named as their types, for that is how a record tells what it is.
DogRecord = make_dataclass("Dog", ["name", "barks", "friend"])
CatRecord = make_dataclass("Cat", ["name", "meows", "friend"])
StoneRecord = make_dataclass("Stone", ["name"])
PersonRecord = make_dataclass("Person", ["name"])

TOM = CatRecord("Tom", True, None)
REX = DogRecord("Rex", True, TOM)
IDA = DogRecord("Ida", False, REX)
ANN = PersonRecord("Ann")


@strawberry.enum(description="A colour.")
class Colour(Enum):
    RED = strawberry.enum_value("RED", description="Red.")
    BLUE = strawberry.enum_value("BLUE", description="Blue.")


@strawberry.interface(description="A pet.")
class Pet:
    name: str = strawberry.field(description="Its name.")


def _name() -> Any:
    return column(ANYONE, "Its name.")


def _friend() -> Any:
    return column(ANYONE, "Its friend.")


def _ill(record: Any) -> Any:
    raise ValueError(f"{record.name} is ill.")


def _fails() -> Any:
    return computed(ANYONE, "Fails always.", _ill)


@strawberry.type(description="A dog.")
class Dog(Pet):
    name: str = _name()
    barks: bool = column(ANYONE, "Whether it barks.")
    friend: Pet | None = _friend()
    ill: str | None = _fails()
    very_ill: str = _fails()

    @computing(ANYONE, "Its name some times.", str)
    def called(record: Any, times: int = 2, by: str = "!") -> str:
        return str(record.name) * times + by


@strawberry.type(description="A cat.")
class Cat(Pet):
    name: str = _name()
    meows: bool = column(ANYONE, "Whether it meows.")
    friend: Pet | None = _friend()
    ill: str | None = _fails()


@strawberry.type(description="A person, who is no pet.")
class Person:
    name: str = _name()


CatOrDog = Annotated[Cat | Dog, strawberry.union("CatOrDog", description="Either.")]


@strawberry.input(description="A size.")
class Size:
    width: int = strawberry.field(description="How wide.")
    height: int | None = strawberry.field(default=7, description="How high.")
    unit: str | None = strawberry.field(default=UNSET, description="In what.")
    inner: list["Size"] | None = strawberry.field(default=UNSET, description="What is in it.")


@strawberry.input(description="A way to find a pet.", one_of=True)
class By:
    name: str | None = strawberry.field(default=UNSET, description="By name.")
    number: int | None = strawberry.field(default=UNSET, description="By number.")


def repeated(value: Any) -> str:
    """The value as the resolver got it."""
    if isinstance(value, Size):
        return str({name: repeated(of) for name, of in vars(value).items() if of is not UNSET})
    if isinstance(value, list):
        return "[" + ", ".join(map(repeated, value)) + "]"
    return "absent" if value is UNSET else repr(value)


@strawberry.type(description="Queries.")
class Query:
    dog: Dog = resolver(ANYONE, "Ida.", Dog)(lambda record, context: IDA)
    nobody: Dog | None = resolver(ANYONE, "Nobody.", Dog | None)(lambda record, context: None)
    person: Person = resolver(ANYONE, "Ann.", Person)(lambda record, context: ANN)

    @resolver(ANYONE, "A dog and a cat.", list[Pet])
    async def pets(record: Any, context: Any) -> list[Any]:
        await asyncio.sleep(0)
        return [REX, TOM]

    @resolver(ANYONE, "A pet, by what it is.", Pet | None)
    def pet(record: Any, context: Any, noun: str = "Dog") -> Any:
        return {"Dog": REX, "Cat": TOM, "Person": ANN, "Stone": StoneRecord("Stone")}[noun]

    @resolver(ANYONE, "Either of the two.", list[CatOrDog | None] | None)
    def either(record: Any, context: Any) -> list[Any]:
        return [TOM, None, REX]

    @resolver(ANYONE, "A text, or none.", str)
    def text(record: Any, context: Any, given: str | None = UNSET) -> str:
        return repeated(given)

    @resolver(ANYONE, "A text that is there unless told.", str)
    def preset(record: Any, context: Any, given: str | None = "preset") -> str:
        return repeated(given)

    @resolver(ANYONE, "A text that must be there.", str | None)
    def needed(record: Any, context: Any, given: str) -> str:
        return repeated(given)

    @resolver(ANYONE, "Lists of numbers.", str | None)
    def numbers(record: Any, context: Any, given: list[list[int | None]] | None = UNSET) -> str:
        return repeated(given)

    @resolver(ANYONE, "A size.", str | None)
    def size(record: Any, context: Any, given: Size | None = UNSET) -> str:
        return repeated(given)

    @resolver(ANYONE, "Scalars of other kinds.", str | None)
    def others(
        record: Any,
        context: Any,
        colour: Colour | None = Colour.BLUE,
        day: date | None = UNSET,
        worth: Decimal | None = UNSET,
        of: strawberry.ID | None = UNSET,
        share: float | None = UNSET,
        sure: bool | None = UNSET,
    ) -> str:
        return ", ".join(map(repeated, (colour, day, worth, of, share, sure)))

    @resolver(ANYONE, "A pet in one of two ways.", str | None)
    def found(record: Any, context: Any, by: By) -> str:
        return f"name {by.name}" if by.name is not UNSET else f"number {by.number}"


@dataclass
class Counter:
    number: int = 0


@strawberry.type(description="Where a count stands.")
class Count:
    number: int = column(ANYONE, "The number.")


def _counted(counter: Counter, to: int) -> Any:
    counter.number = to
    return Counter(to)


@strawberry.type(description="Mutations of the root's counter.")
class Mutation:
    @resolver(ANYONE, "Set at once.", Count)
    def now(record: Any, context: Any, to: int) -> Any:
        return _counted(record, to)

    @resolver(ANYONE, "Set later.", Count)
    async def later(record: Any, context: Any, to: int) -> Any:
        for _ in range(20 - to):
            await asyncio.sleep(0)
        return _counted(record, to)

    @resolver(ANYONE, "Fail, and answer null.", Count | None)
    async def fail(record: Any, context: Any) -> Any:
        raise ValueError(f"It failed at {record.number}.")

    @resolver(ANYONE, "Fail, and make all null.", Count)
    async def ruin(record: Any, context: Any) -> Any:
        raise ValueError(f"It was ruined at {record.number}.")


async def _dogs(names: list[str]) -> AsyncGenerator[Any, None]:
    for name in names:
        await asyncio.sleep(0)
        yield DogRecord(name, True, TOM)


@strawberry.type(description="Subscriptions.")
class Subscription:
    @followed("Some dogs.", Dog)
    async def dogs(context: Any, names: list[str]) -> AsyncGenerator[Any, None]:
        return _dogs(names)


schema = build(Query, Mutation, Subscription, types=[Dog, Cat])
schema._schema.type_map["CatOrDog"].resolve_type = (  # type: ignore[attr-defined]
    lambda value, info, type_: noun_of(value)
)
