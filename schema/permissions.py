"""What the viewer may do to a record, so that a client offers nothing that would be refused."""

from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import strawberry

from domain.audience import ANYONE
from resolvers import mutations
from resolvers.context import Context
from resolvers.declarations.mutation import MUTATIONS
from resolvers.declarations.naming import camel
from resolvers.readings import Items, Told
from schema.declare import resolver

for module in iter_modules(mutations.__path__, f"{mutations.__name__}."):
    import_module(module.name)  # which declares its mutations

functional: Any = Enum  # mypy reads members of literals alone
names = functional(
    "MutationName",
    {
        camel(name): strawberry.enum_value(camel(name), description=each.description)
        for name, each in sorted(MUTATIONS.items())
    },
)
MutationName: Any = strawberry.enum(
    names,
    name="MutationName",
    description="A mutation that is called at a record, by its name.",
)


def viewer_may() -> Any:  # stands as a field
    """What the viewer may do to a record of any noun."""

    async def may(record: Any, context: Context) -> list[str]:
        return await context.permissions.at(record)

    prose = (
        "The mutations that the viewer may call at it as it is now: any other would be refused. A "
        "change of rights is felt within a second."
    )
    return resolver(
        ANYONE, prose, list[MutationName], needs=None, items=Items(5), told=Told.RIGHTS
    )(may)
