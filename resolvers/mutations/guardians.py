"""Guardians: made many at once, tied to children, changed, merged, and put away as they leave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from db.tables.guardians import Guardian
from db.tables.students import Student
from db.writing.guardians import GUARDIANS, GUARDIANSHIPS, guardianships_to_change
from db.writing.students import STUDENTS
from db.writing.versioned import Row
from domain.audience import HEADS, OFFICE
from domain.history import Step
from domain.ids import uuid7
from domain.office import GuardianshipKind, backwards
from domain.refusals import Refused, UserErrorCode, refused
from domain.ties import Restriction, spans
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, GlobalIds, Parsed, Reference, Text
from resolvers.declarations.office import Office, Refusals, founds, known_ids, office_of
from resolvers.declarations.parsing import LONGEST_REASON, not_found
from resolvers.declarations.people import (
    Leaving,
    Merging,
    Person,
    PersonChange,
    person_row,
)
from resolvers.declarations.steps import Why, note
from resolvers.declarations.transaction import Transaction
from resolvers.guardians import GUARDIAN
from resolvers.mutations.duplicates import merge
from resolvers.mutations.people import change, leave
from resolvers.students import STUDENT

Code = UserErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianRow(Person):
    """A guardian to make."""

    children: Annotated[
        Sequence[str],
        "Whose guardian they are from now on: students, by global id.",
        GlobalIds("Student"),
    ] = field(default_factory=list)
    kind: Annotated[GuardianshipKind, "What they are to those children."] = (
        GuardianshipKind.GUARDIAN
    )


@dataclass(frozen=True, slots=True)
class CreateGuardians:
    """Guardians to make, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    rows: Annotated[Sequence[GuardianRow], f"1 to {MOST_AT_ONCE} guardians."]


@founds(
    GUARDIAN,
    "Make guardians with their ties to children; all of them or none.",
    items="rows",
)
async def create_guardians(office: Office, given: Parsed[CreateGuardians]) -> None:
    rows, refusals = given.items["rows"], Refusals()
    children = {row.id: await _children(office, row, refusals) for row in rows}
    refusals.check()
    await office.insert(GUARDIANS, *({"id": row.id, **person_row(row.given)} for row in rows))
    today = office.transaction.today
    ties = [
        {
            "id": uuid7(),
            "student_id": child,
            "guardian_id": row.id,
            "relation": row.given.kind.value,
            "begins_on": row.given.begins_on or today,
        }
        for row in rows
        for child in children[row.id]
    ]
    await office.insert(GUARDIANSHIPS, *ties)
    await office.transaction.publish_rights()


async def _children(office: Office, row: Parsed[GuardianRow], refusals: Refusals) -> list[object]:
    ids: list[object] = []
    with refusals.noting():
        found = await known_ids(
            office.transaction, "Student", row.given.children, *row.at("children")
        )
        ids = list(dict.fromkeys(found))
        known = await STUDENTS.by_ids(office.reader, office.transaction.school_id, found)
        for place, id_ in enumerate(found):
            if id_ not in known or not known[id_].active:
                raise not_found("student", *row.at("children", str(place)))
    return ids


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGuardian(PersonChange):
    """What changes of a guardian; what is left out stays."""

    id: Annotated[str, "The guardian, by global id.", Reference()]


@edits(GUARDIAN, "Change what the school knows of a guardian.", by=OFFICE)
async def change_guardian(
    transaction: Transaction, given: Parsed[ChangeGuardian], guardian: Guardian
) -> Row:
    await change(await office_of(transaction), GUARDIANS, guardian.id, given)
    return {}


@edits(
    GUARDIAN,
    "Note the last day of a guardian in the school, or that they stay after all: with it end their "
    "ties to children, and what they see of them.",
    by=OFFICE,
)
async def set_guardian_leaving(
    transaction: Transaction, given: Parsed[Leaving], guardian: Guardian
) -> Row:
    await leave(await office_of(transaction), GUARDIANS, guardian.id, given)
    return {}


@edits(
    GUARDIAN,
    "Make one of two records of the same guardian: the ties to children and the accounts of the "
    "duplicate are the other's from now on, and the duplicate is put away.",
    by=HEADS,
)
async def merge_guardians(
    transaction: Transaction, given: Parsed[Merging], guardian: Guardian
) -> Row:
    await merge(await office_of(transaction), GUARDIANS, GUARDIAN, guardian.id, given)
    return {}


@dataclass(frozen=True, slots=True)
class BeginGuardianship:
    """A tie between a guardian and a child."""

    student: Annotated[str, "The child, by global id.", Reference()]
    guardian: Annotated[str, "The guardian, by global id.", GlobalId("Guardian")]
    kind: Annotated[GuardianshipKind, "What they are to the child."] = GuardianshipKind.GUARDIAN
    begins_on: Annotated[date | None, "The first day; unless told, today."] = None
    ends_on: Annotated[date | None, "The last day, where it is known."] = None
    reason: Why = None


