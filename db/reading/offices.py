"""Who is in a school's office, and the steps of roles and guardianships."""

from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, or_, select

from db.reading.parts import SCHOOL, among, table
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.tie_steps import TieStep
from domain.roles import OFFICE_ROLES


class OfficeMembership(Protocol):
    """What an account is in the office, with the teacher whom it is besides."""

    school_id: int
    id: UUID
    account_id: UUID
    role: str
    begins_on: date | None
    ends_on: date | None
    own_teacher_id: UUID | None
    name: str


@statement(Membership)
def office_of_school() -> ClauseElement:
    """What active accounts are in the office, the first before the second, with the teacher whom
    each is besides; one that is several teachers is there several times."""
    head, own, account = table(Membership), table(Membership).alias("own"), table(Account)
    as_teacher = (
        (own.c.school_id == head.c.school_id)
        & (own.c.account_id == head.c.account_id)
        & own.c.teacher_id.is_not(None)
    )
    in_office = or_(*(head.c.role == role for role in sorted(OFFICE_ROLES)))
    return (
        select(head, own.c.teacher_id.label("own_teacher_id"), account.c.display_name.label("name"))
        .join(account, (account.c.id == head.c.account_id) & account.c.active)
        .outerjoin(own, as_teacher)
        .where(head.c.school_id == SCHOOL, in_office)
        .order_by(head.c.begins_on.nulls_first(), head.c.id)
    )


def _steps(of: str) -> ClauseElement:
    """The steps of ties, each with who did it, by `ids` that a column has; in order."""
    step, account = table(TieStep), table(Account)
    return (
        select(step, account.c.display_name.label("account_name"))
        .join(account, account.c.id == step.c.account_id)
        .where(step.c.school_id == SCHOOL, among(step.c[of]))
        .order_by(step.c.at, step.c.id)
    )


@statement(TieStep)
def steps_of_ties() -> ClauseElement:
    return _steps("tie_id")


@statement(TieStep)
def steps_of_enrolments() -> ClauseElement:
    """Of students."""
    return _steps("student_id")
