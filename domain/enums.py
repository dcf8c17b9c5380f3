"""Codes that say what they mean: written once, told to clients as they stand."""

from enum import StrEnum
from typing import Self


class DescribedEnum(StrEnum):
    """Each member is its own code; its description is what clients read of it."""

    description: str

    def __new__(cls, code: str, description: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.description = description
        return member
