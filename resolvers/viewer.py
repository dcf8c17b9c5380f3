"""The viewer: who an account is to every student, course and class of its schools."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from db.reading.viewer import (
    SchoolMembership,
    TieRow,
    memberships_of_account,
    ties_of_family,
    ties_of_teachers,
)
from db.statement import Statement
from db.store import Store
from db.tables.accounts import Account
from db.tables.columns import now
from domain.audience import Audience
from domain.ties import Role, TieName, is_there, spans

NOBODY: frozenset[UUID] = frozenset()
NEVER = datetime.max.replace(tzinfo=UTC)
OWN = (TieName.STUDENT, TieName.GUARDIAN, TieName.TEACHER)
"""The ties under which the viewer's own people stand."""


class Ties(dict[TieName, frozenset[UUID]]):
    """Ids by the name of their tie; where there are none, nothing is kept."""

    __slots__ = ()

    def __missing__(self, _: TieName) -> frozenset[UUID]:
        return NOBODY


@dataclass(frozen=True, slots=True)
class Rights:
    """What one school's people, courses and classes are to the viewer, as of `today` there."""

    school_id: int
    today: date
    head: bool = False
    ties: Ties = field(default_factory=Ties)
    """The ids tied to the viewer, by the name of each tie."""
    office: bool = field(init=False)
    staff: bool = field(init=False)
    everywhere: Audience = field(init=False)
    """What the viewer is to every record of the school, by their role alone."""

    def __post_init__(self) -> None:
        """Roles are asked for with every record, so they are told once."""
        staff, everywhere = self.head or bool(self[TieName.TEACHER]), Audience.MEMBER
        if self.head:
            everywhere |= Audience.HEAD | Audience.OFFICE
        if staff:
            everywhere |= Audience.STAFF
        object.__setattr__(self, "office", self.head)
        object.__setattr__(self, "staff", staff)
        object.__setattr__(self, "everywhere", everywhere)

    def __getitem__(self, tie: TieName) -> frozenset[UUID]:
        return self.ties[tie]

    @property
    def any(self) -> bool:
        """Whether the viewer is anybody there: a guardian without a child today is not."""
        return self.head or any(self[own] for own in OWN)


@dataclass(frozen=True, slots=True)
class Viewer:
    account: Account
    schools: Mapping[int, Rights]
    """Only schools where a membership holds today, the first one first."""
    held: frozenset[int] = frozenset()
    """Schools with a membership that does not hold today, and may again without the account's
    doing."""
    until: datetime = NEVER
    """When rights may end without anybody's doing: with a school's day, or with the session."""

    @property
    def temporary(self) -> bool:
        """Whether they signed in with a password that somebody else knows."""
        return self.account.temporary_until is not None

    def belongs_to(self, school_id: int) -> bool:
        """Whether a change of rights in the school may be one of the viewer's."""
        return school_id in self.schools or school_id in self.held


def school_today(time_zone: str) -> date:
    return now().astimezone(ZoneInfo(time_zone)).date()


def day_ends(time_zone: str) -> datetime:
    """The midnight with which the school's day ends."""
    tomorrow = school_today(time_zone) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(time_zone)).astimezone(UTC)


async def load_viewer(store: Store, account: Account, session_ends: datetime = NEVER) -> Viewer:
    """One statement for the memberships, and for each school one for those of a family there and
    one for those of a teacher."""
    until = session_ends
    rows = cast(
        "list[SchoolMembership]", await store.fetch(memberships_of_account, account=account.id)
    )
    by_school: dict[int, list[SchoolMembership]] = defaultdict(list)
    for row in rows:
        until = min(until, day_ends(row.time_zone))
        if _holds(row, school_today(row.time_zone)):
            by_school[row.school_id].append(row)
    if account.temporary_until is not None:  # nothing is theirs before they have chosen their own
        held = frozenset(row.school_id for row in rows)
        return Viewer(account, {}, held, min(until, account.temporary_until))
    schools = {school: await _rights(store, school, by_school[school]) for school in by_school}
    theirs = {school: rights for school, rights in sorted(schools.items()) if rights.any}
    return Viewer(account, theirs, frozenset(row.school_id for row in rows) - theirs.keys(), until)


def _holds(held: SchoolMembership, today: date) -> bool:
    """Whether both the membership and the person's role in the school hold today."""
    role = Role(held.listed, held.person_begins_on, held.person_ends_on)
    return spans(held, today) and is_there(role, today)


async def _rights(store: Store, school_id: int, held: list[SchoolMembership]) -> Rights:
    today = school_today(held[0].time_zone)
    students = {row.student_id for row in held if row.student_id}
    guardians = {row.guardian_id for row in held if row.guardian_id}
    teachers = {row.teacher_id for row in held if row.teacher_id}
    own = {
        TieName.ACCOUNT: {held[0].account_id},
        TieName.STUDENT: students,
        TieName.TEACHER: teachers,
    }
    ties: dict[TieName, set[UUID]] = defaultdict(set, own)
    asked: list[tuple[Statement[Any], dict[str, list[UUID]]]] = []
    if students or guardians:
        family = {"students": list(students), "guardians": list(guardians)}
        asked.append((ties_of_family, family))
    if teachers:
        asked.append((ties_of_teachers, {"teachers": list(teachers)}))
    for statement, people in asked:
        rows = await store.fetch(statement, school=school_id, day=today, **people)
        for tie in cast("list[TieRow]", rows):
            ties[TieName(tie.name)].add(tie.id)
    kept = Ties({name: _one(frozenset(ids)) for name, ids in ties.items() if ids})
    return Rights(school_id, today, any(row.role == "HEAD" for row in held), kept)


@lru_cache(maxsize=4_096)
def _one(ids: frozenset[UUID]) -> frozenset[UUID]:
    """The same set for the same ids: those of one class have their courses in common."""
    return ids
