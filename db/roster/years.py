"""School years for sessions without one, derived from their `schoolYear` or from their days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from db.roster.import_run import ImportRun
from db.roster.merge import OURS
from db.roster.sql import fetch, key, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import AcademicSession
from domain.oneroster.saying import Said, Saying

MADE = f"{OURS}year-"
"""The prefix of the ids of years that are made for sessions without one."""
LONGEST = timedelta(days=372)
"""The longest year: 365 days, and the days of incomplete weeks."""
LONGEST_CALLED = timedelta(days=550)
"""The longest span of sessions with one `schoolYear`: a year with summer courses before and
after."""
Sessions = dict[str, AcademicSession]


@dataclass(slots=True)
class KnownYears:
    """The years in the tables: those of rosters and the diary, and those that were made here."""

    rows: list[asyncpg.Record] = field(default_factory=list)

    @classmethod
    async def load(cls, run: ImportRun) -> "KnownYears":
        year = table("academic_year")
        query = select(year, key(year).label("key")).where(of_schools(year, run.schools))
        return cls(await fetch(run.connection, query.order_by(year.c.school_id, year.c.id)))

    def around(self, first: date, last: date) -> str | None:
        """The year that contains the days, except for years that were made here."""
        for row in self.rows:
            whole = row["starts_on"] <= first and last <= row["ends_on"]
            if whole and row["active"] and not row["key"].startswith(MADE):
                return str(row["key"])
        return None

    def made(self, school: int, name: str) -> asyncpg.Record | None:
        rows = (row for row in self.rows if row["school_id"] == school and row["key"] == name)
        return next(rows, None)

    def near(self, first: date, last: date) -> str | None:
        """A year that was made for other days, if those and these fit into one year."""
        for row in self.rows:
            if row["key"].startswith(f"{MADE}from-"):
                span = max(last, row["ends_on"]) - min(first, row["starts_on"])
                if span <= LONGEST:
                    return str(row["key"])
        return None


@dataclass(slots=True)
class SessionGroup:
    """Sessions of one year; `called` is their `schoolYear`, if they have one."""

    called: str | None
    sessions: list[AcademicSession]
    first: date
    last: date

    def span_with(self, first: date, last: date) -> timedelta:
        return max(self.last, last) - min(self.first, first)

    def add(self, session: AcademicSession, first: date, last: date) -> None:
        self.sessions.append(session)
        self.first, self.last = min(self.first, first), max(self.last, last)


def assign_years(
    run: ImportRun,
    sheet: Sheet[AcademicSession],
    found: Sessions,
    lost: list[AcademicSession],
    known: KnownYears,
) -> None:
    """Assign a year to each `lost` session, which has no parent: a new one, or a known year that
    contains its days if the roster may have left it out (a delta, or bad rows). Sessions without a
    year are dropped."""
    days = {each.sourced_id: run.written(each) for each in lost}
    if not sheet.bulk or not sheet.whole or sheet.bad:
        for each in lost:
            each.parent_sourced_id = known.around(*days[each.sourced_id])
    for group in _groups([each for each in lost if each.parent_sourced_id is None], days):
        if reason := _not_one_year(group):
            for each in group.sessions:
                sheet.drop(each, run.findings, "schoolYear", reason)
                del found[each.sourced_id]
            continue
        year = _year(group, known, days)
        found[year.sourced_id] = year
        told = Saying.YEAR_BY_NAME if group.called else Saying.YEAR_BY_DAYS
        for each in group.sessions:
            each.parent_sourced_id = year.sourced_id
            run.findings.notice(sheet.file, told())


def _groups(
    lost: list[AcademicSession], days: Mapping[str, tuple[date, date]]
) -> list[SessionGroup]:
    called: dict[str, SessionGroup] = {}
    silent: list[SessionGroup] = []
    for each in sorted(lost, key=lambda each: (days[each.sourced_id], each.sourced_id)):
        first, last = days[each.sourced_id]
        if each.school_year is not None and each.school_year in called:
            called[each.school_year].add(each, first, last)
        elif each.school_year is not None:
            called[each.school_year] = SessionGroup(each.school_year, [each], first, last)
    for each in sorted(lost, key=lambda each: (days[each.sourced_id], each.sourced_id)):
        if each.school_year is None:
            first, last = days[each.sourced_id]
            near = [g for g in (*called.values(), *silent) if g.span_with(first, last) <= LONGEST]
            if near:
                near[0].add(each, first, last)
            else:
                silent.append(SessionGroup(None, [each], first, last))
    return [*called.values(), *silent]


def _not_one_year(group: SessionGroup) -> Said | None:
    span = group.last - group.first
    if group.called is None:
        return Saying.NO_YEAR() if span > LONGEST else None
    if span > LONGEST_CALLED:
        return Saying.YEAR_TOO_LONG(name=group.called, first=group.first, last=group.last)
    return None


def _year(
    group: SessionGroup, known: KnownYears, days: Mapping[str, tuple[date, date]]
) -> AcademicSession:
    name = f"{MADE}{'-'.join((group.called or '').split(','))}"  # no comma: classes list years
    if group.called is None:
        near = known.near(group.first, group.last)
        name = near or f"{MADE}from-{group.first.year}"
    first = min(group.sessions, key=lambda each: days[each.sourced_id][0])
    last = max(group.sessions, key=lambda each: days[each.sourced_id][1])
    return AcademicSession(
        0,
        name,
        any(each.active for each in group.sessions),
        title(group.called, group.first, group.last),
        "schoolYear",
        first.start_date,
        last.end_date,
        None,
        group.called,
    )


def title(called: str | None, first: date, last: date) -> str:
    """The title of a year: 2025/26 for the `schoolYear` 2026 or from the days; another text is used
    as it is."""
    ends = last.year
    if called is not None:
        if len(called) != 4 or not (called.isascii() and called.isdecimal()):
            return called  # already like 2025-2026
        ends = int(called)
    return f"{first.year}/{ends % 100:02}" if ends == first.year + 1 else str(ends)


def unused_years(
    sheet: Sheet[AcademicSession],
    known: KnownYears,
    placed: set[tuple[int, UUID]],
    covered: set[UUID],
) -> list[Any]:
    """Years that were made here and that a complete list of sessions no longer needs, of those
    that it speaks for."""
    if not (sheet.bulk and sheet.whole and not sheet.bad):
        return []
    return [
        row
        for row in known.rows
        if row["active"]
        and row["key"].startswith(MADE)
        and (row["school_id"], row["id"]) not in placed
        and row["id"] in covered
    ]
