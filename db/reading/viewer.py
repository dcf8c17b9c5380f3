"""The account of a session, its memberships, and its ties to people and courses."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    LargeBinary,
    Select,
    Uuid,
    bindparam,
    func,
    select,
    true,
)

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Account, Membership, Session
from db.tables.columns import Instant
from db.tables.guardians import Guardian
from db.tables.schools import School
from db.tables.students import Student
from db.tables.teachers import Teacher


class SessionAccount(Protocol):
    """The row has the account's other columns too."""

    expires_at: datetime
    last_used_at: datetime


class SchoolMembership(Protocol):
    school_id: int
    account_id: UUID
    time_zone: str
    keeping_years: int
    second_factor_required: bool
    role: str
    student_id: UUID | None
    guardian_id: UUID | None
    teacher_id: UUID | None
    begins_on: date | None
    ends_on: date | None
    listed: bool
    """Whether the school and the person are active, and the person enabled. A head has no
    person."""
    person_begins_on: date | None
    person_ends_on: date | None


@statement(Account)
def account_by_session() -> ClauseElement:
    """The account, unless the session has ended or was not used since `idle_since`, or the
    account's password was a temporary one and is over."""
    token = bindparam("token_hash", type_=LargeBinary)
    return accounts_of_sessions().where(table(Session).c.token_hash == token)


def accounts_of_sessions() -> Select[Any]:
    """The accounts of all sessions by which somebody may come in now."""
    account, session = table(Account), table(Session)
    return (
        select(account, session.c.expires_at, session.c.last_used_at)
        .join(session, session.c.account_id == account.c.id)
        .where(
            session.c.expires_at > NOW,
            session.c.last_used_at > bindparam("idle_since", type_=Instant),
            account.c.active,
            account.c.temporary_until.is_(None) | (account.c.temporary_until > NOW),
        )
    )


@statement(Session)
def session_by_token() -> ClauseElement:
    """The session, unless it has ended."""
    session = table(Session)
    token = bindparam("token_hash", type_=LargeBinary)
    return select(session).where(session.c.token_hash == token, session.c.expires_at > NOW)


@statement(Membership)
def memberships_of_account() -> ClauseElement:
    """Memberships in every school: the only statement that runs before a school is known.

    Memberships that do not hold today are included, so that the viewer's rights return when they
    hold again.
    """
    membership = table(Membership)
    of_account = membership.c.account_id == bindparam("account", type_=Uuid)
    return memberships().where(of_account).order_by(membership.c.school_id)


def memberships() -> Select[Any]:
    """Those of all accounts."""
    membership, school = table(Membership), table(School)
    people = [table(Student), table(Guardian), table(Teacher)]

    def of_person(name: str) -> ColumnElement[Any]:
        return func.coalesce(*(person.c[name] for person in people))

    # Of those who have left too, so that they read on; see `resolvers/viewer.py`.
    listed = (
        school.c.active
        & func.coalesce(of_person("active"), true())
        & func.coalesce(of_person("enabled"), true())
    )
    dated = (of_person(name).label(f"person_{name}") for name in ("begins_on", "ends_on"))
    of_school = (
        school.c[name] for name in ("time_zone", "keeping_years", "second_factor_required")
    )
    held = select(membership, *of_school, listed.label("listed"), *dated).join(
        school, school.c.school_id == membership.c.school_id
    )
    for person in people:
        itself = membership.c[f"{person.name}_id"] == person.c.id
        held = held.outerjoin(person, (membership.c.school_id == person.c.school_id) & itself)
    return held
