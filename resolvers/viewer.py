"""The viewer: who an account is to every student, course and class of its schools."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from db.reading.viewer import SchoolMembership, memberships_of_account
from db.reading.viewer_ties import DayRange, TieRow, ties_of_family, ties_of_teachers
from db.statement import Statement
from db.store import Store
from db.tables.accounts import Account
from domain import clock
from domain.addressees import PLACES, WHOLE_SCHOOL, Part, address
from domain.audience import HEAD, HEADS, OFFICE, PRESENT, STAFF, Audience
from domain.roles import OFFICE_ROLES
from domain.roles import everywhere as everywhere_by
from domain.ties import (
    ALWAYS,
    DATED,
    Role,
    Spans,
    TieName,
    has_left,
    is_among,
    is_there,
    joined,
    kept_since,
    spans,
)

NOBODY: frozenset[UUID] = frozenset()
NEVER = datetime.max.replace(tzinfo=UTC)
OWN = (TieName.STUDENT, TieName.GUARDIAN, TieName.TEACHER)
"""The ties under which the viewer's own people stand."""
FAMILY = ("STUDENT", "GUARDIAN")
"""The roles of those who read on after they have left."""


class Ties(dict[TieName, frozenset[UUID]]):
    """Ids by the name of their tie; where there are none, nothing is kept."""

    __slots__ = ()

    def __missing__(self, _: TieName) -> frozenset[UUID]:
        return NOBODY


DaysById = Mapping[UUID, Spans]


def holds_on(days: DaysById | None, id_: UUID | None, day: date | tuple[date, ...] | None) -> bool:
    """Whether the tie that has these days leads to the id on the day, or on each of the days; on
    any day if that is None."""
    if days is None or (spans := days.get(cast(UUID, id_))) is None:
        return False
    if day is None:
        return True
    if isinstance(day, tuple):
        return all(is_among(each, spans) for each in day)
    return is_among(day, spans)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Rights:
    """What one school's people, courses and classes are to the viewer, as of `today` there.

    `ties` has the ids tied to the viewer, by the name of each tie, and `days` on which days they
    are, where ties have days. Those `of_today` hold today: with them the viewer writes, and by the
    others only reads.
    """

    school_id: int
    today: date
    roles: frozenset[str] = frozenset()
    """Those in the office."""
    ties: Ties = field(default_factory=Ties)
    days: Mapping[TieName, DaysById] = field(default_factory=dict)
    of_today: Ties = field(default_factory=Ties)
    head: bool = field(init=False)
    deputy: bool = field(init=False)
    leads: bool = field(init=False)
    """Whether they are the head or a deputy."""
    office: bool = field(init=False)
    staff: bool = field(init=False)
    present: bool = field(init=False)
    """Whether they are somebody there today, and do not only read on."""
    everywhere: Audience = field(init=False)
    """What the viewer is to every record of the school, by their role alone."""

    def __post_init__(self) -> None:
        """Roles are asked for with every record, so they are told once."""
        everywhere = Audience.MEMBER | everywhere_by(self.roles)
        if self[TieName.TEACHER]:
            everywhere |= Audience.STAFF
        if self.roles or any(self.of_today[own] for own in OWN):
            everywhere |= PRESENT
        object.__setattr__(self, "present", bool(everywhere & PRESENT))
        object.__setattr__(self, "head", bool(everywhere & HEAD))
        object.__setattr__(self, "deputy", bool(everywhere & Audience.DEPUTY_HEAD))
        object.__setattr__(self, "leads", bool(everywhere & HEADS))
        object.__setattr__(self, "office", bool(everywhere & OFFICE))
        object.__setattr__(self, "staff", bool(everywhere & STAFF))
        object.__setattr__(self, "everywhere", everywhere)

    def __getitem__(self, tie: TieName) -> frozenset[UUID]:
        return self.ties[tie]

    @property
    def any(self) -> bool:
        """Whether the viewer is anybody there: a guardian without a child today is not, unless the
        diary of one who has left is kept."""
        return self.office or any(self[own] for own in OWN)


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
    second_factor_required: bool = False
    """Whether they are of the staff of a school that requires a second factor of it."""

    @property
    def lacks_second_factor(self) -> bool:
        """Whether they may do nothing before they have set one up."""
        return self.second_factor_required and self.account.second_factor_at is None

    @property
    def temporary(self) -> bool:
        """Whether they signed in with a password that somebody else knows."""
        return self.account.temporary_until is not None

    def belongs_to(self, school_id: int) -> bool:
        """Whether a change of rights in the school may be one of the viewer's."""
        return school_id in self.schools or school_id in self.held


