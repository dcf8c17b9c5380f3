"""What people have in common: their names, and their days in the school."""

from typing import Any

from domain.audience import Audience
from schema.declare import column, computed


def display_name(given_name: str, family_name: str) -> str:
    return f"{given_name} {family_name}"


def given_name(audience: Audience) -> Any:  # these stand as the default of a field
    return column(audience, "The given name.")


def family_name(audience: Audience) -> Any:
    return column(audience, "The family name.")


def shown_name(audience: Audience) -> Any:
    return computed(
        audience,
        "The given name and the family name.",
        display_name,
        "given_name",
        "family_name",
    )


def middle_name(audience: Audience) -> Any:
    return column(audience, "The middle name or patronymic; null where none is known.")


def first_day(audience: Audience) -> Any:
    return column(audience, "The first day in the school; null for as long as anybody knows.")


def last_day(audience: Audience) -> Any:
    return column(audience, "The last day in the school; null until they leave.")
