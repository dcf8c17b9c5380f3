"""Periods of a year: made, changed, removed, locked and unlocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.periods import periods_of_school, years_of_school
from db.tables.periods import Period
from db.tables.schools import School
from db.writing.versioned import Row
from domain.audience import HEADS
from domain.calendar import PeriodKind, backwards, innermost, named_twice, outside, overlap
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, held, sets_up
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.spans import DaysToBe
from resolvers.schools import PERIOD

Code = UserErrorCode
LONGEST_GRACE = 366


@dataclass(frozen=True, slots=True)
class PeriodToCreate:
    """One of many periods."""

    academic_year: Annotated[
        str, "The year that it is part of, by global id.", GlobalId("AcademicYear")
    ]
    name: Annotated[str, "Its name.", Text(LONGEST_NAME)]
    kind: Annotated[PeriodKind, "What it is, whatever the school calls it."]
    starts_on: Annotated[date, "Its first day."]
    ends_on: Annotated[date, "Its last day."]

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class CreatePeriods:
    """Periods to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    periods: Annotated[
        list[PeriodToCreate],
        "The periods, at most 200. Each is part of the shortest one that holds all its days, "
        "be that an older one or one of these.",
    ]


@dataclass(frozen=True, slots=True)
class Place:
    """A period as far as others have to fit to it: one that is there, or one to be."""

    id: UUID
    academic_year_id: UUID
    parent_id: UUID | None
    name: str
    starts_on: date
    ends_on: date


@sets_up(
    PERIOD,
    "Create periods of academic years, all of them or none. They nest by their days, and those "
    "side by side have no day in common: create the longer ones first, or all at once. No two of a "
    "year have one name.",
    Code.ALREADY_THERE,
    Code.OVERLAPS,
    Code.OUTSIDE_YEAR,
    items="periods",
    by=HEADS,
)
async def create_periods(
    transaction: Transaction, given: Parsed[CreatePeriods], school: School
) -> Sequence[Row]:
    years = {year.id: year for year in await _years(transaction)}
    placed: list[Any] = list(await _periods(transaction))
    refusals, rows = Refusals(), []
    for draft in sorted(given.items["periods"], key=_longest_first):
        year = years.get(draft.keys["academic_year"][1])
        if year is None:
            message = "There is no such academic year."
            refusals.note(UserError(Code.NOT_FOUND, message, ("academicYear",)), *draft.path)
            continue
        of_year = [each for each in placed if each.academic_year_id == year.id]
        around = innermost(draft.given, of_year)
        parent = None if around is None else around.id
        beside = [each for each in of_year if each.parent_id == parent]
        reason = outside(draft.given, year) or overlap(draft.given, beside)
        reason = reason or named_twice(draft.given, of_year)
        if not refusals.note(reason, *draft.path):
            continue
        row = {"id": draft.id, **draft.columns(), "parent_id": parent}
        placed.append(Place(**{name: row[name] for name in Place.__slots__}))
        rows.append({**row, "locked": False, "open_until": None})
    refusals.check()
    return rows


def _longest_first(draft: Parsed[Any]) -> timedelta:
    days: timedelta = draft.given.starts_on - draft.given.ends_on
    return days


