"""Accounts, which belong to no school, and the memberships that tie them to people in schools."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Dated, Instant, OfSchool, of_school
from domain.clock import now
from domain.ids import uuid7


class Account(SQLModel, table=True):
    """`login` is stored lower-case."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    login: str = Field(unique=True)
    password_hash: str
    display_name: str
    active: bool = True
    demo: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """One of the demo school, whose password everybody knows: active where the demo is served."""
    email: str | None = Field(default=None, index=True)
    """In one writing; several accounts may have the same, and each login is unique."""
    email_confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    language: str | None = Field(default=None, sa_type=Code)
    """In which mail is written to it; English if none."""
    temporary_until: datetime | None = Field(default=None, sa_type=Instant)
    """Until when its password, which somebody else knows, lets it in to choose one of its own."""
    without_password: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether nobody knows its password: it signs in with a provider."""
    second_factor_at: datetime | None = Field(default=None, sa_type=Instant)
    """Since when a code is asked for after the password."""
    created_at: datetime = Field(default_factory=now, sa_type=Instant)


class Membership(OfSchool, Dated, table=True):
    """What an account is in a school: TEACHER, GUARDIAN or STUDENT, and which person; or HEAD,
    DEPUTY_HEAD or SECRETARY, which are granted to the account itself."""

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("guardian", "guardian_id"),
        of_school("teacher", "teacher_id"),
        CheckConstraint(
            "num_nonnulls(student_id, guardian_id, teacher_id)"
            " = (role NOT IN ('HEAD', 'DEPUTY_HEAD', 'SECRETARY'))::int",
            name="ck_membership_person",
        ),
        Index("ix_membership_account", "account_id"),
    )
    account_id: UUID = Field(foreign_key="account.id")
    role: str = Field(sa_type=Code)
    student_id: UUID | None = None
    guardian_id: UUID | None = None
    teacher_id: UUID | None = None


class Session(SQLModel, table=True):
    """`token_hash` is the SHA-256 of the token, which is not stored; clients know the session by
    `id`. `place_hash` is the SHA-256 of the client's network.

    `last_used_at` is written every few minutes. `device` is the browser and the system, as the
    browser tells them.

    A session that has ended stays until it would have expired, so that the network from which
    somebody has signed in stays known.
    """

    token_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant, index=True)
    expires_at: datetime = Field(sa_type=Instant)
    place_hash: bytes | None = Field(default=None, index=True)
    id: UUID = Field(default_factory=uuid7, unique=True)
    last_used_at: datetime = Field(default_factory=now, sa_type=Instant)
    device: str | None = None
    method: str = Field(
        default="PASSWORD", sa_type=Code, sa_column_kwargs={"server_default": "PASSWORD"}
    )
    """How it was signed in."""


class Profile(SQLModel, table=True):
    """A view that an account keeps: which child in which school, in which language, by what name.

    The child may be out of reach by now: who may see it is asked anew with every look.
    """

    __table_args__ = (Index("ix_profile_account", "account_id", "position", "id"),)
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    name: str
    position: int
    child_school: int | None = None
    student_id: UUID | None = None
    language: str | None = Field(default=None, sa_type=Code)


class PasswordCode(SQLModel, table=True):
    """A code that was mailed to set a new password with; `code_hash` is its SHA-256."""

    __tablename__ = "password_code"
    code_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class AccountStep(SQLModel, table=True):
    """What somebody else did to an account: a `change` of `domain/account_steps.py`.

    `by_account` is null where whoever runs the gateway did it. Of a part that was ended, the
    membership is not there any more: it was in `of_school`, with the role, as the person.
    """

    __tablename__ = "account_step"
    __table_args__ = (Index("ix_account_step_account", "account_id", "id"),)
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    change: str = Field(sa_type=Code)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    by_account: UUID | None = Field(default=None, foreign_key="account.id")
    reason: str | None = None
    of_school: int | None = None
    role: str | None = Field(default=None, sa_type=Code)
    person_id: UUID | None = None


class SignInTries(SQLModel, table=True):
    """Sign-in tries that were used up, by the SHA-256 of the login or network that they count for.

    All tries are available again at `full_at`, and the row means nothing afterwards. The table is
    UNLOGGED: it is written at every try, and a crash may lose it.
    """

    __tablename__ = "sign_in_tries"
    __table_args__ = {"prefixes": ["UNLOGGED"]}
    key: bytes = Field(primary_key=True)
    full_at: datetime = Field(sa_type=Instant)
