"""Records that may be withdrawn: the mutations that withdraw and restore them, and requirements."""

from collections.abc import Callable
from typing import Any, Protocol

from db.writing.versioned import Row
from domain.audience import Audience
from domain.history import Step
from domain.refusals import UserError
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.mutation import Code, Mutation
from resolvers.declarations.naming import snake
from resolvers.declarations.noun import Noun
from resolvers.declarations.transaction import Transaction


class Withdrawable(Protocol):
    withdrawn: bool


def withdraws(
    noun: Noun[Any],  # any of those whose records are withdrawable, as below
    description: str,
    *,
    by: Audience,
    name: str | None = None,
) -> Mutation[Edit]:
    """Declare the mutation that withdraws a record; it is called by the noun, as in
    `withdraw_homework`, unless it has another `name`."""

    async def withdraw(_: Transaction, given: Parsed[Edit], record: Any) -> Row:
        return {"withdrawn": True}

    withdraw.__name__ = name or f"withdraw_{snake(noun.name)}"
    return edits(
        noun, description, Code.WITHDRAWN,
        step=Step.WITHDRAWN, by=by, requires=[standing(noun)],
    )(withdraw)  # fmt: skip


def restores(
    noun: Noun[Any], description: str, *, by: Audience, name: str | None = None
) -> Mutation[Edit]:
    """Declare the mutation that lets a withdrawn record stand again, `restore_homework`."""

    async def restore(_: Transaction, given: Parsed[Edit], record: Any) -> Row:
        return {"withdrawn": False}

    restore.__name__ = name or f"restore_{snake(noun.name)}"
    return edits(
        noun, description, Code.NOT_WITHDRAWN,
        step=Step.RESTORED, by=by, requires=[withdrawn(noun)],
    )(restore)  # fmt: skip


def standing(noun: Noun[Any]) -> Callable[[Withdrawable], UserError | None]:
    """Refuse what was withdrawn."""

    def standing(record: Withdrawable) -> UserError | None:
        if not record.withdrawn:
            return None
        return UserError(Code.WITHDRAWN, f"This {noun.word} was withdrawn.")

    return standing


def withdrawn(noun: Noun[Any]) -> Callable[[Withdrawable], UserError | None]:
    """Refuse what was not withdrawn."""

    def withdrawn(record: Withdrawable) -> UserError | None:
        if record.withdrawn:
            return None
        return UserError(Code.NOT_WITHDRAWN, f"This {noun.word} stands.")

    return withdrawn
