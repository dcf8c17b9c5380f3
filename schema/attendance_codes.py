"""A school's tokens for attendance, and those that it may enter."""

from dataclasses import dataclass
from typing import Any

import strawberry

from db.reading.attendance_codes import attendance_codes_of_school
from db.tables.schools import School as SchoolRecord
from domain.attendance import USUAL, AttendanceKind
from domain.audience import ANYONE, MEMBER, OFFICE
from resolvers.attendance_codes import ATTENDANCE_CODE
from resolvers.context import Context
from resolvers.readings import Items, Told
from schema.declare import column, loaded, resolver, tell
from schema.finding import PutAway
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import AttendanceCodeRef, AttendanceCodeRevisionRef, SchoolRef
from schema.permissions import viewer_may

tell(AttendanceKind)
TOKEN = "What is written, such as Н."
NAME = "What it stands for, as the school calls it."
KIND = "What it is, whatever the school calls it."
ABSENCE = "Whether it counts as an absence."
LATENESS = "Whether it counts as a lateness."
IN_RATE = "Whether it counts in the rate of attendance."


@strawberry.type(description="A school's own token for attendance, and how it counts.")
class AttendanceCode(Node):
    id: strawberry.ID = id_of("AttendanceCode", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    token: str = column(MEMBER, TOKEN)
    name: str = column(MEMBER, NAME)
    kind: AttendanceKind = column(MEMBER, KIND)
    counts_as_absence: bool = column(MEMBER, ABSENCE, name="absence")
    counts_as_lateness: bool = column(MEMBER, LATENESS, name="lateness")
    counts_in_rate: bool = column(MEMBER, IN_RATE, name="in_rate")
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[AttendanceCodeRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", ATTENDANCE_CODE.revisions, "id", items=Items(2)
    )


AttendanceCodeRevision = revision_of(
    AttendanceCode, ATTENDANCE_CODE, "One step of the history of a token for attendance."
)


@dataclass(frozen=True, slots=True)
class TokenRecord:
    school_id: int
    token: str
    name: str
    kind: str
    absence: bool
    lateness: bool
    in_rate: bool
    code: Any = None


@strawberry.type(description="A token that may be entered, of the school's own or a usual one.")
class AttendanceToken:
    token: str = column(ANYONE, TOKEN)
    name: str = column(ANYONE, NAME)
    kind: AttendanceKind = column(ANYONE, KIND)
    counts_as_absence: bool = column(ANYONE, ABSENCE, name="absence")
    counts_as_lateness: bool = column(ANYONE, LATENESS, name="lateness")
    counts_in_rate: bool = column(ANYONE, IN_RATE, name="in_rate")
    code: AttendanceCodeRef | None = column(
        ANYONE, "The school's record of it; null where the school has set none of its own."
    )


async def _tokens(
    record: SchoolRecord, context: Context, put_away: PutAway = False
) -> list[TokenRecord]:
    rows = await context.store.fetch(
        attendance_codes_of_school, school=record.school_id, put_away=put_away
    )
    usual = () if put_away else USUAL
    return [_token(record.school_id, row, row) for row in rows] or [
        _token(record.school_id, each) for each in usual
    ]


def _token(school: int, of: Any, code: Any = None) -> TokenRecord:
    counts = of.absence, of.lateness, of.in_rate
    return TokenRecord(school, of.token, of.name, of.kind, *counts, code)


attendance_tokens = resolver(
    MEMBER,
    "What may be entered as attendance, in the school's order; the usual tokens where it has set "
    "none. Of a kind without a token the usual one is entered.",
    list[AttendanceToken],
    items=Items(8),
    told=Told.DAY,
)(_tokens)
