"""Bell schedules: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.bell_schedules import BellSchedule
from db.tables.schools import School
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.bells import LONGEST_NAME, BadBells, Bell, check_shift, check_slot, to_data
from domain.calendar import Weekday
from domain.history import Step
from domain.office import backwards
from domain.refusals import UserError, UserErrorCode
from resolvers.bell_schedules import BELL_SCHEDULE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, GlobalId, Parsed, Text
from resolvers.declarations.office import held, sets_up
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.school_rules import some_days

Code = UserErrorCode
SHIFT = "For which shift it rings, from 1 to 4."
AGAIN = "Lessons that were generated get new times when they are generated again."


@dataclass(frozen=True, slots=True)
class BellToRing:
    """When one lesson of the day begins and ends, by the school's clock."""

    slot: Annotated[int, "Which lesson of the day it is, from 1.", Checked(check_slot)]
    starts: Annotated[time, "When it begins."]
    ends: Annotated[time, "When it ends."]


def wrong_bells(bells: Sequence[BellToRing]) -> UserError | None:
    try:
        to_data(map(bell_of, bells))
    except BadBells as error:
        return UserError(Code.BAD_INPUT, f"{error}.", ("bells",))
    return None


def bell_of(given: BellToRing) -> Bell:
    return Bell(given.slot, given.starts, given.ends)


@dataclass(frozen=True, slots=True)
class BellScheduleToCreate:
    """One of many bell schedules."""

    name: Annotated[str, "Its name, such as Short day.", Text(LONGEST_NAME)]
    bells: Annotated[list[BellToRing], "Its bells: each lesson of the day once."]
    shift: Annotated[int, SHIFT, Checked(check_shift)] = 1
    week_days: Annotated[
        list[Weekday] | None,
        "On which days of the week it rings; on all of the school's unless told.",
    ] = None
    starts_on: Annotated[date | None, "From which day on it rings, if not always."] = None
    ends_on: Annotated[date | None, "Its last day; the first and the last may be one."] = None

    def error(self) -> UserError | None:
        if self.week_days == []:
            return UserError(Code.BAD_INPUT, "It rings on some day of the week.", ("weekDays",))
        return backwards(self.starts_on, self.ends_on) or wrong_bells(self.bells)


@dataclass(frozen=True, slots=True)
class CreateBellSchedules:
    """Bell schedules to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    bell_schedules: Annotated[list[BellScheduleToCreate], "The bell schedules, at most 200."]


@sets_up(
    BELL_SCHEDULE,
    f"Create bell schedules, all of them or none. {AGAIN}",
    items="bell_schedules",
)
async def create_bell_schedules(
    transaction: Transaction, given: Parsed[CreateBellSchedules], school: School
) -> Sequence[Row]:
    return [
        {
            "id": draft.id,
            "name": draft.given.name,
            "shift": draft.given.shift,
            "week_days": _days(draft.given.week_days or school.week_days),
            "starts_on": draft.given.starts_on,
            "ends_on": draft.given.ends_on,
            "bells": to_data(map(bell_of, draft.given.bells)),
        }
        for draft in given.items["bell_schedules"]
    ]


def _days(days: Sequence[str]) -> list[str]:
    return [str(day) for day in some_days([Weekday(day) for day in days])]


@dataclass(frozen=True, slots=True)
class ChangeBellSchedule(Edit):
    """What changes of a bell schedule; what is left out stays."""

    name: Annotated[str | UnsetType, "Its name.", Text(LONGEST_NAME)] = UNSET
    bells: Annotated[list[BellToRing] | UnsetType, "All of its bells."] = UNSET
    shift: Annotated[int | UnsetType, SHIFT, Checked(check_shift)] = UNSET
    week_days: Annotated[
        list[Weekday] | UnsetType, "On which days of the week it rings.", Checked(some_days)
    ] = UNSET
    starts_on: Annotated[
        date | UnsetType | None, "From which day on it rings; null for always."
    ] = UNSET
    ends_on: Annotated[date | UnsetType | None, "Its last day; null for none."] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET

    def error(self) -> UserError | None:
        return wrong_bells(self.bells) if isinstance(self.bells, list) else None


@edits(
    BELL_SCHEDULE,
    f"Change a bell schedule, or take back one that was put away. {AGAIN}",
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_bell_schedule(
    transaction: Transaction, given: Parsed[ChangeBellSchedule], schedule: BellSchedule
) -> Row:
    await held(transaction)
    new = given.columns(changes=True)
    first, last = (new.get(name, schedule[name]) for name in ("starts_on", "ends_on"))  # type: ignore[index]
    transaction.insist(backwards(first, last))
    if isinstance(given.given.bells, list):
        new["bells"] = to_data(map(bell_of, given.given.bells))
    if "week_days" in new:
        new["week_days"] = [str(day) for day in new["week_days"]]
    return new


@edits(
    BELL_SCHEDULE,
    f"Put a bell schedule out of use. {AGAIN}",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_bell_schedule(
    transaction: Transaction, given: Parsed[Edit], schedule: BellSchedule
) -> Row:
    await held(transaction)
    return {"active": False}
