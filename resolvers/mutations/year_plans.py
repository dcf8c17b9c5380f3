"""The turn of the year: opened by a plan, edited or not, and taken back while nothing is in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

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
from domain.calendar import PeriodKind, backwards, overlap
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, GlobalIds, Parsed, Text
from resolvers.declarations.office import Office, Refusals, founds, office_of, unused
from resolvers.declarations.parsing import not_found
from resolvers.declarations.people import LONGEST_CODE
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.year_edits import Editing
from resolvers.mutations.year_writing import let_stay, put_away, write
from resolvers.schools import ACADEMIC_YEAR
from resolvers.year_plans import Wishes, YearPlan, plan_of

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class PeriodOfYear:
    """A period of the year to be."""

    name: Annotated[str, "Its name.", Text(LONGEST_NAME)]
    kind: Annotated[PeriodKind, "What it is, whatever the school calls it."]
    starts_on: Annotated[date, "Its first day."]
    ends_on: Annotated[date, "Its last day."]

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class DayOffOfYear:
    """Days off of the whole school in the year to be."""

    name: Annotated[str, "Why there are no lessons.", Text(LONGEST_NAME)]
    starts_on: Annotated[date, "The first day."]
    ends_on: Annotated[date, "The last day; the same for a single day."]

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class ClassGroupOfYear:
    """A class group of the year to be, instead of what is planned of its sources; one of several
    sources is a merger, and several of one source are its parts. What is left out is as planned of
    the first source."""

    sources: Annotated[
        Sequence[str],
        "The class groups of the last year that go on in it, by global id; none where it is new.",
        GlobalIds("ClassGroup"),
    ] = field(default_factory=list)
    name: Annotated[str | None, "Its name, such as 6A.", Text(LONGEST_NAME)] = None
    grade_level: Annotated[
        str | UnsetType | None, "The year of school that its students are in.", Text(LONGEST_CODE)
    ] = UNSET
    class_teacher: Annotated[
        str | UnsetType | None, "Who leads it, by global id; null for nobody.", GlobalId("Teacher")
    ] = UNSET
    deputy: Annotated[
        str | UnsetType | None,
        "Who leads it beside them, by global id; null for nobody.",
        GlobalId("Teacher"),
    ] = UNSET
    leaves: Annotated[
        bool | None, "Whether its students leave the school with the last year: it ends then."
    ] = None
    students: Annotated[
        Sequence[str] | None,
        "Just these students, by global id; unless told, those of its sources on their last day of "
        "whom nothing else is said.",
        GlobalIds("Student"),
    ] = None
    joining: Annotated[
        Sequence[str],
        "Students who come in beside them, by global id: from another class group, to repeat a "
        "year, or from elsewhere.",
        GlobalIds("Student"),
    ] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CourseOfYear:
    """A course of the year to be, instead of what is planned of its source; or a new one. What is
    left out is as planned of the source."""

    source: Annotated[
        str | None,
        "The course of the last year that it goes on from, by global id; null where it is new.",
        GlobalId("Course"),
    ] = None
    class_group: Annotated[
        str | UnsetType | None,
        "The name of the class group of the new year that it belongs to; null for a course of "
        "several.",
        Text(LONGEST_NAME),
    ] = UNSET
    subject: Annotated[str | UnsetType, "What is learnt, by global id.", GlobalId("Subject")] = (
        UNSET
    )
    title: Annotated[
        str | None,
        "Its title; of a new one, unless told, the names of the subject and of the class group.",
        Text(LONGEST_NAME),
    ] = None
    code: Annotated[str | UnsetType | None, "The school's own code for it.", Text(LONGEST_CODE)] = (
        UNSET
    )
    room: Annotated[str | UnsetType | None, "Where it is held.", Text(LONGEST_CODE)] = UNSET
    grade_scale: Annotated[
        str | UnsetType | None,
        "The scale of its grades, by global id; null for the school's own.",
        GlobalId("GradeScale"),
    ] = UNSET
    whole_class: Annotated[
        bool | UnsetType, "Whether everybody in its class group takes it, by no name."
    ] = UNSET
    teachers: Annotated[
        Sequence[str] | None,
        "Who teaches it, by global id, the main teacher first.",
        GlobalIds("Teacher"),
    ] = None
    students: Annotated[
        Sequence[str] | None,
        "Who takes it, by global id, where it is no whole class.",
        GlobalIds("Student"),
    ] = None


@dataclass(frozen=True, slots=True)
class OpenAcademicYear:
    """The next academic year, as `School.yearPlan` shows it but for what is said here."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    year: Annotated[
        str | None,
        "The year to go on from, by global id; unless told, the last that has begun.",
        GlobalId("AcademicYear"),
    ] = None
    name: Annotated[str | None, "What it is called.", Text(LONGEST_NAME)] = None
    starts_on: Annotated[date | None, "Its first day."] = None
    ends_on: Annotated[date | None, "Its last day."] = None
    last_level: Annotated[
        int | None,
        "The last year of school, whose students leave; unless told, the highest that there was.",
    ] = None
    fingerprint: Annotated[
        str | None,
        "That of the plan that was shown: a CONFLICT where another would be shown by now.",
    ] = None
    periods: Annotated[
        list[PeriodOfYear] | None, "Just these periods, instead of those that are planned."
    ] = None
    days_off: Annotated[
        list[DayOffOfYear] | None, "Just these days off, instead of those that are planned."
    ] = None
    class_groups: Annotated[
        list[ClassGroupOfYear], "Class groups that are otherwise than planned, and new ones."
    ] = field(default_factory=list)
    courses: Annotated[
        list[CourseOfYear], "Courses that are otherwise than planned, and new ones."
    ] = field(default_factory=list)
    dropped: Annotated[
        Sequence[str], "Courses that do not go on, by global id.", GlobalIds("Course")
    ] = field(default_factory=list)
    leaving: Annotated[
        Sequence[str],
        "Students who leave the school with the last year, by global id.",
        GlobalIds("Student"),
    ] = field(default_factory=list)
    unplaced: Annotated[
        Sequence[str],
        "Students who stay, and are in no class group for now, by global id.",
        GlobalIds("Student"),
    ] = field(default_factory=list)


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
    for error in (backwards(year.starts_on, year.ends_on), overlap(year, years)):
        if error is not None:
            raise Refused(error)
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
