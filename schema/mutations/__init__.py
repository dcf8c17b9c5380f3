"""What may be changed: what has its own form, and a field for each mutation that is declared."""

from typing import Any

import strawberry

from resolvers.declarations.mutation import MUTATIONS
from schema.mutations.calendars import CalendarMutations
from schema.mutations.derivation import field_of
from schema.mutations.identities import IdentityMutations
from schema.mutations.notices import NoticeMutations
from schema.mutations.passkeys import PasskeyMutations
from schema.mutations.passwords import PasswordMutations
from schema.mutations.profiles import ProfileMutations
from schema.mutations.registration import RegistrationMutations
from schema.mutations.second_factors import SecondFactorMutations
from schema.mutations.sessions import SessionMutations
from schema.mutations.words import WordMutations


def _fields() -> dict[str, Any]:  # fields of any type
    return {name: field_of(declared) for name, declared in sorted(MUTATIONS.items())}


BASES = (
    SessionMutations,
    PasswordMutations,
    SecondFactorMutations,
    PasskeyMutations,
    IdentityMutations,
    RegistrationMutations,
    ProfileMutations,
    CalendarMutations,
    NoticeMutations,
    WordMutations,
)
Mutation = strawberry.type(
    type("Mutation", BASES, {"__module__": __name__, **_fields()}),
    description="What may be changed.",
)
