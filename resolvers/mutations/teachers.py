"""Teachers: made many at once, changed, merged, and put away as they leave; heads who leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from db.tables.schools import School
from db.tables.teachers import Teacher
from db.writing.memberships import MEMBERSHIPS, heads_of_school
from db.writing.teachers import TEACHERS
from db.writing.versioned import Row
from domain.audience import HEAD, OFFICE
from domain.office import backwards
from domain.refusals import Refused, UserErrorCode, refused
from domain.ties import spans
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference
from resolvers.declarations.office import Office, founds, office_of
from resolvers.declarations.people import (
    Leaving,
    Merging,
    Person,
    PersonChange,
    person_row,
)
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.duplicates import merge
from resolvers.mutations.people import change, leave
from resolvers.schools import SCHOOL
from resolvers.teachers import TEACHER

Code = UserErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherRow(Person):
    """A teacher to make."""


@dataclass(frozen=True, slots=True)
class CreateTeachers:
    """Teachers to make, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    rows: Annotated[Sequence[TeacherRow], f"1 to {MOST_AT_ONCE} teachers."]


@founds(TEACHER, "Make teachers; all of them or none.", items="rows")
async def create_teachers(office: Office, given: Parsed[CreateTeachers]) -> None:
    rows = given.items["rows"]
    await office.insert(TEACHERS, *({"id": row.id, **person_row(row.given)} for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTeacher(PersonChange):
    """What changes of a teacher; what is left out stays."""

    id: Annotated[str, "The teacher, by global id.", Reference()]


@edits(TEACHER, "Change what the school knows of a teacher.", by=OFFICE)
async def change_teacher(
    transaction: Transaction, given: Parsed[ChangeTeacher], teacher: Teacher
) -> Row:
    await change(await office_of(transaction), TEACHERS, teacher.id, given)
    return {}


@edits(
    TEACHER,
    "Note the last day of a teacher who leaves the school, or that they stay after all. Their "
    "teachings end with them, and so does what their account may do as a head, which does not "
    "begin anew where they stay.",
    Code.LAST_HEAD,
    by=OFFICE,
)
async def set_teacher_leaving(
    transaction: Transaction, given: Parsed[Leaving], teacher: Teacher
) -> Row:
    office = await office_of(transaction)
    await leave(office, TEACHERS, teacher.id, given)
    if given.given.ends_on is not None:
        heads: list[Any] = list(
            await office.reader.fetch(heads_of_school, school=transaction.school_id)
        )
        mine = {each.account_id for each in heads if each.own_teacher_id == teacher.id}
        await _end_headships(office, heads, mine, given.given.ends_on)
    return {}


@edits(
    TEACHER,
    "Make one of two records of the same teacher: the courses, lessons, grades and accounts of the "
    "duplicate are the other's from now on, and the duplicate is put away.",
    by=OFFICE,
)
async def merge_teachers(transaction: Transaction, given: Parsed[Merging], teacher: Teacher) -> Row:
    await merge(await office_of(transaction), TEACHERS, TEACHER, teacher.id, given)
    return {}


@dataclass(frozen=True, slots=True)
class ResignAsHead:
    """A school that a head leaves."""

    school: Annotated[str, "The school, by global id.", Reference()]
    ends_on: Annotated[date | None, "The last day as its head; unless told, today."] = None


@edits(
    SCHOOL,
    "End what the viewer is as a head of a school; refused to the last one.",
    Code.LAST_HEAD,
    by=HEAD,
    elsewhere=True,
    answer="The school.",
)
async def resign_as_head(
    transaction: Transaction, given: Parsed[ResignAsHead], school: School
) -> Row:
    office = await office_of(transaction)
    heads = await office.reader.fetch(heads_of_school, school=transaction.school_id)
    last_day = given.given.ends_on or transaction.today
    if error := backwards(transaction.today, last_day):
        raise Refused(error)
    await _end_headships(office, heads, {transaction.account_id}, last_day)
    await transaction.publish_rights()
    return {}


async def _end_headships(
    office: Office, heads: Sequence[Any], accounts: set[UUID], last_day: date
) -> None:
    """End what the accounts are as heads; somebody else is one the day after."""
    ending = [each for each in heads if each.account_id in accounts]
    ending = [each for each in ending if each.ends_on is None or each.ends_on > last_day]
    if not ending:
        return
    others = (each for each in heads if each.account_id not in accounts)
    after = last_day + timedelta(days=1)
    if not any(spans(each, after) for each in others):
        message = "The school would have no head any more: let somebody else be one first."
        raise refused(Code.LAST_HEAD, message, "endsOn")
    for each in ending:
        (whole,) = (await MEMBERSHIPS.by_ids(office.reader, each.school_id, [each.id])).values()
        begins = None if each.begins_on is None else min(each.begins_on, last_day)
        await office.change(MEMBERSHIPS, whole, begins_on=begins, ends_on=last_day)
