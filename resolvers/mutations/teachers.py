"""Teachers: made many at once, changed, merged, and put away as they leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from db.tables.teachers import Teacher
from db.writing.teachers import TEACHERS
from db.writing.versioned import Row
from domain.audience import HEADS, OFFICE
from domain.refusals import UserErrorCode
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
from resolvers.mutations.roles import end_roles_of_teacher
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
    "teachings end with them, and so does what their account is in the office, which does not "
    "begin anew where they stay; only who grants those roles may end them so.",
    Code.LAST_HEAD,
    by=OFFICE,
)
async def set_teacher_leaving(
    transaction: Transaction, given: Parsed[Leaving], teacher: Teacher
) -> Row:
    office = await office_of(transaction)
    await leave(office, TEACHERS, teacher.id, given)
    if given.given.ends_on is not None:
        await end_roles_of_teacher(office, teacher.id, given.given.ends_on)
    return {}


@edits(
    TEACHER,
    "Make one of two records of the same teacher: the courses, lessons, grades and accounts of the "
    "duplicate are the other's from now on, and the duplicate is put away.",
    by=HEADS,
)
async def merge_teachers(transaction: Transaction, given: Parsed[Merging], teacher: Teacher) -> Row:
    await merge(await office_of(transaction), TEACHERS, TEACHER, teacher.id, given)
    return {}
