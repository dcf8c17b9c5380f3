"""Calendars that an account opens for its programs: of its children, of the student or the teacher
whom it is."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.reading.calendars import calendars_of_account
from db.store import Store
from db.writing import calendars as writing
from db.writing.profiles import account_to_keep_views
from domain.errors import Problem
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.ties import TieName
from resolvers import global_id
from resolvers.declarations.parsing import not_found
from resolvers.sessions import hash_of
from resolvers.viewer import Viewer

Code = UserErrorCode
MOST = 20
NONE = "You have no such calendar."
TIES = {"Student": (TieName.CHILD, TieName.STUDENT), "Teacher": (TieName.TEACHER,)}
"""Of whom an account may have a calendar, by what they are to it today."""


@dataclass(frozen=True, slots=True)
class Opened:
    """`secret` is told once, and stored nowhere."""

    id: UUID
    secret: str


def is_tied(viewer: Viewer, noun: str, key: tuple[int, UUID]) -> bool:
    """Whether the student or teacher is the viewer's own today: a calendar ends with that."""
    rights = viewer.schools.get(key[0])
    return rights is not None and any(key[1] in rights.of_today[tie] for tie in TIES[noun])


async def open_(store: Store, viewer: Viewer, of: str) -> Opened:
    """Open a calendar of the student or teacher."""
    try:
        noun, school, id_ = global_id.read(of)
    except Problem as problem:
        raise refused(Code.BAD_INPUT, problem.message, "of") from None
    if noun not in TIES:
        raise refused(Code.BAD_INPUT, "Calendars are of a Student or a Teacher.", "of")
    if not is_tied(viewer, noun, (school, id_)):
        raise not_found(noun.lower(), "of")
    account, made = viewer.account.id, Opened(uuid7(), secrets.token_urlsafe(32))
    async with store.transaction() as transaction:
        await transaction.first(account_to_keep_views, account=account)
        if len(await transaction.fetch(calendars_of_account, account=account)) >= MOST:
            raise refused(Code.TOO_MANY, f"You have {MOST} calendars: revoke one first.", "of")
        await transaction.run(
            writing.open_calendar,
            account=account,
            ref=made.id,
            secret_hash=hash_of(made.secret),
            new_of_school=school,
            new_student_id=id_ if noun == "Student" else None,
            new_teacher_id=id_ if noun == "Teacher" else None,
        )
    return made


async def renew(store: Store, account: UUID, calendar: UUID) -> Opened:
    """Give it another address: the one before is unknown from then on."""
    made = Opened(calendar, secrets.token_urlsafe(32))
    given = {"account": account, "ref": calendar, "secret_hash": hash_of(made.secret)}
    if await store.first(writing.renew_calendar, **given) is None:
        raise refused(Code.NOT_FOUND, NONE, "id")
    return made


async def revoke(store: Store, account: UUID, calendar: UUID) -> None:
    if await store.first(writing.revoke_calendar, account=account, ref=calendar) is None:
        raise refused(Code.NOT_FOUND, NONE, "id")


async def owned(store: Store, account: UUID) -> list[Any]:
    return list(await store.fetch(calendars_of_account, account=account))
