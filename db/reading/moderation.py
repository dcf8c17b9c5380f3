"""What moderators have to do, and the rules by which somebody may write."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Date,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
)

from db.reading.accounts import ACCOUNT
from db.reading.listing import counted_by, flag, paged, where_asked
from db.reading.parts import DAY, SCHOOL, among, columns, holds_on_day, table
from db.reading.writings import by_id_with_author, with_author
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.moderation import ChildRestriction, ModerationCase, ModerationCaseRevision
from db.tables.schools import School
from db.tables.students import Student
from domain.history import Step
from domain.moderation import WAITING
from domain.roles import LEADING

IN_ORDER = ("opened_at", "id")
NEVER = literal_column("DATE '9999-12-31'", Date)
STATES = [literal_column(f"'{state}'", String) for state in sorted(WAITING)]

LEADERS: Any = any_(literal(sorted(LEADING), ARRAY(String)))


class ModeratorRow(Protocol):
    account_id: UUID


cases_by_id = by_id_with_author(ModerationCase)


def _cases() -> Select[Any]:
    """Those of the school; if `waits`, those alone that wait for a moderator."""
    waits = table(ModerationCase).c.state.in_(STATES)
    return with_author(ModerationCase).where(where_asked(flag("waits"), waits))


@statement(ModerationCase)
def cases_of_school() -> ClauseElement:
    return paged(_cases(), IN_ORDER)


@statement(ModerationCase)
def cases_counted() -> ClauseElement:
    return counted_by(_cases())


@statement(ModerationCaseRevision)
def reports_of_account() -> ClauseElement:
    """The account's report of the case, by its id, where there is one."""
    step = table(ModerationCaseRevision)
    return select(*columns(ModerationCaseRevision)).where(
        step.c.school_id == SCHOOL,
        among(step.c.moderation_case_id),
        step.c.account_id == ACCOUNT,
        step.c.change == literal(str(Step.REPORTED)),
    )


@statement(Membership)
def moderators_of_school() -> ClauseElement:
    """The accounts of the head and the deputies, on the day."""
    held, account = table(Membership), table(Account)
    return (
        select(held.c.account_id)
        .join(account, (account.c.id == held.c.account_id) & account.c.active)
        .where(held.c.school_id == SCHOOL, held.c.role == LEADERS, holds_on_day(held))
        .distinct()
    )


@statement(School)
def rules_of_writing() -> ClauseElement:
    """The school's words and age; until when the account is `restricted_until` at least the day;
    and the youngest of the `students`, whom a guardian keeps from the activity, as `barred`."""
    school, case, child = table(School), table(ModerationCase), table(ChildRestriction)
    student = table(Student)
    restricted = select(func.max(case.c.restricted_until)).where(
        case.c.school_id == SCHOOL, case.c.author_id == ACCOUNT, case.c.restricted_until >= DAY
    )
    barred = (
        select(func.max(func.coalesce(student.c.born_on, NEVER)))
        .join(
            child,
            (child.c.school_id == student.c.school_id) & (child.c.student_id == student.c.id),
        )
        .where(
            student.c.school_id == SCHOOL,
            student.c.id == any_(bindparam("students", type_=ARRAY(Uuid()))),
            child.c.activity == bindparam("activity", type_=String()),
            ~child.c.withdrawn,
        )
    )
    return select(
        school.c.school_id,
        school.c.held_words,
        school.c.guarded_age,
        restricted.scalar_subquery().label("restricted_until"),
        barred.scalar_subquery().label("barred"),
    ).where(school.c.school_id == SCHOOL)


restrictions_by_id = by_id_with_author(ChildRestriction)


@statement(ChildRestriction)
def restrictions_of_students() -> ClauseElement:
    """Those that stand, in the order of their writing."""
    own = table(ChildRestriction)
    return (
        with_author(ChildRestriction)
        .where(among(own.c.student_id), ~own.c.withdrawn)
        .order_by(own.c.written_at, own.c.id)
    )
