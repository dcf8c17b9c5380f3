"""Accounts by what was typed or by their people, and their sessions."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    LargeBinary,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from db.reading.parts import NOW, SCHOOL, table
from db.statement import statement
from db.tables.accounts import Account, AccountStep, Membership, PasswordCode, Session
from db.tables.columns import Instant
from db.tables.schools import School

ACCOUNT = bindparam("account", type_=Uuid())


def has_account(ids: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the account is among the ids of a column, as an index finds it."""
    asked = cast(array([ACCOUNT], type_=Uuid()), ARRAY(Uuid()))
    found: ColumnElement[bool] = ids.op("@>", is_comparison=True)(asked)
    return found


class CodeAccount(Protocol):
    """The row has the account's other columns too."""

    expires_at: datetime
    used_at: datetime | None


class Likeness(Protocol):
    known: bool | None
    """Null where there is no other session."""


@statement(Account)
def accounts_to_mail() -> ClauseElement:
    """Accounts with the login or the confirmed address, that have a confirmed address."""
    account, typed = table(Account), bindparam("typed", type_=String)
    return (
        select(account)
        .where(
            or_(account.c.login == typed, account.c.email == typed),
            account.c.email_confirmed_at.is_not(None),
            account.c.email.is_not(None),
            account.c.active,
        )
        .order_by(account.c.login)
    )


@statement(Account)
def account_by_id() -> ClauseElement:
    account = table(Account)
    return select(account).where(account.c.id == ACCOUNT)


@statement(Account)
def account_by_code() -> ClauseElement:
    """The account that a code was mailed to, with what has become of the code."""
    account, code = table(Account), table(PasswordCode)
    return (
        select(account, code.c.expires_at, code.c.used_at)
        .join(code, code.c.account_id == account.c.id)
        .where(code.c.code_hash == bindparam("code_hash", type_=LargeBinary), account.c.active)
    )


@statement(Account)
def accounts_of_person() -> ClauseElement:
    """The accounts that are the student, guardian or teacher in the school."""
    account, membership = table(Account), table(Membership)
    person = bindparam("person", type_=Uuid())
    return (
        select(account)
        .join(membership, membership.c.account_id == account.c.id)
        .where(
            membership.c.school_id == SCHOOL,
            or_(
                membership.c.student_id == person,
                membership.c.guardian_id == person,
                membership.c.teacher_id == person,
            ),
        )
        .order_by(account.c.id)
    )


@statement(Session)
def sessions_of_account() -> ClauseElement:
    """The sessions that have not ended, last used first."""
    session = table(Session)
    return (
        select(session)
        .where(
            session.c.account_id == ACCOUNT,
            session.c.expires_at > NOW,
            session.c.last_used_at > bindparam("idle_since", type_=Instant),
        )
        .order_by(session.c.last_used_at.desc(), session.c.id)
    )


@statement(Session)
def sessions_like() -> ClauseElement:
    """Whether another session of the account was begun in the network, or on such a device."""
    session = table(Session)
    same = (session.c.place_hash == bindparam("place_hash", type_=LargeBinary)) | (
        session.c.device.is_not_distinct_from(bindparam("device", type_=String))
    )
    return select(func.bool_or(func.coalesce(same, False)).label("known")).where(
        session.c.account_id == ACCOUNT,
        session.c.token_hash != bindparam("token_hash", type_=LargeBinary),
    )


@statement(AccountStep)
def steps_of_account() -> ClauseElement:
    """What others did to the account, the newest first."""
    step, actor, school = table(AccountStep), table(Account).alias("actor"), table(School)
    return (
        select(step, actor.c.display_name.label("actor_name"), school.c.name.label("school_name"))
        .outerjoin(actor, actor.c.id == step.c.by_account)
        .outerjoin(school, school.c.school_id == step.c.of_school)
        .where(step.c.account_id == ACCOUNT)
        .order_by(step.c.id.desc())
        .limit(100)
    )
