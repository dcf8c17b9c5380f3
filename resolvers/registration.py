"""Registration by access code: whom a code is for, a new account, a further part of one there is.

Everything that is asked before a code has proved right counts against guessing. What is told of a
code is told to whoever holds it, and of what nobody holds there is one answer. An address that
somebody gives is answered alike whether another account has it: several may have one.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from db.reading.access_codes import CodeAtTheDoor, access_code_by_hash, memberships_of_person
from db.reading.invitations import class_name_of_person
from db.store import Reader, Store
from db.tables.accounts import Account, Membership
from db.tables.feed import RIGHTS
from db.writing.access_codes import use_access_code
from db.writing.accounts import add_account, add_membership
from db.writing.feed import publish
from db.writing.identities import take_pending_identity
from domain import access_codes, logins
from domain.access_codes import Mistyped, hash_of
from domain.clock import now, today
from domain.logins import BadLogin
from domain.refusals import UserErrorCode, refused
from resolvers import identities
from resolvers.addresses import address_of, ask_to_confirm
from resolvers.asking import Asking
from resolvers.declarations.parsing import text_or_none
from resolvers.mail.rendering import language_of
from resolvers.openid.signing_in import give, keep_session
from resolvers.passwords import hash_password, refusal
from resolvers.sessions import SignedIn, begin, viewer_anew
from resolvers.sessions import hash_of as hash_of_token
from resolvers.throttle import key_of_place
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

Code = UserErrorCode
LONGEST_DISPLAY_NAME = 200
ASK = "Ask the school for another."
UNKNOWN = "There is no such code. Codes are made by the school: ask its office."
USED = "This code has been used, and it works once. Sign in, or ask the school for another."
REVOKED = f"This code was taken back, or a newer one took its place. {ASK}"
EXPIRED = f"The last day of this code is over. {ASK}"
LEFT = "This code is for somebody who is not at the school any more."
TAKEN = "This person is in an account already: sign in with that."


@dataclass(frozen=True, slots=True)
class ForWhom:
    """Whom a code is for, as far as its holder may know."""

    given_name: str
    class_group: str | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody registers with. What is None is made up."""

    code: str
    password: str | None
    name: str | None = None
    login: str | None = None
    email: str | None = None
    language: str | None = None
    """In which mail is written to them; that of their school unless told."""
    browser: str | None = None
    """What a browser keeps that has come from a provider, whose identity is to sign in."""


@dataclass(frozen=True, slots=True)
class Registered:
    begun: SignedIn
    login: str


async def for_whom(store: Store, typed: str, asking: Asking) -> ForWhom:
    """Whom the code is for; refused where it does not let anybody in."""
    code_hash = _read(typed)
    await asking.count(store, code_hash)
    found = await _open(store, code_hash)
    row: Any = await store.first(
        class_name_of_person,
        school=found.school_id,
        day=today(found.time_zone),
        person=_person(found)[1],
    )
    return ForWhom(found.given_name, row.class_name)


async def register(store: Store, given: NewAccount, asking: Asking) -> Registered:
    """Make an account of the code's person and begin its session: all of it, or nothing."""
    code_hash = _read(given.code)
    name = text_or_none(" ".join((given.name or "").split()), LONGEST_DISPLAY_NAME, "name")
    login, email = _login(given.login), address_of(given.email)
    if given.password is None and given.browser is None:
        raise refused(Code.BAD_INPUT, "Choose a password.", "password")
    await _check_password(given.password, login, email, name)
    identity = await _identity(store, given.browser)
    await asking.count(store, code_hash)
    found = await _open(store, code_hash)
    await _check_password(given.password, found.given_name, found.family_name, found.school_name)
    password_hash = await hash_password(given.password or secrets.token_urlsafe())
    async with store.transaction() as reader:
        found = await _open(reader, code_hash)
        made = Account(
            login="",
            password_hash=password_hash,
            display_name=name or f"{found.given_name} {found.family_name}",
            email=email,
            language=language_of(given.language or found.language),
            without_password=given.password is None,
        )
        account = await _add_account(reader, found, login, made)
        await _take_part(reader, found, code_hash, account.id)
        if identity is not None:
            await _take_identity(reader, given.browser, account.id)
        if email is not None:
            await ask_to_confirm(reader, account, email)
    place = key_of_place(asking.address)
    by = "PASSWORD" if identity is None else "PROVIDER"
    device = replace(asking.device, method=by)
    begun = await begin(store, account, place, device, asking.limits)
    if identity is not None:
        await keep_session(store, begun.token, account.id, identity)
    return Registered(begun, account.login)


