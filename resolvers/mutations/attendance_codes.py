"""Tokens for attendance: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.attendance_codes import attendance_codes_of_school
from db.store import Reader
from db.tables.attendance_codes import AttendanceCode
from db.tables.schools import School
from db.writing.versioned import Row
from domain.attendance import LONGEST_TOKEN, AttendanceKind, Token, Tokens, usual
from domain.audience import OFFICE
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import UserError, UserErrorCode
from resolvers.attendance_codes import ATTENDANCE_CODE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Called, GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, held, sets_up
from resolvers.declarations.transaction import Transaction

ABSENCE = "Whether it counts as an absence; unless told, as its kind usually does."
LATENESS = "Whether it counts as a lateness; unless told, as its kind usually does."
IN_RATE = "Whether it counts in the rate of attendance; unless told, as its kind usually does."
THERE = UserError(UserErrorCode.ALREADY_THERE, "The school has this token already.", ("token",))


@dataclass(frozen=True, slots=True)
class AttendanceCodeToCreate:
    """One of many tokens."""

    token: Annotated[str, "What is written, such as Н.", Text(LONGEST_TOKEN)]
    name: Annotated[str, "What it stands for, as the school calls it.", Text(LONGEST_NAME)]
    kind: Annotated[AttendanceKind, "What it is, whatever the school calls it."]
    absence: Annotated[bool | None, ABSENCE, Called("countsAsAbsence")] = None
    lateness: Annotated[bool | None, LATENESS, Called("countsAsLateness")] = None
    in_rate: Annotated[bool | None, IN_RATE, Called("countsInRate")] = None


@dataclass(frozen=True, slots=True)
class CreateAttendanceCodes:
    """Tokens to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    attendance_codes: Annotated[list[AttendanceCodeToCreate], "The tokens, at most 200."]


async def tokens_of(reader: Reader, school: int) -> Tokens:
    """The school's own tokens in their order, or the usual ones."""
    rows = await reader.fetch(attendance_codes_of_school, school=school)
    return Tokens([token_of(row) for row in rows])


def token_of(row: AttendanceCode) -> Token:
    kind = AttendanceKind(row.kind)
    return Token(row.token, row.name, kind, row.absence, row.lateness, row.in_rate)


@sets_up(
    ATTENDANCE_CODE,
    "Create tokens for attendance, all of them or none. With the first of them the school no "
    "longer has the usual ones.",
    UserErrorCode.ALREADY_THERE,
    items="attendance_codes",
)
async def create_attendance_codes(
    transaction: Transaction, given: Parsed[CreateAttendanceCodes], school: School
) -> Sequence[Row]:
    there = await transaction.reader.fetch(attendance_codes_of_school, school=school.school_id)
    taken = {each.token.casefold() for each in there}
    rank = max((each.rank for each in there), default=0)
    refusals, rows = Refusals(), list[Row]()
    for draft in given.items["attendance_codes"]:
        new = draft.given
        refusals.note(THERE if new.token.casefold() in taken else None, *draft.path)
        taken.add(new.token.casefold())
        as_usual = usual(new.kind, new.token, new.name)
        said = {"absence": new.absence, "lateness": new.lateness, "in_rate": new.in_rate}
        counts = {
            name: getattr(as_usual, name) if value is None else value
            for name, value in said.items()
        }
        rank += 1
        row = {"token": new.token, "name": new.name, "kind": new.kind, "rank": rank}
        rows.append({"id": draft.id, **row, **counts})
    refusals.check()
    return rows


@dataclass(frozen=True, slots=True)
class ChangeAttendanceCode(Edit):
    """What changes of a token."""

    token: Annotated[
        str | UnsetType, "What is written; as it is, if left out.", Text(LONGEST_TOKEN)
    ] = UNSET
    name: Annotated[
        str | UnsetType, "What it stands for; as it is, if left out.", Text(LONGEST_NAME)
    ] = UNSET
    kind: Annotated[AttendanceKind | UnsetType, "What it is; as it is, if left out."] = UNSET
    absence: Annotated[
        bool | UnsetType,
        "Whether it counts as an absence; as it is, if left out.",
        Called("countsAsAbsence"),
    ] = UNSET
    lateness: Annotated[
        bool | UnsetType,
        "Whether it counts as a lateness; as it is, if left out.",
        Called("countsAsLateness"),
    ] = UNSET
    in_rate: Annotated[
        bool | UnsetType,
        "Whether it counts in the rate of attendance; as it is, if left out.",
        Called("countsInRate"),
    ] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    ATTENDANCE_CODE,
    "Change a token for attendance, or take back one that was put away. What was entered with it "
    "stays as it was, and counts as it did.",
    UserErrorCode.ALREADY_THERE,
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_attendance_code(
    transaction: Transaction, given: Parsed[ChangeAttendanceCode], code: AttendanceCode
) -> Row:
    school = await held(transaction)
    new = given.columns(changes=True)
    there = await transaction.reader.fetch(attendance_codes_of_school, school=school.school_id)
    token = new.get("token", code.token).casefold()
    others = {each.token.casefold() for each in there if each.id != code.id}
    transaction.insist(THERE if new.get("active", code.active) and token in others else None)
    return new


@edits(
    ATTENDANCE_CODE,
    "Put a token for attendance out of use: it is entered no more, and what was entered stays.",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_attendance_code(
    _: Transaction, given: Parsed[Edit], code: AttendanceCode
) -> Row:
    return {"active": False}