def day_ends(time_zone: str) -> datetime:
    """The midnight with which the school's day ends."""
    return _midnight_after(clock.today(time_zone), time_zone)


@lru_cache(maxsize=256)
def _midnight_after(day: date, time_zone: str) -> datetime:
    tomorrow = day + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(time_zone)).astimezone(UTC)


async def load_viewer(store: Store, account: Account, session_ends: datetime = NEVER) -> Viewer:
    """One statement for the memberships, and for each school one for those of a family there and
    one for those of a teacher."""
    rows = cast(
        "list[SchoolMembership]", await store.fetch(memberships_of_account, account=account.id)
    )
    return await viewer_of_rows(store, account, rows, session_ends)


async def viewer_of_rows(
    store: Store,
    account: Account,
    rows: Sequence[SchoolMembership],
    session_ends: datetime,
) -> Viewer:
    """Of the account's memberships. Where they were read with the ties of a family
    (`SessionViewer`), these need no statement."""
    until = session_ends
    by_school: dict[int, list[SchoolMembership]] = defaultdict(list)
    for row in rows:
        until = min(until, day_ends(row.time_zone))
        by_school[row.school_id].append(row)
    if account.temporary_until is not None:  # nothing is theirs before they have chosen their own
        held = frozenset(by_school)
        return Viewer(account, {}, held, min(until, account.temporary_until))
    schools = {school: await _rights(store, school, by_school[school]) for school in by_school}
    theirs = {school: rights for school, rights in sorted(schools.items()) if rights.any}
    required = any(
        by_school[school][0].second_factor_required and rights.staff
        for school, rights in theirs.items()
    )
    if required and account.second_factor_at is None:
        theirs = {}
    held = frozenset(by_school) - theirs.keys()
    return Viewer(account, theirs, held, until, required)


def _holds(held: SchoolMembership, today: date) -> bool:
    """Whether both the membership and the person's role in the school hold today."""
    role = Role(held.listed, held.person_begins_on, held.person_ends_on)
    return spans(held, today) and is_there(role, today)


def _reads_on(held: SchoolMembership, today: date, since: date) -> bool:
    """Whether the membership is of a student or guardian who has left, and does not end besides."""
    person = Role(held.listed, held.person_begins_on, held.person_ends_on)
    if held.role not in FAMILY or not has_left(person, today, since):
        return False
    begun = held.begins_on is None or held.begins_on <= today
    return spans(held, today) or (begun and held.ends_on == person.ends_on)


async def _rights(store: Store, school_id: int, rows: list[SchoolMembership]) -> Rights:
    today = clock.today(rows[0].time_zone)
    since = kept_since(today, rows[0].keeping_years)
    held = [row for row in rows if _holds(row, today)]
    left = [row for row in rows if row not in held and _reads_on(row, today, since)]
    made = RightsInMaking()
    for row in (*held, *left):
        made.add(TieName.STUDENT, row.student_id, writes=row in held)
        made.add(TieName.TEACHER, row.teacher_id)
    asked: list[tuple[Statement[Any], dict[str, list[UUID]]]] = []
    students = [row.student_id for row in (*held, *left) if row.student_id]
    guardians = [row.guardian_id for row in (*held, *left) if row.guardian_id]
    if students or guardians:
        asked.append((ties_of_family, {"students": students, "guardians": guardians}))
    if teachers := [row.teacher_id for row in held if row.teacher_id]:
        asked.append((ties_of_teachers, {"teachers": teachers}))
    for statement, people in asked:
        found: Sequence[TieRow | ReadTie] | None = _ties_read(rows, today, since, people)
        if found is None:
            given = {"school": school_id, "day": today, "since": since}
            found = cast("list[TieRow]", await store.fetch(statement, **given, **people))
        for tie in found:
            made.add_row(tie)
    roles = frozenset(row.role for row in held) & OFFICE_ROLES
    writes = bool(roles) or made.is_somebody_today
    made.add(TieName.ACCOUNT, rows[0].account_id, writes=writes)
    return made.rights(school_id, today, roles)