async def add_by_code(
    store: Store, viewer: Viewer, token: str, typed: str, asking: Asking
) -> Viewer:
    """Add the part of the code's person to the viewer's account; answers who the viewer is now."""
    code_hash = _read(typed)
    await asking.count(store, code_hash)
    async with store.transaction() as reader:
        found = await _open(reader, code_hash)
        await _take_part(reader, found, code_hash, viewer.account.id)
    viewers_of(store).forget(viewer.account.id)
    return await viewer_anew(store, token, asking.limits) or viewer


def _read(typed: str) -> bytes:
    try:
        return hash_of(access_codes.read(typed))
    except Mistyped as mistyped:
        raise refused(Code.CODE_MISTYPED, f"{mistyped}.", "code") from None


def _login(typed: str | None) -> str | None:
    if typed is None or not typed.strip():
        return None
    try:
        return logins.login_of(typed)
    except BadLogin as bad:
        raise refused(Code.BAD_INPUT, f"{bad}.", "login") from None


async def _identity(store: Store, browser: str | None) -> Any:
    """Whom a provider has named to the browser, where the account is to sign in so."""
    if browser is None:
        return None
    pending = await identities.pending(store, browser)
    if pending is None:
        raise refused(Code.NOT_FOUND, identities.NO_IDENTITY, "identity")
    return pending


async def _take_identity(reader: Reader, browser: str | None, account: UUID) -> None:
    taken = await reader.first(take_pending_identity, browser_hash=hash_of_token(browser or ""))
    if taken is None:
        raise refused(Code.NOT_FOUND, identities.NO_IDENTITY, "identity")
    if not await give(reader, account, taken):
        raise refused(Code.ALREADY_THERE, identities.TAKEN, "identity")


async def _check_password(password: str | None, *names: str | None) -> None:
    if password is not None and (wrong := await refusal(password, names)) is not None:
        raise refused(Code.BAD_INPUT, wrong, "password")


async def _open(reader: Reader | Store, code_hash: bytes) -> CodeAtTheDoor:
    """The code, which may be used; refused with what its holder may know."""
    row = await reader.first(access_code_by_hash, code_hash=code_hash)
    if row is None:
        raise refused(Code.NOT_FOUND, UNKNOWN, "code")
    found = cast("CodeAtTheDoor", row)
    if found.used_at is not None:
        raise refused(Code.CODE_USED, USED, "code")
    if found.revoked_at is not None:
        raise refused(Code.CODE_REVOKED, REVOKED, "code")
    if not found.listed or _has_left(found.person_ends_on, found.time_zone):
        raise refused(Code.NOT_THERE, LEFT, "code")
    if found.expires_at <= now():
        raise refused(Code.CODE_EXPIRED, EXPIRED, "code")
    return found


def _has_left(ends_on: date | None, time_zone: str) -> bool:
    return ends_on is not None and ends_on < today(time_zone)


async def _take_part(reader: Reader, found: CodeAtTheDoor, code_hash: bytes, account: UUID) -> None:
    """Use the code up for the account. Of two who do so at once, the second waits here, and is
    told what has become of it."""
    role, person = _person(found)
    used = await reader.first(
        use_access_code,
        school=found.school_id,
        ref=found.id,
        account=account,
        actor=account,
        now=now(),
    )
    if used is None:
        await _open(reader, code_hash)
        raise refused(Code.CODE_USED, USED, "code")
    if await reader.fetch(memberships_of_person, school=found.school_id, person=person):
        raise refused(Code.ALREADY_THERE, TAKEN, "code")
    itself: dict[str, Any] = {f"{role.lower()}_id": person}
    held = Membership(school_id=found.school_id, account_id=account, role=role, **itself)
    await reader.run(add_membership, **held.model_dump(), actor=account)
    await reader.run(
        publish,
        school=found.school_id,
        seq=[1],
        ref=[account],
        version=[1],
        new_topic=RIGHTS,
        new_change="CHANGED",
    )


def _person(found: CodeAtTheDoor) -> tuple[str, UUID]:
    """What the code's person is, and their id."""
    if found.student_id is not None:
        return "STUDENT", found.student_id
    if found.guardian_id is not None:
        return "GUARDIAN", found.guardian_id
    assert found.teacher_id is not None
    return "TEACHER", found.teacher_id


async def _add_account(
    reader: Reader, found: CodeAtTheDoor, login: str | None, account: Account
) -> Account:
    """The account with the login, or one like it: nothing tells whether another has it."""
    of_roster = logins.suggested(found.username, found.sourced_id)
    wanted = login or of_roster or logins.of_names(found.given_name, found.family_name)
    for candidate in logins.candidates(wanted, own=wanted != of_roster):
        account.login = candidate
        if await reader.first(add_account, **account.model_dump()) is not None:
            return account
    raise refused(Code.BAD_INPUT, "Choose another login.", "login")