@dataclass(frozen=True, slots=True)
class ChangePeriod(Edit):
    """What changes of a period."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    kind: Annotated[PeriodKind | UnsetType, "What it is; as it is, if left out."] = UNSET
    starts_on: Annotated[date | UnsetType, "Its first day; as it is, if left out."] = UNSET
    ends_on: Annotated[date | UnsetType, "Its last day; as it is, if left out."] = UNSET


def unlocked(period: Period) -> UserError | None:
    """The days of a locked period stay as they are: it is unlocked first."""
    if not period.locked:
        return None
    return UserError(Code.PERIOD_LOCKED, "This period is locked: unlock it first.")


def in_use(period: Period) -> UserError | None:
    if period.active:
        return None
    return UserError(Code.NOT_FOUND, "This period was removed.")


@edits(
    PERIOD,
    "Change a period; it stays within what it is part of, and holds what is part of it. One that "
    "was removed is in use again, as part of the shortest one that holds all its days.",
    Code.ALREADY_THERE,
    Code.OVERLAPS,
    Code.OUTSIDE_YEAR,
    Code.PERIOD_LOCKED,
    Code.WRONG_STATE,
    step=Step.CHANGED,
    by=HEADS,
    requires=[unlocked],
)
async def change_period(
    transaction: Transaction, given: Parsed[ChangePeriod], period: Period
) -> Row:
    await held(transaction)
    days = DaysToBe.of(period, given)
    periods = [each for each in await _periods(transaction) if each.id != period.id]
    if not period.active:
        return {**given.columns(changes=True), **await _back(transaction, period, days, periods)}
    if days.name != period.name:
        of_year = [each for each in periods if _year(each) == _year(period)]
        transaction.insist(named_twice(days, of_year))
    if days.moves:
        year = next(each for each in await _years(transaction) if each.id == _year(period))
        around = next((each for each in periods if each.id == period.parent_id), year)
        transaction.insist(outside(days, around))
        beside = [each for each in periods if _place(each) == _place(period)]
        transaction.insist(overlap(days, beside))
        inner = [each for each in periods if each.parent_id == period.id]
        for each in inner:
            if (reason := outside(each, days)) is not None:
                raise Refused(reason)
    return given.columns(changes=True)


async def _back(
    transaction: Transaction, period: Period, days: DaysToBe, periods: Sequence[Any]
) -> Row:
    """What has a removed period in use again, beside the periods that are."""
    year = next((each for each in await _years(transaction) if each.id == _year(period)), None)
    if year is None:
        raise refused(Code.WRONG_STATE, "The year of this period was put away.", "id")
    of_year = [each for each in periods if _year(each) == year.id]
    around = innermost(days, of_year)
    parent = None if around is None else around.id
    transaction.insist(named_twice(days, of_year))
    transaction.insist(outside(days, year))
    transaction.insist(overlap(days, [each for each in of_year if each.parent_id == parent]))
    return {"parent_id": parent, "active": True}


@edits(
    PERIOD,
    "Remove a period that has no others within it.",
    Code.IN_USE,
    Code.PERIOD_LOCKED,
    step=Step.PUT_AWAY,
    by=HEADS,
    requires=[in_use, unlocked],
)
async def remove_period(transaction: Transaction, given: Parsed[Edit], period: Period) -> Row:
    await held(transaction)
    if any(each.parent_id == period.id for each in await _periods(transaction)):
        raise refused(Code.IN_USE, "Other periods are within this one.", "id")
    return {"active": False}


@dataclass(frozen=True, slots=True)
class LockPeriod(Edit):
    """A period to close."""

    grace_days: Annotated[
        int | None,
        "For how many days from today on teachers may still write in it; afterwards the head "
        "alone does, with a reason. Without a number it is closed to everybody at once.",
    ] = None

    def error(self) -> UserError | None:
        if self.grace_days is None or 0 <= self.grace_days <= LONGEST_GRACE:
            return None
        message = f"Give 0 to {LONGEST_GRACE} days of grace."
        return UserError(Code.BAD_INPUT, message, ("graceDays",))


@edits(
    PERIOD,
    "Lock a period: what was given in it stands. It may be locked again with other days of grace.",
    step=Step.LOCKED,
    by=HEADS,
    requires=[in_use],
)
async def lock_period(transaction: Transaction, given: Parsed[LockPeriod], period: Period) -> Row:
    grace = given.given.grace_days
    until = None if grace is None else transaction.today + timedelta(grace - 1)
    return {"locked": True, "open_until": until}


@edits(
    PERIOD,
    "Unlock a period, so that its teachers write in it again.",
    step=Step.UNLOCKED,
    by=HEADS,
    requires=[in_use],
)
async def unlock_period(_: Transaction, given: Parsed[Edit], period: Period) -> Row:
    return {"locked": False, "open_until": None}


def _year(period: Any) -> UUID:
    year: UUID = period.academic_year_id
    return year


def _place(period: Any) -> tuple[UUID, UUID | None]:
    return period.academic_year_id, period.parent_id


async def _years(transaction: Transaction) -> Sequence[Any]:
    return await transaction.reader.fetch(years_of_school, school=transaction.school_id)


async def _periods(transaction: Transaction) -> Sequence[Any]:
    return await transaction.reader.fetch(periods_of_school, school=transaction.school_id)
