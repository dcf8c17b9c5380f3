"""Academic years: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.periods import periods_of_school, years_of_school
from db.tables.periods import AcademicYear
from db.tables.schools import School
from db.writing.office import courses_of_year
from db.writing.versioned import Row
from db.writing.year_plans import leave_with_moved_year
from domain.audience import OFFICE
from domain.calendar import backwards, named_twice, outside, overlap
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, held, sets_up, unused
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.spans import DaysToBe
from resolvers.schools import ACADEMIC_YEAR

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class AcademicYearToCreate:
    """One of many academic years."""

    name: Annotated[str, "Its name, such as 2026/27.", Text(LONGEST_NAME)]
    starts_on: Annotated[date, "Its first day."]
    ends_on: Annotated[date, "Its last day."]

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class CreateAcademicYears:
    """Academic years to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    academic_years: Annotated[list[AcademicYearToCreate], "The years, at most 200."]


@sets_up(
    ACADEMIC_YEAR,
    "Create academic years, all of them or none. No two years of a school have a day in common, or "
    "one name.",
    Code.ALREADY_THERE,
    Code.OVERLAPS,
    items="academic_years",
)
async def create_academic_years(
    transaction: Transaction, given: Parsed[CreateAcademicYears], school: School
) -> Sequence[Row]:
    years: list[Any] = list(await _years(transaction))
    refusals = Refusals()
    for draft in given.items["academic_years"]:
        reason = overlap(draft.given, years) or named_twice(draft.given, years)
        if refusals.note(reason, *draft.path):
            years.append(draft.given)
    refusals.check()
    return [{"id": draft.id, **draft.columns()} for draft in given.items["academic_years"]]


@dataclass(frozen=True, slots=True)
class ChangeAcademicYear(Edit):
    """What changes of an academic year."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    starts_on: Annotated[date | UnsetType, "Its first day; as it is, if left out."] = UNSET
    ends_on: Annotated[date | UnsetType, "Its last day; as it is, if left out."] = UNSET


@edits(
    ACADEMIC_YEAR,
    "Change an academic year; its periods stay within it, and who leaves with it leaves on its new "
    "last day. One that was put away is in use again.",
    Code.ALREADY_THERE,
    Code.OVERLAPS,
    Code.OUTSIDE_YEAR,
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_academic_year(
    transaction: Transaction, given: Parsed[ChangeAcademicYear], year: AcademicYear
) -> Row:
    await held(transaction)
    days = DaysToBe.of(year, given)
    others = [each for each in await _years(transaction) if each.id != year.id]
    transaction.insist(overlap(days, others))
    if days.name != year.name or not year.active:
        transaction.insist(named_twice(days, others))
    periods = await _periods(transaction, year)
    left_out = next((each for each in periods if outside(each, days)), None)
    if left_out is not None and (reason := outside(left_out, days)) is not None:
        raise Refused(reason)
    if days.moves or not year.active:
        await transaction.publish_rights(seq=1)
    if days.ends_on != year.ends_on:
        await transaction.reader.run(
            leave_with_moved_year,
            school=transaction.school_id,
            ref=year.id,
            day=year.ends_on,
            new_ends_on=days.ends_on,
        )
    return {**given.columns(changes=True), "active": True}


@edits(
    ACADEMIC_YEAR,
    "Put an academic year away; no period and no course may still be of it.",
    Code.IN_USE,
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_academic_year(
    transaction: Transaction, given: Parsed[Edit], year: AcademicYear
) -> Row:
    await held(transaction)
    if await _periods(transaction, year):
        raise refused(Code.IN_USE, "Periods are of this year: remove them first.", "id")
    await unused(transaction, courses_of_year, year, "Courses are of this year.", "id")
    await transaction.publish_rights(seq=1)
    return {"active": False}


async def _years(transaction: Transaction) -> Sequence[Any]:
    return await transaction.reader.fetch(years_of_school, school=transaction.school_id)


async def _periods(transaction: Transaction, year: AcademicYear) -> list[Any]:
    """Of the year, those in use."""
    periods: Sequence[Any] = await transaction.reader.fetch(
        periods_of_school, school=transaction.school_id
    )
    return [each for each in periods if each.academic_year_id == year.id]
