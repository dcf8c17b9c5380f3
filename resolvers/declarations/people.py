"""What the inputs of people have in common: their names, how they are reached, their days."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from domain.office import backwards
from domain.refusals import Refused
from resolvers.declarations.inputs import Parsed, Reference, Text
from resolvers.declarations.steps import Why

LONGEST_NAME = 200
LONGEST_ADDRESS = 320
LONGEST_PHONE = 50
LONGEST_CODE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the school."""

    given_name: Annotated[str, "The given name.", Text(LONGEST_NAME)]
    family_name: Annotated[str, "The family name.", Text(LONGEST_NAME)]
    middle_name: Annotated[str | None, "The middle name or patronymic.", Text(LONGEST_NAME)] = None
    email: Annotated[str | None, "The address the school writes to.", Text(LONGEST_ADDRESS)] = None
    phone: Annotated[str | None, "The number the school calls.", Text(LONGEST_PHONE)] = None
    begins_on: Annotated[
        date | None, "The first day in the school; unless told, they have always been there."
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What changes of somebody of the school; what is left out stays."""

    given_name: Annotated[str | UnsetType, "The given name.", Text(LONGEST_NAME)] = UNSET
    family_name: Annotated[str | UnsetType, "The family name.", Text(LONGEST_NAME)] = UNSET
    middle_name: Annotated[
        str | UnsetType | None, "The middle name; null takes it away.", Text(LONGEST_NAME)
    ] = UNSET
    email: Annotated[
        str | UnsetType | None,
        "The address the school writes to; null takes it away.",
        Text(LONGEST_ADDRESS),
    ] = UNSET
    phone: Annotated[
        str | UnsetType | None,
        "The number the school calls; null takes it away.",
        Text(LONGEST_PHONE),
    ] = UNSET
    begins_on: Annotated[
        date | UnsetType | None, "The first day in the school; null for as long as anybody knows."
    ] = UNSET


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves, and when."""

    id: Annotated[str, "The {noun}, by global id.", Reference()]
    ends_on: Annotated[
        date | None, "The last day in the school; null where they do not leave after all."
    ]
    returns_on: Annotated[
        date | None,
        "From when they are there again, where they had left; unless told, today. What they are in "
        "is interrupted in between: the day after the last one, and they were never away.",
    ] = None
    reason: Why = None


@dataclass(frozen=True, slots=True)
class Merging:
    """Two records of one person."""

    id: Annotated[str, "The {noun} who stays, by global id.", Reference()]
    duplicate: Annotated[str, "The {noun} who is the same person, by global id.", Reference()]


PERSON = ("given_name", "family_name", "middle_name", "email", "phone", "begins_on")


def person_row(given: Any, *more: str) -> dict[str, Any]:  # an input that is a Person
    return {name: getattr(given, name) for name in (*PERSON, *more)}


def changed_person(given: Parsed[Any], person: Any) -> dict[str, Any]:
    """The columns that change; refused where somebody would leave before they come."""
    new = given.columns(changes=True)
    if error := backwards(new.get("begins_on", person.begins_on), person.ends_on):
        raise Refused(error.at("beginsOn"))
    return new
