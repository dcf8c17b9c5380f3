"""How codes are made for people who are invited, by a mutation or by a command."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.reading.invitations import Invited
from db.store import Reader
from db.writing.access_codes import insert_access_codes, revoke_codes_of_people
from db.writing.office_records import school_of_office
from domain.access_codes import hash_of, new_code
from domain.clock import now

LASTS = timedelta(days=60)
LONGEST = timedelta(days=366)


class MadeCode:
    """An access code as it is told to its maker, this once, with the code itself."""

    __slots__ = ("_row", "code")

    def __init__(self, row: Any, code: str) -> None:
        self._row = row
        self.code = code

    def __getattr__(self, name: str) -> Any:  # any column of the row
        return getattr(self._row, name)

    def __getitem__(self, name: str) -> Any:
        return self._row[name]


async def make_codes(
    reader: Reader,
    school: int,
    people: Sequence[Invited],
    ids: Sequence[UUID],
    expires_at: datetime,
    account: UUID | None,
) -> list[str]:
    """A code for each of the people; their open ones are revoked. Whoever makes codes in the school
    at the same time waits, so that nobody has two open ones."""
    codes = [new_code() for _ in people]
    await reader.run(school_of_office, school=school)
    at = now()
    await reader.run(
        revoke_codes_of_people,
        school=school,
        people=[each.id for each in people],
        account=account,
        actor=account,
        now=at,
    )
    await reader.run(
        insert_access_codes,
        school=school,
        id=list(ids),
        code_hash=[hash_of(code) for code in codes],
        student_id=[each.id if each.role == "STUDENT" else None for each in people],
        guardian_id=[each.id if each.role == "GUARDIAN" else None for each in people],
        teacher_id=[each.id if each.role == "TEACHER" else None for each in people],
        account=account,
        actor=account,
        now=at,
        expires_at=expires_at,
    )
    return codes


def end_of(day: date, time_zone: str) -> datetime:
    """The midnight with which the day ends there."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
