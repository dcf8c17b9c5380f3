"""Students: enrolled many at once, changed, merged, and put away as they leave."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.students import Student
from db.writing.class_groups import class_groups_by_name
from db.writing.courses import ENROLMENTS
from db.writing.students import STUDENTS, namesakes
from db.writing.versioned import Row
from domain.audience import HEADS, OFFICE
from domain.history import Step
from domain.ids import uuid7
from domain.names import search_key
from domain.office import Stay, first_day, not_there, outside_year
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference, Text, record_id
from resolvers.declarations.office import Office, Refusals, founds, office_of
from resolvers.declarations.people import (
    LONGEST_CODE,
    Leaving,
    Merging,
    Person,
    PersonChange,
    person_row,
)
from resolvers.declarations.steps import Why, note_enrolments
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.duplicates import merge
from resolvers.mutations.people import change, leave
from resolvers.students import STUDENT

Code = UserErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRow(Person):
    """A student to enrol."""

    born_on: Annotated[date | None, "The day of birth."] = None
    grade_level: Annotated[
        str | None, "The year of school; unless told, the class group's.", Text(LONGEST_CODE)
    ] = None
    identifier: Annotated[str | None, "The school's own number for them.", Text(LONGEST_CODE)] = (
        None
    )
    class_group: Annotated[
        str | None,
        "The class group, by global id or by name, such as 7B; null for none as yet.",
        Text(LONGEST_CODE),
    ] = None


@dataclass(frozen=True, slots=True)
class EnrolStudents:
    """Students to enrol, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    rows: Annotated[Sequence[StudentRow], f"1 to {MOST_AT_ONCE} students."]
    begins_on: Annotated[
        date | None,
        "The first day of those who are told none, in the class group; unless told, today, or the "
        "first of a year that is to come.",
    ] = None
    reason: Why = None


@founds(
    STUDENT,
    "Enrol new students, such as a class that is typed in or pasted as a table; all of them or "
    "none. One who is there already, by name and day of birth, is refused.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
    items="rows",
)
async def enrol_students(office: Office, given: Parsed[EnrolStudents]) -> None:
    rows, refusals = given.items["rows"], Refusals()
    groups = await office.reader.fetch(class_groups_by_name, school=office.transaction.school_id)
    known = await _known(office, rows)
    places: list[tuple[Any, date] | None] = []
    for row in rows:
        who = _who(row.given)
        if who is not None and who in known:
            message = "There is a student of this name and day of birth."
            refusals.note(UserError(Code.ALREADY_THERE, message), *row.path)
        known.add(who)
        with refusals.noting(*row.path):
            places.append(_place(office, row, groups, given.given.begins_on))
    refusals.check()
    new = list(zip(rows, places, strict=True))
    await office.insert(STUDENTS, *(_row(row, place and place[0]) for row, place in new))
    ties = [
        {"id": uuid7(), "student_id": row.id, "class_group_id": place[0].id, "begins_on": place[1]}
        for row, place in new
        if place is not None
    ]
    await office.insert(ENROLMENTS, *ties)
    await note_enrolments(office, Step.CREATED, ties, given.given.reason)
    await office.transaction.publish_rights()


async def _known(office: Office, rows: Sequence[Parsed[StudentRow]]) -> set[Any]:
    keys = [search_key(*_names(row.given)) for row in rows if row.given.born_on]
    school = office.transaction.school_id
    found = await office.reader.fetch(namesakes, school=school, search_keys=keys)
    return {_who(each) for each in found}


def _names(person: Any) -> tuple[str, str, str | None]:
    return person.family_name, person.given_name, person.middle_name


def _who(person: Any) -> Any:
    """By what a student is known again; None where their day of birth is not known."""
    return None if person.born_on is None else (search_key(*_names(person)), person.born_on)


def _row(row: Parsed[StudentRow], group: Any) -> Row:
    new = person_row(row.given, "born_on", "identifier", "grade_level")
    if new["grade_level"] is None and group is not None:
        new["grade_level"] = group.grade_level
    return {"id": row.id, **new}


def _place(
    office: Office, row: Parsed[StudentRow], groups: Sequence[Any], told: date | None
) -> tuple[Any, date] | None:
    """The class group, and the day from which the student is in it."""
    if row.given.class_group is None:
        return None
    today, came = office.transaction.today, row.given.begins_on
    group = _named(row, groups, told or came or today)
    begins = first_day(told or came, today, group.year_starts_on)
    for error in (
        outside_year(begins, None, group.year_starts_on, group.year_ends_on),
        not_there(Stay(came), True, begins, "student"),
    ):
        if error is not None:
            raise Refused(error)
    return group, begins


def _named(row: Parsed[StudentRow], groups: Sequence[Any], day: date) -> Any:
    """The class group of the global id, or that of the name which is in its year on the day, or
    else is to come; neither accents nor capitals count."""
    text = row.given.class_group or ""
    found = [each for each in groups if each.search_key == search_key(text)]
    if not found:
        with suppress(Refused):
            key = record_id(text, "ClassGroup")
            found = [each for each in groups if (each.school_id, each.id) == key]
    open_ = [each for each in found if each.year_ends_on is None or each.year_ends_on >= day]
    now = [each for each in open_ if each.year_starts_on is None or each.year_starts_on <= day]
    chosen = now or open_
    if len(chosen) > 1:
        message = "Several class groups are called so: name it by its global id."
        raise Refused(UserError(Code.BAD_INPUT, message, ("classGroup",)))
    if not chosen:
        raise Refused(UserError(Code.NOT_FOUND, "There is no such class group.", ("classGroup",)))
    return chosen[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStudent(PersonChange):
    """What changes of a student; what is left out stays."""

    id: Annotated[str, "The student, by global id.", Reference()]
    born_on: Annotated[date | UnsetType | None, "The day of birth."] = UNSET
    grade_level: Annotated[
        str | UnsetType | None, "The year of school; null takes it away.", Text(LONGEST_CODE)
    ] = UNSET
    identifier: Annotated[
        str | UnsetType | None,
        "The school's own number for them; null takes it away.",
        Text(LONGEST_CODE),
    ] = UNSET


@edits(STUDENT, "Change what the school knows of a student.", by=OFFICE)
async def change_student(
    transaction: Transaction, given: Parsed[ChangeStudent], student: Student
) -> Row:
    await change(await office_of(transaction), STUDENTS, student.id, given)
    return {}


@edits(
    STUDENT,
    "Note the last day of a student who leaves the school, or that they stay after all. What they "
    "were given stays; what they are in ends with them.",
    by=OFFICE,
)
async def set_student_leaving(
    transaction: Transaction, given: Parsed[Leaving], student: Student
) -> Row:
    await leave(await office_of(transaction), STUDENTS, student.id, given)
    return {}


@edits(
    STUDENT,
    "Make one of two records of the same student: all that hangs on the duplicate, with its "
    "accounts and what a roster calls it, is the other's from now on, and the duplicate is put "
    "away. Refused where both have marks at one lesson, or are in two class groups on one day.",
    Code.OVERLAPS,
    by=HEADS,
)
async def merge_students(transaction: Transaction, given: Parsed[Merging], student: Student) -> Row:
    await merge(await office_of(transaction), STUDENTS, STUDENT, student.id, given)
    return {}
