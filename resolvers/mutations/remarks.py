"""Remarks written, changed, withdrawn and replied to."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.remarks import Remark
from db.tables.students import Student
from db.writing.remarks import reply_to_remark as insert_reply
from db.writing.versioned import Row
from domain.history import Step
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.remarks import EDITORS, REPLIERS, WRITERS, RemarkKind
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Called, Filled, GlobalId, Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing, withdraws
from resolvers.remarks import REMARK
from resolvers.students import STUDENT

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class AddRemark:
    """A remark to write."""

    student: Annotated[str, "On whom it is, by global id.", GlobalId("Student")]
    kind: Annotated[RemarkKind, "What it is of."]
    text: Annotated[str, "What is remarked.", Text(LONGEST_TEXT)]
    day: Annotated[
        date | None, "The day it is about; unless told, today.", Called("date"), Filled()
    ] = None
    course: Annotated[
        str | None, "The course in which it was noticed, by global id.", GlobalId("Course")
    ] = None


@creates(
    REMARK,
    "Remark on a student.",
    Code.PERIOD_LOCKED,
    at=STUDENT,
    field="student",
    step=Step.ADDED,
    by=WRITERS,
    refusal="You may not remark on this student.",
)
async def add_remark(transaction: Transaction, given: Parsed[AddRemark], student: Student) -> Row:
    course = given.id_of("course")
    if course is not None:
        await transaction.known(COURSE, course, "course")
    return {
        "id": given.id,
        "student_id": student.id,
        "course_id": course,
        "author_id": transaction.account_id,
        "kind": given.given.kind,
        "day": await _past(transaction, given.given.day or transaction.today),
        "text": given.given.text,
    }


@dataclass(frozen=True, slots=True)
class ChangeRemark(Edit):
    """What changes of a remark."""

    kind: Annotated[RemarkKind | UnsetType, "What it is of; as it is, if left out."] = UNSET
    text: Annotated[
        str | UnsetType, "What is remarked; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET
    day: Annotated[
        date | UnsetType, "The day it is about; as it is, if left out.", Called("date")
    ] = UNSET


@edits(
    REMARK,
    "Change a remark; what it was stays in its history.",
    Code.WITHDRAWN,
    step=Step.CHANGED,
    by=EDITORS,
    requires=[standing(REMARK)],
)
async def change_remark(
    transaction: Transaction, given: Parsed[ChangeRemark], remark: Remark
) -> Row:
    if isinstance(given.given.day, date):
        await _past(transaction, given.given.day)
    return given.columns(changes=True)


withdraw_remark = withdraws(REMARK, "Take a remark back; it stays in the history.", by=EDITORS)


@dataclass(frozen=True, slots=True)
class ReplyToRemark:
    """A reply to a remark."""

    remark: Annotated[str, "The remark, by global id.", Reference()]
    text: Annotated[str, "What is replied.", Text(LONGEST_TEXT)]


@edits(
    REMARK,
    "Reply to a remark.",
    Code.WITHDRAWN,
    step=Step.REPLIED,
    by=REPLIERS,
    requires=[standing(REMARK)],
    answer="The remark with its replies.",
)
async def reply_to_remark(
    transaction: Transaction, given: Parsed[ReplyToRemark], remark: Remark
) -> Row:
    await transaction.reader.run(
        insert_reply,
        school=transaction.school_id,
        id=[uuid7()],
        remark_id=[remark.id],
        author_id=[transaction.account_id],
        text=[given.given.text],
    )
    return {}


async def _past(transaction: Transaction, day: date) -> date:
    """The day, where a remark may be of it: it is not to come, nor in a locked period."""
    if day > transaction.today:
        raise refused(Code.BAD_INPUT, "A remark is not of a day to come.", "date")
    await transaction.open_on(day, "date")
    return day
