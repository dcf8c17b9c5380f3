"""Passwords that a school's office or a class teacher hands out, to be changed at once, and the
sessions that the office ends."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from db.reading.accounts import accounts_of_person
from db.reading.viewer import SchoolMembership, memberships_of_account
from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.audit import note as note_in_audit
from db.writing.second_factors import distrust_devices, drop_challenges
from db.writing.sessions import end_other_sessions
from domain.account_steps import AccountChange
from domain.audience import OFFICE
from domain.clock import now, today
from domain.passwords import temporary_password
from domain.refusals import UserErrorCode, refused
from domain.roles import LEADING, OFFICE_ROLES, OfficeRole, granted_by
from domain.ties import TieName
from resolvers import global_id
from resolvers.account_steps import note
from resolvers.credentials import NOBODYS_TOKEN, replace
from resolvers.declarations.noun import NOUNS
from resolvers.declarations.parsing import not_found
from resolvers.passwords import hash_password
from resolvers.relations import may_know
from resolvers.sessions import tell_of_end_in
from resolvers.throttle import Throttle, key_of
from resolvers.viewer import FAMILY, Rights, Viewer
from resolvers.viewers import viewers_of

Code = UserErrorCode
VALID_FOR = timedelta(days=3)
PEOPLE = frozenset({"Student", "Guardian", "Teacher"})
ELSEWHERE = (
    "This account can't be given a password here: its holder asks for a new one by e-mail, or the "
    "head helps."
)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """`password` is told once, to who hands it out."""

    login: str
    password: str
    expires_at: Any


@dataclass(frozen=True, slots=True)
class Person:
    school_id: int
    id: UUID
    rights: Rights


async def person_of(store: Store, viewer: Viewer, person: str) -> Person:
    """A student, guardian or teacher whom the viewer may know of."""
    noun, school_id, id_ = global_id.read(person)
    rights = viewer.schools.get(school_id)
    if noun not in PEOPLE or rights is None:
        raise not_found("person", "person")
    (record, *_) = await store.fetch(NOUNS[noun].read, school=school_id, ids=[id_]) or [None]
    if record is None or not may_know(viewer, noun, record):
        raise not_found("person", "person")
    return Person(school_id, id_, rights)


async def hand_out(
    store: Store, viewer: Viewer, person: str, throttle: Throttle | None = None
) -> HandedOut:
    """A new password for the person's account, whose sessions end; raises `Refused`, or `Problem`
    where there were too many."""
    if throttle is not None:
        await throttle.hand_outs.take(store, key_of("hand out", str(viewer.account.id)))
    account = await account_in_care(store, viewer, person)
    if account.id == viewer.account.id:
        raise refused(Code.FORBIDDEN, "Change your own password with `changePassword`.", "person")
    password = temporary_password()
    hashed = await hash_password(password)
    async with store.transaction() as transaction:
        if not await replace(transaction, account, hashed, temporary_for=VALID_FOR):
            raise refused(Code.CONFLICT, "The password was changed meanwhile.", "person")
        await note_of(transaction, viewer, person, "PASSWORD_HANDED_OUT")
        await note(
            transaction,
            account.id,
            AccountChange.PASSWORD_HANDED_OUT,
            viewer.account.id,
        )
    viewers_of(store).forget(account.id)
    return HandedOut(account.login, password, now() + VALID_FOR)


async def note_of(transaction: Reader, viewer: Viewer, person: str, change: str) -> None:
    """Note for the audit what was done with the account of a person."""
    noun, school, id_ = global_id.read(person)
    subject = noun, id_, id_ if noun == "Student" else None, ""
    await note_in_audit(transaction, school, viewer.account.id, change, subject)


async def account_in_care(
    store: Store,
    viewer: Viewer,
    person: str,
    elsewhere: str = ELSEWHERE,
    *,
    deputies: bool = False,
) -> Account:
    """The person's account, of all of which the viewer is responsible; or refused. With
    `deputies` the head is so of a deputy too, for what does not let the head in."""
    whom = await person_of(store, viewer, person)
    account = await _account(store, whom)
    held = cast(
        "list[SchoolMembership]",
        await store.fetch(memberships_of_account, account=account.id),
    )
    if not rights_reach(whom.rights, [row for row in held if _may_hold(row)], deputies=deputies):
        raise refused(Code.FORBIDDEN, elsewhere, "person")
    return account


def rights_reach(rights: Rights, held: list[SchoolMembership], *, deputies: bool = False) -> bool:
    """Whether all that the account is, it is in this school to people whom the office, or the class
    teacher, is responsible for: who has the password has all of it."""
    office = bool(rights.everywhere & OFFICE)
    reach = partial(_reaches, rights, office=office, deputies=deputies)
    return all(row.school_id == rights.school_id and reach(row) for row in held)


def _reaches(rights: Rights, row: SchoolMembership, office: bool, deputies: bool) -> bool:
    """A secretary is helped by the head or a deputy; those help themselves, by e-mail."""
    if row.role in OFFICE_ROLES:
        a_deputy = deputies and row.role == OfficeRole.DEPUTY_HEAD
        may_be_helped = a_deputy or row.role not in LEADING
        return may_be_helped and bool(rights.everywhere & granted_by(row.role))
    return office or _led(rights, row)


def _led(rights: Rights, row: SchoolMembership) -> bool:
    return row.student_id in _students_led(rights) or row.guardian_id in _guardians_led(rights)


def _students_led(rights: Rights) -> frozenset[UUID]:
    """Of today: of those whom a teacher led before, they only read."""
    return rights.of_today[TieName.STUDENT_LED]


def _guardians_led(rights: Rights) -> frozenset[UUID]:
    return rights.of_today[TieName.GUARDIAN_OF_LED]


def _may_hold(row: SchoolMembership) -> bool:
    """Whether the membership holds, or may hold later, or is of a family, which reads on after it
    has ended."""
    return row.role in FAMILY or row.ends_on is None or row.ends_on >= today(row.time_zone)


def insist_on_care(whom: Person) -> None:
    """Refuse who is not responsible for the person: who is not is not told if they have an
    account."""
    responsible = whom.rights.everywhere & OFFICE or (
        whom.id in _students_led(whom.rights) | _guardians_led(whom.rights)
    )
    if not responsible:
        message = "Only the school's office, or the class teacher, may do this."
        raise refused(Code.FORBIDDEN, message, "person")


async def _account(store: Store, whom: Person) -> Account:
    """The person's account, for whoever is responsible for them."""
    insist_on_care(whom)
    accounts = await store.fetch(accounts_of_person, school=whom.school_id, person=whom.id)
    if not accounts:
        raise refused(Code.NOT_THERE, "The person has no account yet.", "person")
    return accounts[0]


async def end_sessions_of(store: Store, viewer: Viewer, person: str) -> int:
    """End all sessions of the person's accounts; returns how many there were."""
    whom = await person_of(store, viewer, person)
    if not whom.rights.everywhere & OFFICE:
        raise refused(Code.FORBIDDEN, "Only the school's office may do this.", "person")
    accounts = await store.fetch(accounts_of_person, school=whom.school_id, person=whom.id)
    ended = 0
    async with store.transaction() as transaction:
        for account in accounts:
            rows = await transaction.fetch(
                end_other_sessions, account=account.id, token_hash=NOBODYS_TOKEN
            )
            await transaction.run(drop_challenges, account=account.id)
            await transaction.run(distrust_devices, account=account.id)
            if rows:
                await note_of(transaction, viewer, person, "SESSIONS_ENDED")
                await tell_of_end_in(transaction, whom.school_id, account.id)
                await note(
                    transaction,
                    account.id,
                    AccountChange.SESSIONS_ENDED,
                    viewer.account.id,
                    school=whom.school_id,
                )
            ended += len(rows)
    for account in accounts:
        viewers_of(store).forget(account.id)
    return ended
