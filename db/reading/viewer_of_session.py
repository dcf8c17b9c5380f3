"""Who the viewers of sessions are, read at once: the accounts, their memberships, and the ties of
families.

On a cluster these are three statements, each of which finds its worker by itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Date,
    LargeBinary,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from db.reading.parts import NOW, table
from db.reading.viewer import (
    SchoolMembership,
    SessionAccount,
    accounts_of_sessions,
    memberships,
)
from db.reading.viewer_ties import DayRange, ties_of_family
from db.statement import statement
from db.tables.accounts import Account, Session

OF_MEMBERSHIP = (
    "school_id", "account_id", "time_zone", "keeping_years", "second_factor_required", "role",
    "student_id", "guardian_id", "teacher_id", "begins_on", "ends_on", "listed",
    "person_begins_on", "person_ends_on",
)  # fmt: skip
"""The columns of `SchoolMembership`."""
TOKENS: TypeEngine[Any] = ARRAY(LargeBinary)
OUTER = {
    "school": "held.school_id", "day": "held.of_day", "since": "held.of_since",
    "students": "held.students", "guardians": "held.guardians",
}  # fmt: skip
"""By the parameter of `ties_of_family`, what stands there of each school."""


class SessionViewer(SessionAccount, SchoolMembership, Protocol):
    """One row for each membership, with the account's columns and the session's `token_hash`;
    without a membership one row whose `school_id` is null.

    The first row of a school has the ties of the `students` and `guardians` among its memberships,
    as of the day `of_day` there, and of what is kept since `of_since`.
    """

    token_hash: bytes
    of_day: date | None
    of_since: date | None
    students: list[UUID] | None
    guardians: list[UUID] | None
    tie_names: list[str] | None
    tie_ids: Sequence[UUID]
    tie_days: Sequence[list[DayRange] | None]
    tie_writes: Sequence[bool]


@statement(Account)
def viewers_by_sessions() -> ClauseElement:
    """As `account_by_session`, with `memberships_of_account` and `ties_of_family`, of several
    sessions."""
    token = table(Session).c.token_hash
    those = token == any_(bindparam("token_hashes", type_=TOKENS))
    found = accounts_of_sessions().add_columns(token).where(those)
    held = _held(found.subquery("session_account")).cte("held").prefix_with("MATERIALIZED")
    ties = text(_ties()).columns(column("name"), column("id"), column("days"), column("writes"))
    each = ties.subquery("tie")
    of_school = select(
        func.array_agg(cast(each.c.name, Text)).label("tie_names"),
        func.array_agg(each.c.id).label("tie_ids"),
        func.array_agg(each.c.days).label("tie_days"),
        func.array_agg(each.c.writes).label("tie_writes"),
    ).lateral("ties")
    first = and_(
        held.c.place == literal_column("1"),
        func.coalesce(held.c.students, held.c.guardians).is_not(None),
    )
    shown = (each for each in held.c if each.key != "place")
    made: Select[Any] = select(*shown, *of_school.c).select_from(held.outerjoin(of_school, first))
    return made.order_by(held.c.school_id)


def _held(session: Any) -> Select[Any]:
    """The account and its memberships, with the people in each school."""
    member = memberships().subquery("member")
    there = session.c.token_hash, member.c.school_id

    def people(name: str) -> Any:
        of_them = func.array_agg(member.c[name]).filter(member.c[name].is_not(None))
        return of_them.over(partition_by=there).label(f"{name.removesuffix('_id')}s")

    day = cast(func.timezone(member.c.time_zone, NOW), Date)
    years = func.make_interval(member.c.keeping_years)
    return select(
        *(each for each in session.c),
        *(member.c[name] for name in OF_MEMBERSHIP),
        day.label("of_day"),
        cast(day - years, Date).label("of_since"),
        people("student_id"),
        people("guardian_id"),
        func.row_number().over(partition_by=there, order_by=member.c.role).label("place"),
    ).join(member, member.c.account_id == session.c.id, isouter=True)


def _ties() -> str:
    """The text of `ties_of_family`, whose parameters are columns of the rows around it."""

    def outer(part: Any, **_: Any) -> Any:
        if isinstance(part, BindParameter) and part.key in OUTER:
            return literal_column(OUTER[part.key], part.type)
        return None

    traverse: Any = replacement_traverse  # whose types know no function of this kind
    source = traverse(ties_of_family.source, {}, outer)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(source.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
