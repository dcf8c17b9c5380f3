"""Enums whose members carry the descriptions that clients read."""

from enum import StrEnum
from typing import Self


class DescribedEnum(StrEnum):
    """An enum whose members are their own codes, each with a description for clients."""

    description: str

    def __new__(cls, code: str, description: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.description = description
        return member
