"""What may be changed: what has its own form, and a field for each mutation that is declared."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import strawberry

from resolvers import mutations
from resolvers.declarations.mutation import MUTATIONS
from schema.mutations.derivation import field_of
from schema.mutations.passwords import PasswordMutations
from schema.mutations.registration import RegistrationMutations
from schema.mutations.second_factors import SecondFactorMutations
from schema.mutations.sessions import SessionMutations

for module in iter_modules(mutations.__path__, f"{mutations.__name__}."):
    import_module(module.name)  # which declares its mutations


def _fields() -> dict[str, Any]:  # fields of any type
    return {name: field_of(declared) for name, declared in sorted(MUTATIONS.items())}


BASES = (SessionMutations, PasswordMutations, SecondFactorMutations, RegistrationMutations)
Mutation = strawberry.type(
    type("Mutation", BASES, {"__module__": __name__, **_fields()}),
    description="What may be changed.",
)