@edits(
    STUDENT,
    "Begin a guardianship: the guardian reads the child's diary while it holds.",
    Code.ALREADY_THERE,
    by=OFFICE,
)
async def begin_guardianship(
    transaction: Transaction, given: Parsed[BeginGuardianship], student: Student
) -> Row:
    office, new = await office_of(transaction), given.given
    await office.whole(STUDENTS, student.id, "student", "student")
    guardian = given.keys["guardian"][1]
    await office.whole(GUARDIANS, guardian, "guardian", "guardian")
    begins = new.begins_on or transaction.today
    if error := backwards(begins, new.ends_on):
        raise Refused(error)
    days = {"begins_on": begins, "ends_on": new.ends_on, "relation": new.kind.value}
    tie = await _tie(office, student, guardian)
    if tie is None:
        ids = {"id": uuid7(), "student_id": student.id, "guardian_id": guardian}
        await office.insert(GUARDIANSHIPS, {**ids, **days})
        tie = await _tie(office, student, guardian)
    elif tie.ends_on is None or tie.ends_on >= begins:
        message = "This guardianship is there already, and holds then."
        raise refused(Code.ALREADY_THERE, message, "guardian")
    else:  # of two people there is one tie, which stays as restricted as it was
        await office.change(GUARDIANSHIPS, tie, **days)
    await note(
        office,
        Step.GRANTED,
        tie,
        new.kind.value,
        new.reason,
        begins_on=begins,
        ends_on=new.ends_on,
    )
    await transaction.publish_rights()
    return {}


@dataclass(frozen=True, slots=True)
class EndGuardianship:
    """A tie between a guardian and a child, and its last day."""

    student: Annotated[str, "The child, by global id.", Reference()]
    guardian: Annotated[str, "The guardian, by global id.", GlobalId("Guardian")]
    ends_on: Annotated[date, "The last day."]
    reason: Why = None


@edits(
    STUDENT,
    "End a guardianship: after its last day the guardian reads nothing of the child.",
    Code.NOT_THERE,
    by=OFFICE,
)
async def end_guardianship(
    transaction: Transaction, given: Parsed[EndGuardianship], student: Student
) -> Row:
    office = await office_of(transaction)
    tie = await _tie(office, student, given.keys["guardian"][1])
    if tie is None:
        raise refused(Code.NOT_THERE, "They are no guardian of this child.", "guardian")
    if error := backwards(tie.begins_on, given.given.ends_on):
        raise Refused(error)
    last_day = given.given.ends_on
    await office.change(GUARDIANSHIPS, tie, ends_on=last_day)
    await note(office, Step.ENDED, tie, tie.relation, given.given.reason, ends_on=last_day)
    await transaction.publish_rights()
    return {}


@dataclass(frozen=True, slots=True)
class ChangeGuardianship:
    """A tie between a guardian and a child, and of what kind it is."""

    student: Annotated[str, "The child, by global id.", Reference()]
    guardian: Annotated[str, "The guardian, by global id.", GlobalId("Guardian")]
    kind: Annotated[GuardianshipKind, "What they are to the child."]
    reason: Why = None


@edits(STUDENT, "Say what a guardian is to a child.", Code.NOT_THERE, by=OFFICE)
async def change_guardianship(
    transaction: Transaction, given: Parsed[ChangeGuardianship], student: Student
) -> Row:
    office = await office_of(transaction)
    tie = await _tie(office, student, given.keys["guardian"][1])
    if tie is None or not spans(tie, transaction.today):
        raise refused(Code.NOT_THERE, "They are no guardian of this child today.", "guardian")
    kind = given.given.kind.value
    await office.change(GUARDIANSHIPS, tie, relation=kind)
    await note(office, Step.CHANGED, tie, kind, given.given.reason)
    return {}


@dataclass(frozen=True, slots=True)
class RestrictGuardianship:
    """A tie between a guardian and a child, and what is kept from the guardian."""

    student: Annotated[str, "The child, by global id.", Reference()]
    guardian: Annotated[str, "The guardian, by global id.", GlobalId("Guardian")]
    restriction: Annotated[Restriction | None, "What is kept from them; nothing if null."]
    reason: Annotated[str, "Why, such as which order of a court.", Text(LONGEST_REASON)]


@edits(
    STUDENT,
    "Say what is kept from a guardian of a child, as a court has ordered. It holds at once, and "
    "until it is taken back, for a guardianship that ended or is to come too.",
    Code.NOT_THERE,
    by=OFFICE,
)
async def restrict_guardianship(
    transaction: Transaction, given: Parsed[RestrictGuardianship], student: Student
) -> Row:
    office = await office_of(transaction)
    tie = await _tie(office, student, given.keys["guardian"][1])
    if tie is None:
        raise refused(Code.NOT_THERE, "They are no guardian of this child.", "guardian")
    to = given.given.restriction and given.given.restriction.value
    await office.change(GUARDIANSHIPS, tie, restriction=to)
    reason = given.given.reason
    await note(office, Step.RESTRICTED, tie, tie.relation, reason, restriction=to)
    await transaction.publish_rights()
    return {}


async def _tie(office: Office, student: Student, guardian: object) -> Any:
    ties = await office.of(guardianships_to_change, [student.id])
    return next((tie for tie in ties if tie.guardian_id == guardian), None)
