"""Days off: added, changed and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.periods import DayOff
from db.tables.schools import School
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.calendar import backwards
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import UserError, UserErrorCode
from resolvers.class_groups import CLASS_GROUP
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, sets_up
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.spans import DaysToBe
from resolvers.schools import DAY_OFF


@dataclass(frozen=True, slots=True)
class DayOffToAdd:
    """One of many spans of days off."""

    name: Annotated[str, "Why there are no lessons.", Text(LONGEST_NAME)]
    starts_on: Annotated[date, "The first day."]
    ends_on: Annotated[date, "The last day; the same for a single day."]
    class_group: Annotated[
        str | None,
        "The class group that has them off, by global id; the whole school unless told.",
        GlobalId("ClassGroup"),
    ] = None

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class AddDaysOff:
    """Days off to add, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    days_off: Annotated[list[DayOffToAdd], "The days off, at most 200."]


@sets_up(DAY_OFF, "Add days off, all of them or none.", items="days_off", step=Step.ADDED)
async def add_days_off(
    transaction: Transaction, given: Parsed[AddDaysOff], school: School
) -> Sequence[Row]:
    drafts = given.items["days_off"]
    wanted = {id_ for draft in drafts if (id_ := draft.id_of("class_group")) is not None}
    found = await transaction.reader.fetch(
        CLASS_GROUP.read, school=transaction.school_id, ids=list(wanted)
    )
    known = {each.id for each in found if each.active}
    refusals = Refusals()
    for draft in drafts:
        if draft.id_of("class_group") in wanted - known:
            message = "There is no such class group."
            refusals.note(UserError(UserErrorCode.NOT_FOUND, message, ("classGroup",)), *draft.path)
    refusals.check()
    return [
        {"id": draft.id, **draft.columns(), "class_group_id": draft.id_of("class_group")}
        for draft in drafts
    ]


@dataclass(frozen=True, slots=True)
class ChangeDayOff(Edit):
    """What changes of days off."""

    name: Annotated[
        str | UnsetType, "Why there are no lessons; as it is, if left out.", Text(LONGEST_NAME)
    ] = UNSET
    starts_on: Annotated[date | UnsetType, "The first day; as it is, if left out."] = UNSET
    ends_on: Annotated[date | UnsetType, "The last day; as it is, if left out."] = UNSET


@edits(
    DAY_OFF,
    "Change days off; those that were taken back are off again.",
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_day_off(_: Transaction, given: Parsed[ChangeDayOff], day_off: DayOff) -> Row:
    DaysToBe.of(day_off, given)
    return {**given.columns(changes=True), "active": True}


@edits(
    DAY_OFF,
    "Take days off back: there are lessons on them.",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def remove_day_off(_: Transaction, given: Parsed[Edit], day_off: DayOff) -> Row:
    return {"active": False}
