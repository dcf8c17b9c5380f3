"""Subjects: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.schools import School, Subject
from db.writing.office import courses_of_subject
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.names import LONGEST_NAME, sort_key
from domain.refusals import UserErrorCode
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import held, sets_up, unused
from resolvers.declarations.transaction import Transaction
from resolvers.schools import SUBJECT

LONGEST_CODE = 32


@dataclass(frozen=True, slots=True)
class SubjectToCreate:
    """One of many subjects."""

    name: Annotated[str, "Its name, as the timetable shows it.", Text(LONGEST_NAME)]
    code: Annotated[str | None, "The school's own code for it.", Text(LONGEST_CODE)] = None


@dataclass(frozen=True, slots=True)
class CreateSubjects:
    """Subjects to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    subjects: Annotated[list[SubjectToCreate], "The subjects, at most 200."]


@sets_up(SUBJECT, "Create subjects, all of them or none.", items="subjects")
async def create_subjects(
    transaction: Transaction, given: Parsed[CreateSubjects], school: School
) -> Sequence[Row]:
    return [
        {
            "id": draft.id,
            "name": draft.given.name,
            "code": draft.given.code,
            "sort_key": sort_key(school.language, draft.given.name),
        }
        for draft in given.items["subjects"]
    ]


@dataclass(frozen=True, slots=True)
class ChangeSubject(Edit):
    """What changes of a subject."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    code: Annotated[
        str | UnsetType | None,
        "The school's own code; as it is, if left out; null takes it away.",
        Text(LONGEST_CODE),
    ] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    SUBJECT,
    "Change a subject, or take back one that was put away.",
    UserErrorCode.IN_USE,
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_subject(
    transaction: Transaction, given: Parsed[ChangeSubject], subject: Subject
) -> Row:
    school = await held(transaction)
    if given.given.active is False:
        await _unused(transaction, subject, "active")
    new = given.columns(changes=True)
    return new | ({"sort_key": sort_key(school.language, new["name"])} if "name" in new else {})


@edits(
    SUBJECT,
    "Put a subject out of use; no course may still be of it.",
    UserErrorCode.IN_USE,
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_subject(transaction: Transaction, given: Parsed[Edit], subject: Subject) -> Row:
    await _unused(transaction, subject, "id")
    return {"active": False}


async def _unused(transaction: Transaction, subject: Subject, *path: str) -> None:
    await unused(transaction, courses_of_subject, subject, "Courses are of this subject.", *path)
