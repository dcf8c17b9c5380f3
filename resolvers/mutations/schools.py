"""Where a school is."""

from dataclasses import dataclass
from typing import Annotated

from db.tables.schools import School
from db.writing.versioned import Row
from db.writing.zones import set_zone
from domain.audience import HEAD, HEADS
from domain.history import Step
from domain.periods import time_zone
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import Checked, Parsed, Reference
from resolvers.declarations.transaction import Transaction
from resolvers.schools import SCHOOL


def known_zone(name: str) -> str:
    """The name of a time zone; UnknownZone where it is of none."""
    time_zone(name)
    return name


@dataclass(frozen=True, slots=True)
class SetTimeZone:
    """A school's time zone."""

    school: Annotated[str, "The school, by global id.", Reference()]
    time_zone: Annotated[str, "Its IANA time zone, such as Europe/Riga.", Checked(known_zone)]


@edits(
    SCHOOL,
    "Move a school to another time zone, as its head. Lessons that last whole days stay on theirs; "
    "those with hours stay at their instants.",
    by=HEADS,
    step=Step.CHANGED,
    answer="The school as it is now.",
)
async def set_time_zone(
    transaction: Transaction, given: Parsed[SetTimeZone], school: School
) -> Row:
    moved = await set_zone(transaction.reader, transaction.school_id, given.given.time_zone)
    if moved is not None:  # what anybody is in the school is of another day now
        await transaction.publish_rights(seq=1)
    return {"time_zone": given.given.time_zone}


@dataclass(frozen=True, slots=True)
class RequireSecondFactor:
    """Whether a school's staff needs a second factor."""

    school: Annotated[str, "The school, by global id.", Reference()]
    required: Annotated[bool, "Whether it does."]


@edits(
    SCHOOL,
    "Require a second factor of a school's staff, or no longer, as its head. Within a second, "
    "whoever has none may do nothing but set it up.",
    by=HEAD,
    step=Step.CHANGED,
    answer="The school as it is now.",
)
async def require_second_factor(
    transaction: Transaction, given: Parsed[RequireSecondFactor], school: School
) -> Row:
    await transaction.publish_rights(seq=1)
    return {"second_factor_required": given.given.required}
