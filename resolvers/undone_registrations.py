"""Registrations by another than the person, undone: the person's place is free again.

The account keeps whatever else it is. What it was as this person ends with its sessions, and is
kept in the account's steps and beside the code that it was used with.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from db.reading.accounts import account_by_id
from db.reading.invitations import Invited, people_to_invite
from db.reading.schools import schools_by_id
from db.reading.viewer import SchoolMembership, memberships_of_account
from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.access_codes import undo_access_codes
from db.writing.accounts import drop_memberships_of_person
from db.writing.office_records import school_of_office
from db.writing.second_factors import drop_challenges
from db.writing.sessions import end_other_sessions
from domain.access_codes import shown
from domain.account_steps import AccountChange
from domain.clock import now
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.roles import OFFICE_ROLES
from resolvers.account_steps import note, tell_owner
from resolvers.credentials import NOBODYS_TOKEN
from resolvers.declarations.parsing import LONGEST_REASON, text_of
from resolvers.invitations import LASTS, LONGEST, end_of, make_codes
from resolvers.mail import letter
from resolvers.sessions import tell_of_end_in
from resolvers.temporary_passwords import Person, insist_on_care, person_of
from resolvers.throttle import Throttle, key_of
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

Code = UserErrorCode
PART_ENDED = letter("part_ended")
NOBODY = "Nobody has registered as this person: make a code for them."
OWN = "This is your own registration: ask a colleague to undo it."
IN_OFFICE = "This account has a role in the school's office: end that first."


@dataclass(frozen=True, slots=True)
class Undone:
    """`code` is told once, to who has undone the registration; there is none for who has left."""

    code: str | None
    expires_at: datetime | None


async def undo(
    store: Store,
    viewer: Viewer,
    person: str,
    reason: str,
    last_day: date | None,
    throttle: Throttle | None = None,
) -> Undone:
    """Free the place that another has taken, and make a new code of it; all or nothing. Raises
    `Refused`, or `Problem` where there were too many."""
    if throttle is not None:
        await throttle.hand_outs.take(store, key_of("hand out", str(viewer.account.id)))
    reason = text_of(reason, LONGEST_REASON, "reason")
    whom = await person_of(store, viewer, person)
    insist_on_care(whom)
    last_day = last_day or whom.rights.today + LASTS
    if not whom.rights.today <= last_day <= whom.rights.today + LONGEST:
        message = f"The last day is from today on, and at most {LONGEST.days} days away."
        raise refused(Code.BAD_INPUT, message, "validUntil")
    async with store.transaction() as transaction:
        await transaction.run(school_of_office, school=whom.school_id)
        accounts = await _free(transaction, viewer, whom, reason)
        made = await _new_code(transaction, viewer, whom, last_day)
    for account in accounts:
        viewers_of(store).forget(account)
    return made


async def _free(transaction: Reader, viewer: Viewer, whom: Person, reason: str) -> list[UUID]:
    school = whom.school_id
    held: Any = await transaction.fetch(drop_memberships_of_person, school=school, person=whom.id)
    if not held:
        raise refused(Code.NOT_THERE, NOBODY, "person")
    (told,) = await transaction.fetch(schools_by_id, schools=[school])
    for row in held:
        account = cast("Account", await transaction.first(account_by_id, account=row.account_id))
        await _insist_on_no_office(transaction, viewer, whom, account.id)
        await note(
            transaction,
            account.id,
            AccountChange.PART_ENDED,
            viewer.account.id,
            reason=reason,
            school=school,
            role=row.role,
            person=whom.id,
        )
        await transaction.run(end_other_sessions, account=account.id, token_hash=NOBODYS_TOKEN)
        await transaction.run(drop_challenges, account=account.id)
        await tell_of_end_in(transaction, school, account.id)
        await tell_owner(transaction, account, PART_ENDED, school=told.name)
    await transaction.run(
        undo_access_codes,
        school=school,
        person=whom.id,
        account=viewer.account.id,
        now=now(),
        reason=reason,
    )
    return [row.account_id for row in held]


async def _insist_on_no_office(
    transaction: Reader, viewer: Viewer, whom: Person, account: UUID
) -> None:
    """Who is in the office has a role of it besides, and whoever helps others not their own."""
    if account == viewer.account.id:
        raise refused(Code.FORBIDDEN, OWN, "person")
    rows = await transaction.fetch(memberships_of_account, account=account)
    for row in cast("list[SchoolMembership]", rows):
        over = row.ends_on is not None and row.ends_on < whom.rights.today
        if row.school_id == whom.school_id and row.role in OFFICE_ROLES and not over:
            raise refused(Code.FORBIDDEN, IN_OFFICE, "person")


async def _new_code(transaction: Reader, viewer: Viewer, whom: Person, last_day: date) -> Undone:
    school = whom.school_id
    people = cast(
        "list[Invited]",
        await transaction.fetch(
            people_to_invite, school=school, day=whom.rights.today, people=[whom.id]
        ),
    )
    if not people:
        return Undone(None, None)
    (told,) = await transaction.fetch(schools_by_id, schools=[school])
    expires_at = end_of(last_day, told.time_zone)
    (code,) = await make_codes(
        transaction, school, people, [uuid7()], expires_at, viewer.account.id
    )
    return Undone(shown(code), expires_at)
