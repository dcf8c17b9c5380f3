"""Requirements of mutations of a record that may be withdrawn."""

from collections.abc import Callable
from typing import Any, Protocol

from domain.refusals import UserError
from resolvers.declarations.mutation import Code
from resolvers.declarations.noun import Noun


class Withdrawable(Protocol):
    withdrawn: bool


def standing(noun: Noun[Any]) -> Callable[[Withdrawable], UserError | None]:  # any of these
    """Refuse what was withdrawn."""

    def standing(record: Withdrawable) -> UserError | None:
        if not record.withdrawn:
            return None
        return UserError(Code.WITHDRAWN, f"This {noun.word} was withdrawn.")

    return standing


def withdrawn(noun: Noun[Any]) -> Callable[[Withdrawable], UserError | None]:  # likewise
    """Refuse what was not withdrawn."""

    def withdrawn(record: Withdrawable) -> UserError | None:
        if record.withdrawn:
            return None
        return UserError(Code.NOT_WITHDRAWN, f"This {noun.word} stands.")

    return withdrawn