class ReadTie(NamedTuple):
    """A `TieRow` that was read with the memberships."""

    name: str
    id: UUID
    days: Sequence[DayRange] | None
    writes: bool


def _ties_read(
    rows: Sequence[Any], today: date, since: date, people: Mapping[str, list[UUID]]
) -> Sequence[ReadTie] | None:
    """The ties that were read with the memberships; None if these were read by themselves, or the
    ties are of others than these people, or of another day."""
    first = rows[0]
    if "teachers" in people or getattr(first, "tie_names", None) is None:
        return None
    if (first.of_day, first.of_since) != (today, since) or any(
        set(getattr(first, name) or ()) != set(ids) for name, ids in people.items()
    ):
        return None
    return [
        ReadTie(*each)
        for each in zip(
            first.tie_names, first.tie_ids, first.tie_days, first.tie_writes, strict=True
        )
    ]


TIE_NAMES: Mapping[str, TieName] = {each.value: each for each in TieName}


class RightsInMaking:
    """Rights tie by tie. What many viewers have alike is kept once."""

    def __init__(self) -> None:
        self._ids: dict[TieName, set[UUID]] = defaultdict(set)
        self._of_today: dict[TieName, set[UUID]] = defaultdict(set)
        self._days: dict[TieName, dict[UUID, list[tuple[date, date]]]] = defaultdict(
            lambda: defaultdict(list)
        )

    @property
    def is_somebody_today(self) -> bool:
        return any(self._of_today[own] for own in OWN)

    def add(self, name: TieName, id_: UUID | None, *, writes: bool = True) -> None:
        if id_ is None:
            return
        self._ids[name].add(id_)
        if writes:
            self._of_today[name].add(id_)

    def add_row(self, row: TieRow | ReadTie) -> None:
        name = TIE_NAMES[row.name]
        if name in DATED:
            if not (days := spans_of(row.days)):
                return
            self._days[name][row.id] += days
        self.add(name, row.id, writes=row.writes)

    def rights(self, school_id: int, today: date, roles: frozenset[str]) -> Rights:
        self._add_addresses(school_id, roles)
        days = {
            name: _same_days(
                frozenset(
                    (id_, _same(tuple(each) if len(each) == 1 else joined(each)))
                    for id_, each in of.items()
                )
            )
            for name, of in self._days.items()
        }
        ties, of_today = _ties(self._ids), _ties(self._of_today)
        return Rights(school_id, today, roles, ties, days, ties if of_today == ties else of_today)

    def _add_addresses(self, school_id: int, roles: frozenset[str]) -> None:
        """Where the viewer is reached today, and where they were before."""
        if roles:
            self.add(TieName.ADDRESS, address(Part.STAFF, school_id))
        for name, part in WHOLE_SCHOOL.items():
            if self._of_today[name]:
                self.add(TieName.ADDRESS, address(part, school_id))
        for name, part in PLACES.items():
            of_today = self._of_today[name]
            for place in of_today:
                self.add(TieName.ADDRESS, address(part, place))
            for place, days in self._days[name].items():
                if place not in of_today:
                    before = address(part, place)
                    self._days[TieName.ADDRESS_BEFORE][before] += days
                    self.add(TieName.ADDRESS_BEFORE, before, writes=False)


def spans_of(days: Sequence[DayRange] | None) -> Spans:
    """The spans of a multirange of PostgreSQL, whose ranges end before their upper day."""
    if days is None:
        return ALWAYS
    day = timedelta(days=1)
    return tuple(
        (each.lower or date.min, each.upper - day if each.upper else date.max) for each in days
    )


def _ties(ids: Mapping[TieName, set[UUID]]) -> Ties:
    return Ties({name: _one(frozenset(each)) for name, each in ids.items() if each})


@lru_cache(maxsize=4_096)
def _one(ids: frozenset[UUID]) -> frozenset[UUID]:
    """The same set for the same ids: those of one class have their courses in common."""
    return ids


@lru_cache(maxsize=16_384)
def _same(days: Spans) -> Spans:
    """The same spans for the same days: most of a class have come on one day."""
    return days


@lru_cache(maxsize=4_096)
def _same_days(of: frozenset[tuple[UUID, Spans]]) -> DaysById:
    """The same mapping for the same days: those of one class have learnt together."""
    return dict(of)
