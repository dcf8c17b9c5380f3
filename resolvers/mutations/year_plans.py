"""The turn of the year: opened by a plan, edited or not, and taken back while nothing is in it."""

from db.reading.periods import years_of_school
from db.tables.periods import AcademicYear
from db.writing.lessons import LESSONS
from db.writing.office import DAYS_OFF, PERIODS, periods_to_hold
from db.writing.versioned import Row
from db.writing.year_plans import (
    PUT_AWAY,
    days_off_of_year,
    lessons_of_year,
    opening_of_year,
    periods_of_year,
    writing_in_year,
)
from domain.audience import OFFICE
from domain.calendar import backwards, named_twice, overlap
from domain.history import Step
from domain.refusals import Refused, UserErrorCode, refused
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office, Refusals, founds, office_of, unused
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.year_edits import Editing
from resolvers.mutations.year_inputs import OpenAcademicYear
from resolvers.mutations.year_writing import let_stay, put_away, write
from resolvers.schools import ACADEMIC_YEAR
from resolvers.year_plans import Wishes, YearPlan, plan_of

Code = UserErrorCode


@founds(
    ACADEMIC_YEAR,
    "Open the next academic year by its plan: its periods and days off, class groups with their "
    "students, courses with their teachers. All of it is there at once, and holds from the year's "
    "first day on; students of the last year of school leave with the old one.",
    Code.OVERLAPS,
    Code.OUTSIDE_YEAR,
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.CONFLICT,
)
async def open_academic_year(office: Office, given: Parsed[OpenAcademicYear]) -> None:
    plan = await _plan(office, given)
    if given.given.fingerprint not in (None, plan.fingerprint):
        message = "The plan has changed since it was shown: look at it again."
        raise refused(Code.CONFLICT, message, "fingerprint")
    refusals = Refusals()
    edited = await Editing.of(office, given, plan, refusals)
    year = edited.whole()
    refusals.check()
    await write(office, given.id, year)


async def _plan(office: Office, given: Parsed[OpenAcademicYear]) -> YearPlan:
    """The plan as it would be shown; Refused where there is none, or its days will not do."""
    new = given.given
    wishes = Wishes(given.id_of("year"), new.name, new.starts_on, new.ends_on, new.last_level)
    plan = await plan_of(office.reader, office.school, office.transaction.today, wishes)
    if plan is None and new.year is not None:
        raise not_found("academic year", "year")
    if plan is None:
        message = "There is no year to go on from: create one."
        raise refused(Code.BAD_INPUT, message, "year")
    years = await office.reader.fetch(years_of_school, school=plan.school_id)
    year = plan.year
    for error in (
        backwards(year.starts_on, year.ends_on), overlap(year, years), named_twice(year, years),
    ):  # fmt: skip
        if error is not None:
            raise Refused(error)
    if year.starts_on < plan.source.starts_on:
        message = f"{plan.source.name}, from which it goes on, is later: {plan.source.starts_on}."
        raise refused(Code.BAD_INPUT, message, "startsOn")
    return plan


@edits(
    ACADEMIC_YEAR,
    "Take an academic year back that was opened: everything in it is put away, and who was to "
    "leave with the year before stays. Refused once somebody has given a mark in it, or has "
    "written anything else in its diary.",
    Code.IN_USE,
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def take_back_academic_year(
    transaction: Transaction, given: Parsed[Edit], year: AcademicYear
) -> Row:
    office = await office_of(transaction)
    school = transaction.school_id
    opening = await office.reader.first(opening_of_year, school=school, ref=year.id)
    if opening is None or not year.active:
        message = "This year was not opened from another, or was taken back: put it away instead."
        raise refused(Code.NOT_FOUND, message, "id")
    await office.reader.run(periods_to_hold, school=school)  # whoever is writing is waited for
    message = f"Somebody has written in the diary of {year.name} already: it stays."
    await unused(transaction, writing_in_year, year, message, "id")
    await transaction.publish_rights(seq=1)
    seq = 2
    for of_year, versioned, step in AWAY:
        seq += await put_away(office, year, of_year, versioned, step, given.given.reason, seq)
    for statement in PUT_AWAY:
        await office.reader.run(statement, school=school, ref=year.id)
    old = await office.reader.first(ACADEMIC_YEAR.whole, school=school, ids=[opening.source_id])
    assert old is not None
    await let_stay(office, opening, old.ends_on)
    return {"active": False}


AWAY = (
    (lessons_of_year, LESSONS, Step.REMOVED),
    (periods_of_year, PERIODS, Step.PUT_AWAY),
    (days_off_of_year, DAYS_OFF, Step.PUT_AWAY),
)
"""What has a history of its own: which of the year, and the step of it."""
